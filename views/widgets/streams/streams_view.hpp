// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/table_panel.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::streams {

/// Every conversation, the largest first. One that is chosen selects the time it lasted; F follows it in all views.
class StreamsView final : public kit::View {
    Q_OBJECT

public:
    explicit StreamsView(kit::Workspace& workspace);

    [[nodiscard]] kit::TablePanel& panel() { return *m_panel; }
    [[nodiscard]] kit::TablePanel* tablePanel() override { return m_panel; }
    [[nodiscard]] bool isNarrowed() const override;
    [[nodiscard]] const kit::WithNotice& content() const { return *m_content; }

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    void followFilter();
    void selectTime(const std::vector<storage::Value>& cells);

    kit::TablePanel* m_panel;
    kit::WithNotice* m_content;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::streams
