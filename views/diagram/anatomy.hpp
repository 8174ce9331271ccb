// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/layout/layout.hpp"
#include "views/diagram/diagram.hpp"

/// What of a diagram is shown and how large it is, in pixels: the same for who asks for room and who draws.
namespace vnscope::views::diagram {

inline constexpr double kNameSize = 13; ///< Font sizes.
inline constexpr double kTextSize = 11;
inline constexpr double kNameHeight = 17; ///< Line heights.
inline constexpr double kTextHeight = 14;
inline constexpr double kBoxPadding = 8;
inline constexpr double kBadgeHeight = 18; ///< With the gap below it.
inline constexpr double kMostHeat = 0.4;   ///< Opacity of the fill of the hottest box: its text can still be read.
inline constexpr double kStackOffset = 4;  ///< Of each box that looks out behind the first.
inline constexpr double kMarkerRadius = 4.5;
inline constexpr double kLabelPadding = 4;

/// The lines of a box as they are shown: printable, cut, not too many. At least one.
[[nodiscard]] std::vector<std::string> shownLines(const Box& box);

/// The badge as it is shown; empty: none.
[[nodiscard]] std::string shownBadge(const Box& box);

/// Where the badge of a box with this outline is.
[[nodiscard]] topology::layout::Rect badgeRect(const Box& box, const topology::layout::Rect& outline);

/// Baselines of shownLines(), for a box with this outline.
[[nodiscard]] std::vector<double> baselinesOf(const Box& box, const topology::layout::Rect& outline);

[[nodiscard]] topology::layout::Size boxSize(const Box& box);

/// The label in the middle of a line, with the question mark of an ambiguous one; empty: none.
[[nodiscard]] std::string shownLabel(const Line& line);
/// The label at an end of a line.
[[nodiscard]] std::string shownEnd(const std::string& label);

/// Everything that a box says, in one line; not printable yet.
[[nodiscard]] std::string sentenceOf(const Box& box);
/// "br0 (eth1) – vm1, VLAN 10, inferred"; not printable yet.
[[nodiscard]] std::string sentenceOf(const Diagram& diagram, const Line& line);

/// Names of the groups in the order in which boxes name them first.
[[nodiscard]] std::vector<std::string> groupsOf(const Diagram& diagram);

/// Room for everything of `diagram`. Lines whose ends are no boxes must not be in it.
[[nodiscard]] topology::layout::Request
layoutRequest(const Diagram& diagram, topology::layout::Direction direction = topology::layout::Direction::Down);

} // namespace vnscope::views::diagram
