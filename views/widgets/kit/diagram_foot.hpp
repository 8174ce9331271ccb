// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QStringList>

#include "views/diagram/diagram.hpp"
#include "views/diagram/legend.hpp"
#include "views/widgets/kit/diagram_painter.hpp"

namespace vnscope::views::widgets::kit {

/// What stands below a diagram: its legend, its remarks, and further ones.
class DiagramFoot final {
public:
    /// For a room of `width` pixels.
    DiagramFoot(const diagram::Diagram& diagram, const QStringList& remarks, double width);

    [[nodiscard]] double height() const;
    /// `top` is where height() begins.
    void paint(DiagramPainter& painter, double top) const;

private:
    double m_width; ///< Without the margins.
    diagram::Legend m_legend;
    QStringList m_remarks;
};

} // namespace vnscope::views::widgets::kit
