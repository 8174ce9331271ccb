// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QScrollArea>
#include <QVBoxLayout>

#include "views/report/document.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/overview/entry_card.hpp"

namespace vnscope::views::widgets::overview {

/// What the analyses found, the most important first, and below it what is wrong with the data: the report's own
/// sections `findings` and `data_quality`. A finding that is chosen shows its time, and the view that it came from.
class OverviewView final : public kit::View {
    Q_OBJECT

public:
    explicit OverviewView(kit::Workspace& workspace);

    /// Of findings, then of data quality; from above.
    [[nodiscard]] const std::vector<EntryCard*>& cards() const { return m_cards; }
    [[nodiscard]] std::size_t findingCount() const { return m_entries.findings.entries.size(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] bool isNarrowed() const override;

    /// Where a finding can be looked at.
    struct Place {
        std::string view;                      ///< Empty: none shows it.
        std::optional<scope::Subject> subject; ///< What it is about.
    };
    struct Content {
        report::Entries findings;
        report::Entries quality;
        std::vector<Place> places; ///< Of the findings.
    };

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void ask();
    void rebuild();
    void layOutLists();
    [[nodiscard]] int widestCard() const; ///< Pixels.
    /// `places`: of the entries; empty: they have none.
    void addList(QVBoxLayout& column, const QString& title, const report::Entries& list, std::string_view section,
                 const std::vector<Place>& places);
    void addCard(QVBoxLayout& column, const report::Entry& entry, const Place& place);
    void goTo(const base::TimeRange& range);

    Content m_entries;
    QScrollArea* m_scroll;
    QBoxLayout* m_lists = nullptr; ///< Of the page that m_scroll shows.
    kit::WithNotice* m_content;
    std::vector<EntryCard*> m_cards;
    model::Ticket m_ticket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::overview
