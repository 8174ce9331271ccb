// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <QFont>
#include <QPainterPath>

#include "topology/layout/layout.hpp"
#include "views/diagram/diagram.hpp"
#include "views/diagram/legend.hpp"
#include "views/diagram/outline.hpp"
#include "views/widgets/kit/theme.hpp"

class QPainter;

namespace vnscope::views::widgets::kit {

[[nodiscard]] QPainterPath toPath(const diagram::Outline& outline);
[[nodiscard]] QPainterPath toPath(const vnscope::topology::layout::Route& route);
[[nodiscard]] QRectF toQRect(const vnscope::topology::layout::Rect& rect);

/// What of a diagram is told apart from the rest. Empty vectors: nothing is.
struct Emphasis {
    std::vector<bool> dimBoxes;
    std::vector<bool> dimLines;
    std::vector<bool> foundBoxes;            ///< Drawn with a heavy frame.
    std::vector<bool> foundLines;            ///< Drawn with a halo.
    std::optional<std::size_t> currentBox{}; ///< Has a ring.
    std::optional<std::size_t> currentLine{};
};

/// Paints diagrams as views/diagram/svg.hpp writes them: the same forms, widths and dashes, in the theme's colours.
class DiagramPainter final {
public:
    DiagramPainter(QPainter& painter, const Theme& theme, const QFont& font);

    /// In the placement's coordinates.
    void paint(const diagram::Diagram& diagram, const vnscope::topology::layout::Placement& placement,
               const Emphasis& emphasis);
    void paintLegend(const diagram::Legend& legend, QPointF topLeft);
    /// One line of text, cut to `width`.
    void paintRemark(const QString& text, QPointF topLeft, double width);

private:
    enum class Anchor { Left, Middle };

    void paintFrames();
    void paintFrameNames();
    void paintLine(std::size_t index);
    void paintLabels(std::size_t index);
    void paintEnd(const std::string& label, vnscope::topology::layout::Point at);
    void paintBox(std::size_t index);
    void paintRing(const vnscope::topology::layout::Rect& box);
    void paintOutline(diagram::Shape shape, const vnscope::topology::layout::Rect& box);
    void paintHeat(double heat, diagram::Shape shape, const vnscope::topology::layout::Rect& box);
    void paintBadge(const diagram::Box& box, const vnscope::topology::layout::Rect& outline);
    void paintMarker(std::size_t style, vnscope::topology::layout::Point centre);
    void paintTag(vnscope::topology::layout::Point centre, double textWidth, bool hasFrame);
    void paintText(std::string_view text, QPointF baseline, double width, double size, const QColor& colour,
                   Anchor anchor);
    [[nodiscard]] QColor hueOf(const std::optional<std::size_t>& style) const;
    [[nodiscard]] QPen linePen(const std::optional<std::size_t>& style, diagram::Sureness sureness, double width) const;
    void setDim(bool isDim);

    QPainter& m_painter;
    const Theme& m_theme;
    QFont m_font;
    const diagram::Diagram* m_diagram = nullptr; ///< While paint() runs.
    const vnscope::topology::layout::Placement* m_placement = nullptr;
    const Emphasis* m_emphasis = nullptr;
};

} // namespace vnscope::views::widgets::kit
