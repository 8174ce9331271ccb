// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QScrollArea>
#include <QVBoxLayout>

#include "views/report/document.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/overview/entry_card.hpp"

namespace vnscope::views::widgets::overview {

/// What the analyses found, the most important first, and below it what is wrong with the data: the report's own
/// sections `findings` and `data_quality`.
class OverviewView final : public kit::View {
    Q_OBJECT

public:
    explicit OverviewView(kit::Workspace& workspace);

    /// Of findings, then of data quality; from above.
    [[nodiscard]] const std::vector<EntryCard*>& cards() const { return m_cards; }
    [[nodiscard]] std::size_t findingCount() const { return m_findings.entries.size(); }
    [[nodiscard]] QString csv() const override;

private:
    void ask();
    void take(const std::vector<report::Section>& sections);
    void rebuild();
    void addList(QVBoxLayout& column, const QString& title, const report::Entries& list, std::string_view section);
    void goTo(const base::TimeRange& range);

    report::Entries m_findings;
    report::Entries m_quality;
    QScrollArea* m_scroll;
    kit::WithNotice* m_content;
    std::vector<EntryCard*> m_cards;
    model::Ticket m_ticket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::overview
