// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>

#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::bandwidth {

/// Rx and Tx of every device over time, the busiest first, and drops of each place below them.
class BandwidthView final : public kit::View {
    Q_OBJECT

public:
    explicit BandwidthView(kit::Workspace& workspace);

    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    void renderTo(QPainter& painter, const QSize& size) override;

private:
    struct Device {
        std::int64_t id;
        QString name;
        QString kind;
        bool hasRx;
        bool hasTx;
    };

    void ask();
    void showDevices(std::vector<Device> devices);

    kit::TrackView* m_tracks;
    kit::WithNotice* m_content;
    QComboBox* m_layer;
    std::vector<Device> m_devices;
    model::Ticket m_ticket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::bandwidth
