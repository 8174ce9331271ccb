// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/strokes.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "views/diagram/anatomy.hpp"

namespace vnscope::views::diagram {
namespace {

using topology::layout::Point;
using topology::layout::Rect;
using topology::layout::Route;

std::string point(Point at)
{
    return coordinate(at.x) + ' ' + coordinate(at.y);
}

std::string polygon(std::initializer_list<Point> corners)
{
    std::string data;
    for (const Point& corner : corners)
        data += (data.empty() ? 'M' : 'L') + point(corner);
    return data + 'Z';
}

std::string roundedRect(const Rect& box, double radius)
{
    const std::string r = coordinate(radius);
    const auto arc = [&](double x, double y) { return fmt::format("A{0} {0} 0 0 1 {1}", r, point({x, y})); };
    return 'M' + point({box.left + radius, box.top}) + 'H' + coordinate(box.right - radius) +
           arc(box.right, box.top + radius) + 'V' + coordinate(box.bottom - radius) +
           arc(box.right - radius, box.bottom) + 'H' + coordinate(box.left + radius) +
           arc(box.left, box.bottom - radius) + 'V' + coordinate(box.top + radius) + arc(box.left + radius, box.top) +
           'Z';
}

std::string cutCorners(const Rect& box, double cut)
{
    return polygon({{box.left + cut, box.top},
                    {box.right - cut, box.top},
                    {box.right, box.top + cut},
                    {box.right, box.bottom - cut},
                    {box.right - cut, box.bottom},
                    {box.left + cut, box.bottom},
                    {box.left, box.bottom - cut},
                    {box.left, box.top + cut}});
}

std::string hexagon(const Rect& box, double cut)
{
    const double middle = (box.top + box.bottom) / 2;
    return polygon({{box.left + cut, box.top},
                    {box.right - cut, box.top},
                    {box.right, middle},
                    {box.right - cut, box.bottom},
                    {box.left + cut, box.bottom},
                    {box.left, middle}});
}

/// The front box at the lower left, and of those behind it what looks out at the upper right.
std::string stack(const Rect& box)
{
    const double all = 2 * kStackOffset;
    std::string data = roundedRect({box.left, box.top + all, box.right - all, box.bottom}, 3);
    for (const double behind : {1.0, 2.0}) {
        const double step = behind * kStackOffset;
        data += 'M' + point({box.left + step, box.top + all - step + kStackOffset}) + 'V' +
                coordinate(box.top + all - step) + 'H' + coordinate(box.right - all + step) + 'V' +
                coordinate(box.bottom - step) + 'H' + coordinate(box.right - all + step - kStackOffset);
    }
    return data;
}

std::string cross(Point at, double radius, double half)
{
    const auto rect = [&](double x, double y) {
        return polygon({{at.x - x, at.y - y}, {at.x + x, at.y - y}, {at.x + x, at.y + y}, {at.x - x, at.y + y}});
    };
    return rect(radius, half) + rect(half, radius);
}

/// Corners on a circle, every other one further inside by `inner`.
std::string star(Point at, double radius, double inner, int corners, double turn)
{
    constexpr double kTurn = 6.283185307179586;
    std::string data;
    for (int corner = 0; corner < corners; ++corner) {
        const double angle = turn + kTurn * corner / corners;
        const double reach = corner % 2 == 0 ? radius : radius * inner;
        data += (data.empty() ? 'M' : 'L') + point({at.x + reach * std::sin(angle), at.y - reach * std::cos(angle)});
    }
    return data + 'Z';
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

std::string outlineData(Shape shape, const Rect& box)
{
    switch (shape) {
    case Shape::Bridge: {
        const std::string inner = fmt::format("M{}V{}M{}V{}", point({box.left + 5, box.top}), coordinate(box.bottom),
                                              point({box.right - 5, box.top}), coordinate(box.bottom));
        return roundedRect(box, 1) + inner;
    }
    case Shape::Device: return roundedRect(box, 4);
    case Shape::Station: return roundedRect(box, std::min(14.0, (box.bottom - box.top) / 2));
    case Shape::Segment: return hexagon(box, 9);
    case Shape::Stack: return stack(box);
    case Shape::Place: return cutCorners(box, 7);
    }
    return {};
}

std::string markerData(std::size_t style, Point at, double radius)
{
    const std::size_t round = style / chart::kSeriesStyles;
    switch (chart::seriesStyle(style + round).marker) {
    case chart::Marker::Circle: return roundedRect(rectAround(at, {2 * radius, 2 * radius}), radius);
    case chart::Marker::Square: return star(at, radius * 1.25, 1, 4, 0.7853981633974483);
    case chart::Marker::TriangleUp: return star(at, radius * 1.2, 1, 3, 0);
    case chart::Marker::Diamond: return star(at, radius * 1.2, 1, 4, 0);
    case chart::Marker::TriangleDown: return star(at, radius * 1.2, 1, 3, 3.141592653589793);
    case chart::Marker::Cross: return star(at, radius * 1.25, 0.35, 8, 0.7853981633974483);
    case chart::Marker::Plus: return cross(at, radius, radius * 0.38);
    case chart::Marker::Star: return star(at, radius * 1.25, 0.45, 10, 0);
    }
    return {};
}

std::string cutArrowHead(Route& route, double width)
{
    const Point tip = route.back();
    Point before = tip;
    for (std::size_t at = route.size() - 1; at-- > 0 && before == tip;)
        before = route[at];
    const double distance = std::hypot(tip.x - before.x, tip.y - before.y);
    if (distance == 0)
        return {};
    const double length = 8 + width;
    const double half = 3.5 + width * 0.75;
    const Point along{(tip.x - before.x) / distance, (tip.y - before.y) / distance};
    const Point foot{tip.x - along.x * length, tip.y - along.y * length};
    route.back() = {tip.x - along.x * length * 0.8, tip.y - along.y * length * 0.8};
    return polygon(
        {tip, {foot.x - along.y * half, foot.y + along.x * half}, {foot.x + along.y * half, foot.y - along.x * half}});
}

std::string lineClass(std::string_view base, const std::optional<std::size_t>& style)
{
    return style ? fmt::format("{} series-{}", base, *style % chart::kSeriesStyles) : fmt::format("{} plain", base);
}

double lineWidth(double weight)
{
    return 1.6 + 5 * std::clamp(weight, 0.0, 1.0);
}

std::string dashes(Sureness sureness, double width)
{
    switch (sureness) {
    case Sureness::Certain: return {};
    case Sureness::Inferred: return coordinate(5 + width) + ' ' + coordinate(3 + width);
    case Sureness::Ambiguous: return "0.1 " + coordinate(2.6 + width);
    }
    return {};
}

} // namespace vnscope::views::diagram
