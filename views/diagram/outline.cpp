// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/outline.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "views/diagram/anatomy.hpp"

namespace vnscope::views::diagram {
namespace {

using topology::layout::Point;
using topology::layout::Rect;
using topology::layout::Route;
using Kind = Stroke::Kind;

void append(Outline& outline, Outline more)
{
    outline.insert(outline.end(), more.begin(), more.end());
}

/// Points joined by straight lines; open.
Outline joined(std::initializer_list<Point> points)
{
    Outline outline;
    for (const Point& point : points)
        outline.push_back({outline.empty() ? Kind::Move : Kind::Line, point});
    return outline;
}

Outline polygon(std::initializer_list<Point> corners)
{
    Outline outline = joined(corners);
    outline.push_back({Kind::Close});
    return outline;
}

Outline roundedRect(const Rect& box, double radius)
{
    const auto& [left, top, right, bottom] = box;
    return {{Kind::Move, {left + radius, top}},
            {Kind::Line, {right - radius, top}},
            {Kind::Corner, {right, top + radius}, {right, top}},
            {Kind::Line, {right, bottom - radius}},
            {Kind::Corner, {right - radius, bottom}, {right, bottom}},
            {Kind::Line, {left + radius, bottom}},
            {Kind::Corner, {left, bottom - radius}, {left, bottom}},
            {Kind::Line, {left, top + radius}},
            {Kind::Corner, {left + radius, top}, {left, top}},
            {Kind::Close}};
}

Outline cutCorners(const Rect& box, double cut)
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

Outline hexagon(const Rect& box, double cut)
{
    const double middle = (box.top + box.bottom) / 2;
    return polygon({{box.left + cut, box.top},
                    {box.right - cut, box.top},
                    {box.right, middle},
                    {box.right - cut, box.bottom},
                    {box.left + cut, box.bottom},
                    {box.left, middle}});
}

/// A switch: a box with a bar at either side.
Outline bridge(const Rect& box)
{
    Outline outline = roundedRect(box, 1);
    for (const double x : {box.left + 5, box.right - 5})
        append(outline, joined({{x, box.top}, {x, box.bottom}}));
    return outline;
}

/// The front box at the lower left, and of those behind it what looks out at the upper right.
Outline stack(const Rect& box)
{
    const double all = 2 * kStackOffset;
    Outline outline = roundedRect({box.left, box.top + all, box.right - all, box.bottom}, 3);
    for (const double behind : {1.0, 2.0}) {
        const double step = behind * kStackOffset;
        const double right = box.right - all + step;
        append(outline, joined({{box.left + step, box.top + all - step + kStackOffset},
                                {box.left + step, box.top + all - step},
                                {right, box.top + all - step},
                                {right, box.bottom - step},
                                {right - kStackOffset, box.bottom - step}}));
    }
    return outline;
}

Outline cross(Point at, double radius, double half)
{
    const auto rect = [&](double x, double y) {
        return polygon({{at.x - x, at.y - y}, {at.x + x, at.y - y}, {at.x + x, at.y + y}, {at.x - x, at.y + y}});
    };
    Outline outline = rect(radius, half);
    append(outline, rect(half, radius));
    return outline;
}

/// Corners on a circle, every other one further inside by `inner`.
Outline star(Point at, double radius, double inner, int corners, double turn)
{
    constexpr double kTurn = 6.283185307179586;
    Outline outline;
    for (int corner = 0; corner < corners; ++corner) {
        const double angle = turn + kTurn * corner / corners;
        const double reach = corner % 2 == 0 ? radius : radius * inner;
        outline.push_back({outline.empty() ? Kind::Move : Kind::Line,
                           {at.x + reach * std::sin(angle), at.y - reach * std::cos(angle)}});
    }
    outline.push_back({Kind::Close});
    return outline;
}

} // namespace

Outline outlineOf(Shape shape, const Rect& box)
{
    switch (shape) {
    case Shape::Bridge: return bridge(box);
    case Shape::Device: return roundedRect(box, 4);
    case Shape::Station: return roundedRect(box, std::min(14.0, (box.bottom - box.top) / 2));
    case Shape::Segment: return hexagon(box, 9);
    case Shape::Stack: return stack(box);
    case Shape::Place: return cutCorners(box, 7);
    }
    return {};
}

Outline markerOf(std::size_t style, Point at, double radius)
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

Outline cutArrowHead(Route& route, double width)
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

double lineWidth(double weight)
{
    return 1.6 + 5 * std::clamp(weight, 0.0, 1.0);
}

std::vector<double> dashPattern(Sureness sureness, double width)
{
    switch (sureness) {
    case Sureness::Certain: return {};
    case Sureness::Inferred: return {5 + width, 3 + width};
    case Sureness::Ambiguous: return {0.1, 2.6 + width};
    }
    return {};
}

} // namespace vnscope::views::diagram
