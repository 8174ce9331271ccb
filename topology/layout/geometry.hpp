// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace vnscope::topology::layout {

/// Pixels, from the left and top.
struct Point {
    double x = 0;
    double y = 0;

    bool operator==(const Point&) const = default;
};

struct Size {
    double width = 0;
    double height = 0;

    bool operator==(const Size&) const = default;
};

struct Rect {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    bool operator==(const Rect&) const = default;
};

/// Cubic Béziers one after the other: 1 + 3n points, every third one on the curve. Empty: nothing to draw.
using Route = std::vector<Point>;

[[nodiscard]] inline Rect rectAround(Point centre, Size size)
{
    return {centre.x - size.width / 2, centre.y - size.height / 2, centre.x + size.width / 2,
            centre.y + size.height / 2};
}

/// Where a straight line from the centre of a box towards `target` leaves the box.
[[nodiscard]] inline Point leaveBox(Point centre, Size size, Point target)
{
    const double dx = target.x - centre.x;
    const double dy = target.y - centre.y;
    const double shareX = dx == 0 ? 1 : size.width / 2 / std::fabs(dx);
    const double shareY = dy == 0 ? 1 : size.height / 2 / std::fabs(dy);
    const double share = std::min({shareX, shareY, 1.0});
    return {centre.x + dx * share, centre.y + dy * share};
}

/// Appends a straight piece; on an empty route, its first point.
inline void lineTo(Route& route, Point to)
{
    if (route.empty()) {
        route.push_back(to);
        return;
    }
    const Point from = route.back();
    const auto between = [&](double share) {
        return Point{from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
    };
    route.insert(route.end(), {between(1.0 / 3), between(2.0 / 3), to});
}

} // namespace vnscope::topology::layout
