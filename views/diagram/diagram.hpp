// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <vector>

/// Boxes and lines before anybody places or draws them. The topology map and the flow graph are made of these; SVG and
/// dot are drawn from them. Strings are as the trace gave them: who draws makes them harmless.
namespace vnscope::views::diagram {

/// What a box stands for; each has an outline of its own.
enum class Shape {
    Bridge,  ///< A switch: bridge, Open vSwitch.
    Device,  ///< A network device.
    Station, ///< An end host.
    Segment, ///< Something anonymous in between.
    Stack,   ///< Several boxes that were collapsed into one.
    Place,   ///< Where packets are, in a device or not: a queue, a socket, user space.
};

struct Box {
    std::string id;                   ///< Unique in the diagram, stable for the same thing.
    std::vector<std::string> lines{}; ///< The first is the name.
    Shape shape = Shape::Device;
    std::string group{};   ///< Boxes of one group (a host, a namespace) are drawn together; empty: none.
    std::string tooltip{}; ///< May be empty.
    std::string badge{};   ///< A word or two of alarm on a ground of its own, above the name; empty: none.
    double heat = 0;       ///< 0..1: how strongly it is filled. What it stands for is in the lines, too.

    bool operator==(const Box&) const = default;
};

/// How sure a line is: solid, dashed, dotted with a question mark. Dashes tell nothing else.
enum class Sureness { Certain, Inferred, Ambiguous };

/// `bridge`, `device`, …; `certain`, `inferred`, `ambiguous`: for JSON.
[[nodiscard]] std::string_view toText(Shape shape);
[[nodiscard]] std::string_view toText(Sureness sureness);

struct Line {
    std::size_t from = 0; ///< Index of a box.
    std::size_t to = 0;
    std::string label{};     ///< At its middle; may be empty.
    std::string fromLabel{}; ///< At its ends, e.g. port names; may be empty.
    std::string toLabel{};
    std::optional<std::size_t> style{}; ///< Index into Diagram::styles: colour, with a marker as its second cue.
    Sureness sureness = Sureness::Certain;
    bool isDirected = false;
    double weight = 0;     ///< 0..1 of the heaviest: the line's width.
    std::string tooltip{}; ///< May be empty.

    bool operator==(const Line&) const = default;
};

struct Diagram {
    std::string title;       ///< Also the accessible name.
    std::string description; ///< What the picture says in one sentence, for those who do not see it.
    std::vector<Box> boxes;
    std::vector<Line> lines;
    std::vector<std::string>
        styles; ///< Names in the legend, e.g. "VLAN 10"; style i has the colour of chart::seriesStyle(i).
    std::vector<std::string> remarks;  ///< Said below, e.g. how many boxes were collapsed.
    std::string heatName{};            ///< In the legend: what the hottest box has; empty: boxes have no heat.
    std::string deviceName = "device"; ///< In the legend: what boxes of Shape::Device are.

    bool operator==(const Diagram&) const = default;
};

} // namespace vnscope::views::diagram
