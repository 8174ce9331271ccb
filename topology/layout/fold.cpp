// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/fold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace vnscope::topology::layout {
namespace {

constexpr std::size_t kMostRows = 8;
constexpr double kRowGap = 26; ///< Between rows, besides the lanes.
constexpr double kLane = 7;    ///< Between lines that lead around the margin.
constexpr double kClear = 3;   ///< Between a cut and what is beside it.
constexpr double kLeastGain = 0.85;

/// One piece of a route: a cubic Bézier.
struct Piece {
    Point from, first, second, to;
};

Point between(Point a, Point b, double share)
{
    return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

/// De Casteljau.
std::pair<Piece, Piece> split(const Piece& piece, double at)
{
    const Point a = between(piece.from, piece.first, at);
    const Point middle = between(piece.first, piece.second, at);
    const Point b = between(piece.second, piece.to, at);
    const Point left = between(a, middle, at);
    const Point right = between(middle, b, at);
    const Point cut = between(left, right, at);
    return {{piece.from, a, left, cut}, {cut, right, b, piece.to}};
}

/// Where a piece whose ends are on both sides of `x` crosses it.
double crossing(const Piece& piece, double x)
{
    double low = 0;
    double high = 1;
    const bool isRightward = piece.from.x < piece.to.x;
    for (int step = 0; step < 40; ++step) {
        const double middle = (low + high) / 2;
        ((split(piece, middle).first.to.x < x) == isRightward ? low : high) = middle;
    }
    return low;
}

/// What stands in the drawing and must not be cut.
std::vector<Rect> thingsOf(const Request& request, const Placement& placement)
{
    std::vector<Rect> things;
    for (std::size_t node = 0; node < request.nodes.size(); ++node)
        things.push_back(rectAround(placement.nodes[node], request.nodes[node].size));
    for (std::size_t edge = 0; edge < request.edges.size(); ++edge) {
        const EdgePlacement& placed = placement.edges[edge];
        if (request.edges[edge].label)
            things.push_back(rectAround(placed.label, *request.edges[edge].label));
        if (request.edges[edge].fromLabel)
            things.push_back(rectAround(placed.fromLabel, *request.edges[edge].fromLabel));
        if (request.edges[edge].toLabel)
            things.push_back(rectAround(placed.toLabel, *request.edges[edge].toLabel));
    }
    for (const Rect& group : placement.groups)
        if (group.right > group.left)
            things.push_back(group);
    return things;
}

/// Middles of the gaps that nothing stands in, from left to right.
std::vector<double> gapsOf(std::vector<Rect> things)
{
    std::ranges::sort(things, {}, &Rect::left);
    std::vector<double> gaps;
    double covered = things.empty() ? 0 : things.front().right;
    for (const Rect& thing : things) {
        if (thing.left > covered + 2 * kClear)
            gaps.push_back((covered + thing.left) / 2);
        covered = std::max(covered, thing.right);
    }
    return gaps;
}

/// The gaps nearest to an even division into `rows`; fewer where gaps are few.
std::vector<double> cutsFor(const std::vector<double>& gaps, double width, std::size_t rows)
{
    std::vector<double> cuts;
    for (std::size_t row = 1; row < rows; ++row) {
        const double wanted = width * static_cast<double>(row) / static_cast<double>(rows);
        const auto nearest = std::ranges::min_element(gaps, {}, [&](double gap) { return std::abs(gap - wanted); });
        if (cuts.empty() || *nearest > cuts.back())
            cuts.push_back(*nearest);
    }
    return cuts;
}

/// One drawing, cut at given places.
class Folding final {
public:
    Folding(const Placement& placement, std::vector<double> cuts, const std::vector<Rect>& things)
        : m_placement(placement), m_cuts(std::move(cuts)), m_rows(m_cuts.size() + 1), m_lanes(m_cuts.size(), 0)
    {
        measure(things);
    }

    [[nodiscard]] Placement compose()
    {
        Placement folded;
        folded.size = m_size;
        folded.isByGraphviz = m_placement.isByGraphviz;
        for (const Point& node : m_placement.nodes)
            folded.nodes.push_back(moved(node));
        for (const EdgePlacement& edge : m_placement.edges)
            folded.edges.push_back(
                {foldRoute(edge.route), moved(edge.label), moved(edge.fromLabel), moved(edge.toLabel)});
        for (const Rect& group : m_placement.groups) {
            const Point from = moved({group.left, group.top});
            folded.groups.push_back(
                {from.x, from.y, from.x + group.right - group.left, from.y + group.bottom - group.top});
        }
        return folded;
    }

private:
    struct Row {
        double left = 0; ///< In the drawing.
        double top = std::numeric_limits<double>::max();
        double bottom = 0;
        double y = 0; ///< Of its top, when folded.
    };

    [[nodiscard]] std::size_t rowOf(double x) const
    {
        return static_cast<std::size_t>(std::ranges::upper_bound(m_cuts, x) - m_cuts.begin());
    }

    [[nodiscard]] Point moved(Point point) const { return movedIn(rowOf(point.x), point); }
    [[nodiscard]] Point movedIn(std::size_t row, Point point) const
    {
        return {point.x - m_rows[row].left + m_margin, point.y - m_rows[row].top + m_rows[row].y};
    }

    /// Pieces that lie in one row each, by their ends.
    [[nodiscard]] std::vector<Piece> piecesOf(const Route& route) const
    {
        std::vector<Piece> pieces;
        for (std::size_t at = 0; at + 3 < route.size(); at += 3) {
            Piece rest{route[at], route[at + 1], route[at + 2], route[at + 3]};
            while (rowOf(rest.from.x) != rowOf(rest.to.x)) {
                const std::size_t row = rowOf(rest.from.x);
                const double cut = rest.from.x < rest.to.x ? m_cuts[row] : m_cuts[row - 1];
                auto [before, after] = split(rest, crossing(rest, cut));
                // On the far side of the cut, whatever rounding made of it.
                after.from.x = rest.from.x < rest.to.x ? cut : std::nextafter(cut, cut - 1);
                pieces.push_back(before);
                rest = after;
            }
            pieces.push_back(rest);
        }
        return pieces;
    }

    /// The row that a piece lies in: that of its middle, as its ends may lie on a cut.
    [[nodiscard]] std::size_t rowOf(const Piece& piece) const { return rowOf((piece.from.x + piece.to.x) / 2); }

    void measure(const std::vector<Rect>& things)
    {
        double right = 0;
        for (std::size_t row = 1; row < m_rows.size(); ++row)
            m_rows[row].left = m_cuts[row - 1];
        const auto cover = [&](std::size_t row, double x, double top, double bottom) {
            m_rows[row].top = std::min(m_rows[row].top, top);
            m_rows[row].bottom = std::max(m_rows[row].bottom, bottom);
            right = std::max(right, x - m_rows[row].left);
        };
        for (const Rect& thing : things)
            cover(rowOf(thing.left), thing.right, thing.top, thing.bottom);
        std::vector<std::size_t> lanes(m_cuts.size(), 0);
        for (const EdgePlacement& edge : m_placement.edges) {
            std::optional<std::size_t> last;
            for (const Piece& piece : piecesOf(edge.route)) {
                const std::size_t row = rowOf(piece);
                const auto [top, bottom] = std::minmax({piece.from.y, piece.first.y, piece.second.y, piece.to.y});
                cover(row, std::max(piece.from.x, piece.to.x), top, bottom);
                if (last && *last != row)
                    ++lanes[std::min(*last, row)];
                last = row;
            }
        }
        const std::size_t most = lanes.empty() ? 0 : *std::ranges::max_element(lanes);
        m_margin = kLane * static_cast<double>(most + 1);
        m_right = right + m_margin;
        double y = 0;
        for (std::size_t row = 0; row < m_rows.size(); ++row) {
            m_rows[row].y = y;
            y += m_rows[row].bottom - m_rows[row].top;
            if (row < lanes.size())
                y += kRowGap + kLane * static_cast<double>(lanes[row]);
        }
        m_size = {m_right + m_margin, y};
    }

    /// From the right end of a row around the margin to the left end of the next, or back.
    void leadAround(std::size_t upper, bool isForward, Point to, Route& route)
    {
        const double lane = kLane * static_cast<double>(++m_lanes[upper]);
        const double y = m_rows[upper].y + m_rows[upper].bottom - m_rows[upper].top + kRowGap / 2 + lane;
        const double right = m_right + m_margin - lane;
        const double left = m_margin - lane;
        const Point from = route.back();
        const double first = isForward ? right : left;
        const double last = isForward ? left : right;
        for (const Point& corner : {Point{first, from.y}, Point{first, y}, Point{last, y}, Point{last, to.y}, to})
            lineTo(route, corner);
    }

    [[nodiscard]] Route foldRoute(const Route& route)
    {
        Route folded;
        std::optional<std::size_t> last;
        for (const Piece& piece : piecesOf(route)) {
            const std::size_t row = rowOf(piece);
            const Point from = movedIn(row, piece.from);
            if (!last)
                folded.push_back(from);
            else if (*last != row)
                leadAround(std::min(*last, row), *last < row, from, folded);
            folded.insert(folded.end(),
                          {movedIn(row, piece.first), movedIn(row, piece.second), movedIn(row, piece.to)});
            last = row;
        }
        return folded;
    }

    const Placement& m_placement;
    std::vector<double> m_cuts;
    std::vector<Row> m_rows;
    std::vector<std::size_t> m_lanes; ///< By cut: how many are taken.
    double m_margin = 0;              ///< At the left, and at the right beyond m_right.
    double m_right = 0;
    Size m_size;
};

} // namespace

double heightNeeded(const Size& drawing, double shape)
{
    return std::max(drawing.width / shape, drawing.height);
}

Placement fold(const Request& request, const Placement& placement, double shape)
{
    const std::vector<Rect> things = thingsOf(request, placement);
    const std::vector<double> gaps = gapsOf(things);
    Placement best = placement;
    double least = kLeastGain * heightNeeded(placement.size, shape);
    for (std::size_t rows = 2; rows <= kMostRows && !gaps.empty(); ++rows) {
        Placement folded = Folding(placement, cutsFor(gaps, placement.size.width, rows), things).compose();
        if (const double need = heightNeeded(folded.size, shape); need < least) {
            least = need;
            best = std::move(folded);
        }
    }
    return best;
}

} // namespace vnscope::topology::layout
