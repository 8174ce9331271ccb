// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include <QRectF>
#include <QString>

#include "topology/layout/layout.hpp"
#include "views/diagram/diagram.hpp"

namespace vnscope::views::widgets::kit {

/// A box or a line of a diagram.
struct DiagramItem {
    enum class Kind { Box, Line };
    Kind kind = Kind::Box;
    std::size_t index = 0;

    bool operator==(const DiagramItem&) const = default;
};

/// Where a box is, in the placement's coordinates.
[[nodiscard]] QRectF boxRect(const diagram::Diagram& diagram, const vnscope::topology::layout::Placement& placement,
                             std::size_t box);

/// What is at a point of the placement, which is seen at `scale`. Boxes hide lines.
[[nodiscard]] std::optional<DiagramItem> itemAt(const diagram::Diagram& diagram,
                                                const vnscope::topology::layout::Placement& placement, QPointF at,
                                                double scale);

/// The same thing in another diagram.
[[nodiscard]] std::optional<DiagramItem> sameItem(const diagram::Diagram& diagram, const DiagramItem& item,
                                                  const diagram::Diagram& other);

/// What it says in one line; printable.
[[nodiscard]] QString sentenceOf(const diagram::Diagram& diagram, const DiagramItem& item);
/// That and its tool tip, as HTML in which names are harmless.
[[nodiscard]] QString toolTipOf(const diagram::Diagram& diagram, const DiagramItem& item);

} // namespace vnscope::views::widgets::kit
