// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "views/chart/time_chart.hpp"

/// Where everything of a chart goes, in pixels from the top left corner. No ink: SVG and widgets draw the same
/// geometry.
namespace vnscope::views::chart {

struct Point {
    double x = 0;
    double y = 0;

    bool operator==(const Point&) const = default;
};

struct Rect {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    bool operator==(const Rect&) const = default;
};

/// A label's place; `text` is not escaped for anything.
struct Label {
    enum class Anchor { Start, Middle, End };

    Point at; ///< On the text's baseline.
    Anchor anchor = Anchor::Start;
    std::string text;
};

/// A straight line of the grid or of an axis.
struct Line {
    Point from;
    Point to;
};

/// The outline of one series, from the zero line at its left end over every step to the zero line at its right end.
struct Area {
    std::size_t style = 0;    ///< For seriesStyle().
    double zero = 0;          ///< y of its zero line.
    std::vector<Point> peaks; ///< Outline of the largest value under each pixel column: no peak is hidden.
    std::vector<Point> means; ///< Outline of the mean; empty where it would be the same line.
};

struct Layout {
    double width = 0;
    double height = 0;
    std::vector<Rect> plots; ///< One per strip; one in all for Mirrored.
    std::vector<Line> grid;
    std::vector<Line> zeroLines;
    std::vector<Line> lossMarks;
    std::vector<Area> areas;
    std::vector<Label> axisLabels;
    std::vector<Label> seriesLabels;
    std::vector<Label> peakLabels;
};

/// Lays out `chart` `width` pixels wide; the height follows from the kind and the number of series.
[[nodiscard]] Layout layOut(const TimeChart& chart, double width);

} // namespace vnscope::views::chart
