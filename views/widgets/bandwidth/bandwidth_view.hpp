// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include <QComboBox>
#include <QTimer>

#include "views/widgets/bandwidth/device_table.hpp"
#include "views/widgets/kit/fitted_split.hpp"
#include "views/widgets/kit/moment_track.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/report_table.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::bandwidth {

/// Rx and Tx of every device over time, the busiest first, its drops below it; and as a table what the devices carried
/// and dropped in the time in focus, with their offload.
class BandwidthView final : public kit::View {
    Q_OBJECT

public:
    explicit BandwidthView(kit::Workspace& workspace);

    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    [[nodiscard]] kit::ReportTable& table() { return *m_table; }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] bool isNarrowed() const override;

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    void ask();
    /// Devices that the filter leaves.
    void showDevices();
    void askDrops();
    void askTable();
    void choose(std::int64_t device);
    [[nodiscard]] std::optional<scope::Subject> subjectOf(std::int64_t device) const;
    void makeMenus();

    kit::TrackView* m_tracks;
    kit::ReportTable* m_table;
    kit::FittedSplit* m_split;
    kit::WithNotice* m_content;
    QComboBox* m_layer;
    std::vector<Device> m_devices;          ///< All.
    std::vector<Device> m_shown;            ///< In the order of tracks and table.
    std::vector<kit::MomentTrack*> m_drops; ///< Owned by m_tracks.
    model::Ticket m_ticket;
    model::Ticket m_dropTicket;
    model::Ticket m_tableTicket;
    QTimer m_rest; ///< The table is read when nobody moves any more.
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::bandwidth
