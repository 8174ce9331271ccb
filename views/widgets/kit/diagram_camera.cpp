// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/diagram_camera.hpp"

#include <algorithm>

namespace vnscope::views::widgets::kit {
namespace {

constexpr double kNearest = 8; ///< Zoom.
constexpr double kFarthest = 0.02;
constexpr double kMostFitted = 3; ///< A small diagram is not blown up beyond this.

} // namespace

void DiagramCamera::zoom(double factor, QPointF about)
{
    const double next = std::clamp(scale * factor, kFarthest, kNearest);
    origin = about + (origin - about) * (next / scale);
    scale = next;
}

DiagramCamera cameraFor(const vnscope::topology::layout::Size& drawing, const QSizeF& room, double least)
{
    const QSizeF inside(std::max(1.0, room.width() - 2 * kDiagramMargin),
                        std::max(1.0, room.height() - 2 * kDiagramMargin));
    const double width = std::max(1.0, drawing.width);
    const double height = std::max(1.0, drawing.height);
    const double all = std::min({inside.width() / width, inside.height() / height, kMostFitted});
    const double scale = std::max(all, least);
    return {scale,
            {kDiagramMargin + std::max(0.0, inside.width() - width * scale) / 2,
             kDiagramMargin + std::max(0.0, inside.height() - height * scale) / 2}};
}

} // namespace vnscope::views::widgets::kit
