// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/report/document.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/report_table.hpp"
#include "views/widgets/kit/span_track.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"

class QSplitter;

namespace vnscope::views::widgets::perfsight {

/// What middleboxes did when, what elements lost, and who is to blame: the verdicts of PerfSight below the times they
/// are about. A verdict that is chosen selects its time.
class PerfsightView final : public kit::View {
    Q_OBJECT

public:
    explicit PerfsightView(kit::Workspace& workspace);

    /// What is read for the visible range.
    struct Content {
        report::Timeline states;
        report::Table losses; ///< element_id, name, packets; only those that lost some.
    };

    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] kit::ReportTable& causes() { return *m_causes; }
    [[nodiscard]] kit::ReportTable& shortages() { return *m_shortages; }

private:
    void askVerdicts();
    void askStates();
    void showStates(Content content);
    void chooseTime(const report::Table& table, std::size_t row);

    kit::TrackView* m_tracks;
    QSplitter* m_split;
    kit::ReportTable* m_causes;
    kit::ReportTable* m_shortages;
    kit::WithNotice* m_content;
    model::Ticket m_verdictTicket;
    model::Ticket m_stateTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::perfsight
