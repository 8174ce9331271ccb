// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::cpu {

/// The share of its time that each CPU spent in the network's softirqs.
class CpuView final : public kit::View {
    Q_OBJECT

public:
    explicit CpuView(kit::Workspace& workspace);

    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    void renderTo(QPainter& painter, const QSize& size) override;

private:
    void showRows(const base::Result<storage::Table>& table);

    kit::TrackView* m_tracks;
    kit::WithNotice* m_content;
    model::Ticket m_ticket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::cpu
