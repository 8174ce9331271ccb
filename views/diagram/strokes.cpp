// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/strokes.hpp"

#include <cmath>

#include <fmt/format.h>

namespace vnscope::views::diagram {
namespace {

using topology::layout::Point;
using topology::layout::Route;

std::string point(Point at)
{
    return coordinate(at.x) + ' ' + coordinate(at.y);
}

/// The shortest command for a straight line.
std::string lineData(Point from, Point to)
{
    if (from.y == to.y)
        return 'H' + coordinate(to.x);
    return from.x == to.x ? 'V' + coordinate(to.y) : 'L' + point(to);
}

std::string cornerData(Point from, Point to)
{
    return fmt::format("A{} {} 0 0 1 {}", coordinate(std::fabs(to.x - from.x)), coordinate(std::fabs(to.y - from.y)),
                       point(to));
}

} // namespace

std::string coordinate(double value)
{
    const double rounded = std::round(value * 10) / 10;
    return fmt::format("{}", rounded == 0 ? 0.0 : rounded);
}

std::string pathData(const Route& route)
{
    std::string data = 'M' + point(route.front());
    for (std::size_t at = 1; at + 2 < route.size(); at += 3)
        data += 'C' + point(route[at]) + ' ' + point(route[at + 1]) + ' ' + point(route[at + 2]);
    return data;
}

std::string pathData(const Outline& outline)
{
    std::string data;
    Point pen;
    for (const Stroke& stroke : outline) {
        switch (stroke.kind) {
        case Stroke::Kind::Move: data += 'M' + point(stroke.to); break;
        case Stroke::Kind::Line: data += lineData(pen, stroke.to); break;
        case Stroke::Kind::Corner: data += cornerData(pen, stroke.to); break;
        case Stroke::Kind::Close: data += 'Z'; break;
        }
        pen = stroke.to;
    }
    return data;
}

std::string lineClass(std::string_view base, const std::optional<std::size_t>& style)
{
    return style ? fmt::format("{} series-{}", base, *style % chart::kSeriesStyles) : fmt::format("{} plain", base);
}

std::string dashes(Sureness sureness, double width)
{
    std::string text;
    for (const double length : dashPattern(sureness, width))
        text += (text.empty() ? "" : " ") + coordinate(length);
    return text;
}

} // namespace vnscope::views::diagram
