// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QRectF>

#include "topology/layout/geometry.hpp"

namespace vnscope::views::widgets::kit {

/// From a diagram's coordinates to those of what it is painted on.
struct DiagramCamera {
    double scale = 1;
    QPointF origin; ///< Of the diagram, on the screen.

    [[nodiscard]] QPointF toDiagram(QPointF onScreen) const { return (onScreen - origin) / scale; }
    [[nodiscard]] QPointF toScreen(QPointF inDiagram) const { return origin + inDiagram * scale; }
    [[nodiscard]] QRectF toScreen(const QRectF& inDiagram) const
    {
        return {toScreen(inDiagram.topLeft()), inDiagram.size() * scale};
    }
    /// `about` (on the screen) stays where it is. Within limits.
    void zoom(double factor, QPointF about);
};

/// Between a diagram and what is around it.
inline constexpr double kDiagramMargin = 16;

/// Zoom at which a diagram is shown at first if it is larger than its room.
inline constexpr double kLeastReadable = 0.7;

/// Everything of a drawing of `drawing` in a room of `room`, but not smaller than `least`: then from its left and top
/// on.
[[nodiscard]] DiagramCamera cameraFor(const vnscope::topology::layout::Size& drawing, const QSizeF& room,
                                      double least = 0);

} // namespace vnscope::views::widgets::kit
