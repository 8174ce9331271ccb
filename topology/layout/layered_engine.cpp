// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/layered_engine.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <utility>

namespace vnscope::topology::layout {
namespace {

constexpr int kSweeps = 8;
constexpr std::size_t kMostBends = 20'000; // Above it, long links run straight: their bends would outnumber the boxes.

using Neighbours = std::vector<std::vector<std::size_t>>;

/// Layers of a graph without groups; a link over several layers gets an unseen vertex in each of those between.
class Layers {
public:
    explicit Layers(const Graph& graph);

    [[nodiscard]] Drawing draw();

private:
    struct Cell {
        double width = 0;
        double height = 0;
        double x = 0; ///< Centre.
        double position = 0;
        std::size_t layer = 0;
    };
    /// A link by the cells that it passes, downwards.
    struct Way {
        std::vector<std::size_t> cells;
        bool isReversed = false;
    };

    [[nodiscard]] std::vector<std::size_t> order() const;
    void assignLayers();
    void addWays();
    void sortLayers();
    void sortBy(std::vector<std::size_t>& layer, const Neighbours& neighbours);
    void setColumns();
    void align(const std::vector<std::size_t>& layer, const Neighbours& neighbours);
    void setRows();
    [[nodiscard]] std::map<std::pair<std::size_t, std::size_t>, double> anchors(bool isUpper) const;
    [[nodiscard]] Route route(std::size_t way, double startX, double endX) const;
    [[nodiscard]] double bottomOf(std::size_t cell) const;
    [[nodiscard]] double topOf(std::size_t cell) const;

    const Graph& m_graph;
    std::vector<Cell> m_cells;
    std::vector<Way> m_ways;
    std::vector<std::vector<std::size_t>> m_layers;
    Neighbours m_above;
    Neighbours m_below;
    std::vector<double> m_middles; ///< y of each layer.
    double m_height = 0;
};

Layers::Layers(const Graph& graph) : m_graph(graph)
{
    for (const Vertex& vertex : graph.vertices)
        m_cells.push_back({vertex.size.width, vertex.size.height, 0, 0, 0});
    assignLayers();
    addWays();
    sortLayers();
    setColumns();
    setRows();
}

/// Every vertex after those that lead to it; where circles forbid that, the first that is left comes next.
std::vector<std::size_t> Layers::order() const
{
    std::vector<std::size_t> waitsFor(m_cells.size());
    Neighbours leadsTo(m_cells.size());
    for (const Link& link : m_graph.links) {
        ++waitsFor[link.to];
        leadsTo[link.from].push_back(link.to);
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t cell = 0; cell < m_cells.size(); ++cell) {
        if (waitsFor[cell] == 0)
            ready.push(cell);
    }
    std::vector<bool> isDone(m_cells.size());
    std::vector<std::size_t> order;
    for (std::size_t firstLeft = 0; order.size() < m_cells.size();) {
        if (ready.empty()) {
            while (isDone[firstLeft])
                ++firstLeft;
            ready.push(firstLeft);
        }
        const std::size_t cell = ready.top();
        ready.pop();
        isDone[cell] = true;
        order.push_back(cell);
        for (const std::size_t next : leadsTo[cell]) {
            if (--waitsFor[next] == 0 && !isDone[next])
                ready.push(next);
        }
    }
    return order;
}

/// The longest path from the top decides.
void Layers::assignLayers()
{
    const std::vector<std::size_t> inOrder = order();
    std::vector<std::size_t> rank(m_cells.size());
    for (std::size_t at = 0; at < inOrder.size(); ++at)
        rank[inOrder[at]] = at;
    Neighbours later(m_cells.size());
    for (const Link& link : m_graph.links) {
        const bool isReversed = rank[link.to] < rank[link.from];
        later[isReversed ? link.to : link.from].push_back(isReversed ? link.from : link.to);
        m_ways.push_back({{isReversed ? link.to : link.from, isReversed ? link.from : link.to}, isReversed});
    }
    std::size_t layers = 0;
    for (const std::size_t cell : inOrder) {
        layers = std::max(layers, m_cells[cell].layer + 1);
        for (const std::size_t next : later[cell])
            m_cells[next].layer = std::max(m_cells[next].layer, m_cells[cell].layer + 1);
    }
    m_layers.resize(layers);
    for (const std::size_t cell : inOrder)
        m_layers[m_cells[cell].layer].push_back(cell);
}

void Layers::addWays()
{
    std::size_t bends = 0;
    for (const Way& way : m_ways)
        bends += m_cells[way.cells[1]].layer - m_cells[way.cells[0]].layer - 1;
    if (bends <= kMostBends) {
        for (Way& way : m_ways) {
            const std::size_t last = way.cells[1];
            const std::size_t endLayer = m_cells[last].layer;
            way.cells.pop_back();
            for (std::size_t layer = m_cells[way.cells[0]].layer + 1; layer < endLayer; ++layer) {
                way.cells.push_back(m_cells.size());
                m_layers[layer].push_back(m_cells.size());
                m_cells.push_back({0, 0, 0, 0, layer});
            }
            way.cells.push_back(last);
        }
    }
    m_above.resize(m_cells.size());
    m_below.resize(m_cells.size());
    for (const Way& way : m_ways) {
        for (std::size_t at = 1; at < way.cells.size(); ++at) {
            m_below[way.cells[at - 1]].push_back(way.cells[at]);
            m_above[way.cells[at]].push_back(way.cells[at - 1]);
        }
    }
}

/// Each cell goes to the mean position of its neighbours in the layer before.
void Layers::sortBy(std::vector<std::size_t>& layer, const Neighbours& neighbours)
{
    std::map<std::size_t, double> wanted;
    for (const std::size_t cell : layer) {
        double sum = 0;
        for (const std::size_t other : neighbours[cell])
            sum += m_cells[other].position;
        wanted[cell] =
            neighbours[cell].empty() ? m_cells[cell].position : sum / static_cast<double>(neighbours[cell].size());
    }
    std::stable_sort(layer.begin(), layer.end(),
                     [&](std::size_t left, std::size_t right) { return wanted[left] < wanted[right]; });
    for (std::size_t at = 0; at < layer.size(); ++at)
        m_cells[layer[at]].position = static_cast<double>(at) / static_cast<double>(layer.size());
}

void Layers::sortLayers()
{
    for (const auto& layer : m_layers) {
        for (std::size_t at = 0; at < layer.size(); ++at)
            m_cells[layer[at]].position = static_cast<double>(at) / static_cast<double>(layer.size());
    }
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        for (std::size_t layer = 1; layer < m_layers.size(); ++layer)
            sortBy(m_layers[layer], m_above);
        for (std::size_t layer = m_layers.size(); layer-- > 1;)
            sortBy(m_layers[layer - 1], m_below);
    }
}

/// As close to the mean x of its neighbours as the gaps allow: pushed to the right, pushed to the left, and the mean of
/// both, which keeps every gap that both keep.
void Layers::align(const std::vector<std::size_t>& layer, const Neighbours& neighbours)
{
    std::vector<double> wanted;
    for (const std::size_t cell : layer) {
        double sum = 0;
        for (const std::size_t other : neighbours[cell])
            sum += m_cells[other].x;
        wanted.push_back(neighbours[cell].empty() ? m_cells[cell].x
                                                  : sum / static_cast<double>(neighbours[cell].size()));
    }
    const auto gap = [&](std::size_t at) {
        return (m_cells[layer[at - 1]].width + m_cells[layer[at]].width) / 2 + kNodeGap;
    };
    std::vector<double> toRight = wanted;
    for (std::size_t at = 1; at < layer.size(); ++at)
        toRight[at] = std::max(toRight[at], toRight[at - 1] + gap(at));
    std::vector<double> toLeft = wanted;
    for (std::size_t at = layer.size(); at-- > 1;)
        toLeft[at - 1] = std::min(toLeft[at - 1], toLeft[at] - gap(at));
    for (std::size_t at = 0; at < layer.size(); ++at)
        m_cells[layer[at]].x = (toRight[at] + toLeft[at]) / 2;
}

void Layers::setColumns()
{
    for (const auto& layer : m_layers) {
        double x = 0;
        for (const std::size_t cell : layer) {
            m_cells[cell].x = x + m_cells[cell].width / 2;
            x += m_cells[cell].width + kNodeGap;
        }
    }
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        for (std::size_t layer = 1; layer < m_layers.size(); ++layer)
            align(m_layers[layer], m_above);
        for (std::size_t layer = m_layers.size(); layer-- > 1;)
            align(m_layers[layer - 1], m_below);
    }
}

/// Also moves everything to the right of x = 0.
void Layers::setRows()
{
    double y = 0;
    for (const auto& layer : m_layers) {
        double height = 0;
        for (const std::size_t cell : layer)
            height = std::max(height, m_cells[cell].height);
        m_middles.push_back(y + height / 2);
        m_height = y + height;
        y = m_height + kRankGap;
    }
    double left = 0;
    for (std::size_t at = 0; at < m_cells.size(); ++at)
        left = at == 0 ? m_cells[at].x - m_cells[at].width / 2 : std::min(left, m_cells[at].x - m_cells[at].width / 2);
    for (Cell& cell : m_cells)
        cell.x -= left;
}

double Layers::bottomOf(std::size_t cell) const
{
    return m_middles[m_cells[cell].layer] + m_cells[cell].height / 2;
}

double Layers::topOf(std::size_t cell) const
{
    return m_middles[m_cells[cell].layer] - m_cells[cell].height / 2;
}

/// x of where each way meets its cell: side by side in the order of where they lead, so that parallel links stay apart.
std::map<std::pair<std::size_t, std::size_t>, double> Layers::anchors(bool isUpper) const
{
    std::map<std::size_t, std::vector<std::pair<double, std::size_t>>> waysOf;
    for (std::size_t index = 0; index < m_ways.size(); ++index) {
        const auto& cells = m_ways[index].cells;
        const std::size_t own = isUpper ? cells.front() : cells.back();
        const std::size_t other = isUpper ? cells[1] : cells[cells.size() - 2];
        waysOf[own].emplace_back(m_cells[other].x, index);
    }
    std::map<std::pair<std::size_t, std::size_t>, double> anchors;
    for (auto& [cell, ways] : waysOf) {
        std::sort(ways.begin(), ways.end());
        const double step = m_cells[cell].width / static_cast<double>(ways.size() + 1);
        const double left = m_cells[cell].x - m_cells[cell].width / 2;
        for (std::size_t at = 0; at < ways.size(); ++at)
            anchors[{cell, ways[at].second}] = left + step * static_cast<double>(at + 1);
    }
    return anchors;
}

void curveDown(Route& route, Point to)
{
    const Point from = route.back();
    const double middle = (from.y + to.y) / 2;
    route.insert(route.end(), {{from.x, middle}, {to.x, middle}, to});
}

Route Layers::route(std::size_t index, double startX, double endX) const
{
    const Way& way = m_ways[index];
    Route route{{startX, bottomOf(way.cells.front())}};
    for (std::size_t at = 1; at + 1 < way.cells.size(); ++at)
        curveDown(route, {m_cells[way.cells[at]].x, m_middles[m_cells[way.cells[at]].layer]});
    curveDown(route, {endX, topOf(way.cells.back())});
    if (way.isReversed)
        std::reverse(route.begin(), route.end());
    return route;
}

Drawing Layers::draw()
{
    Drawing drawing;
    for (std::size_t cell = 0; cell < m_graph.vertices.size(); ++cell)
        drawing.centres.push_back({m_cells[cell].x, m_middles[m_cells[cell].layer]});
    const auto starts = anchors(true);
    const auto ends = anchors(false);
    for (std::size_t index = 0; index < m_ways.size(); ++index) {
        const auto& cells = m_ways[index].cells;
        drawing.routes.push_back(route(index, starts.at({cells.front(), index}), ends.at({cells.back(), index})));
    }
    drawing.size.height = m_height;
    for (const Cell& cell : m_cells)
        drawing.size.width = std::max(drawing.size.width, cell.x + cell.width / 2);
    return drawing;
}

/// The graph with each group as one vertex.
struct Quotient {
    Graph graph;
    std::vector<std::size_t> vertexOf; ///< By vertex of the whole.
    std::map<std::size_t, std::size_t> vertexOfGroup;
};

/// One group on its own.
struct Member {
    Graph graph;
    std::vector<std::size_t> vertices; ///< Their numbers in the whole.
    std::vector<std::size_t> links;
    Drawing drawing{};
};

std::map<std::size_t, Member> drawGroups(const Graph& graph)
{
    std::map<std::size_t, Member> members;
    std::vector<std::size_t> local(graph.vertices.size());
    for (std::size_t vertex = 0; vertex < graph.vertices.size(); ++vertex) {
        if (const auto group = graph.vertices[vertex].group) {
            Member& member = members[*group];
            local[vertex] = member.vertices.size();
            member.vertices.push_back(vertex);
            member.graph.vertices.push_back({graph.vertices[vertex].size, std::nullopt});
        }
    }
    for (std::size_t index = 0; index < graph.links.size(); ++index) {
        const Link& link = graph.links[index];
        const auto group = graph.vertices[link.from].group;
        if (!group || group != graph.vertices[link.to].group)
            continue;
        members[*group].links.push_back(index);
        members[*group].graph.links.push_back({local[link.from], local[link.to], link.isTight});
    }
    for (auto& [group, member] : members)
        member.drawing = Layers(member.graph).draw();
    return members;
}

Quotient quotientOf(const Graph& graph, const std::map<std::size_t, Member>& members)
{
    Quotient quotient;
    for (const Vertex& vertex : graph.vertices) {
        std::size_t number = quotient.graph.vertices.size();
        if (vertex.group) {
            const auto [known, isNew] = quotient.vertexOfGroup.emplace(*vertex.group, number);
            const Size inside = members.at(*vertex.group).drawing.size;
            const double margin = 2 * frameMargin(graph, *vertex.group);
            if (isNew)
                quotient.graph.vertices.push_back({{inside.width + margin, inside.height + margin}, std::nullopt});
            number = known->second;
        } else {
            quotient.graph.vertices.push_back(vertex);
        }
        quotient.vertexOf.push_back(number);
    }
    for (const Link& link : graph.links) {
        if (quotient.vertexOf[link.from] != quotient.vertexOf[link.to])
            quotient.graph.links.push_back({quotient.vertexOf[link.from], quotient.vertexOf[link.to], link.isTight});
    }
    return quotient;
}

/// Links that the groups' own drawings have not drawn. Those between the same two boxes aim a little aside.
void drawStraight(const Graph& graph, Drawing& drawing)
{
    std::map<std::pair<std::size_t, std::size_t>, int> seen;
    for (std::size_t index = 0; index < graph.links.size(); ++index) {
        if (!drawing.routes[index].empty())
            continue;
        const Link& link = graph.links[index];
        const int before = seen[std::minmax(link.from, link.to)]++;
        const Vertex& upper = graph.vertices[link.from];
        const Vertex& lower = graph.vertices[link.to];
        const double room = std::min(upper.size.width, lower.size.width) / 2;
        const double side = before % 2 == 0 ? 1 : -1;
        const double aside = std::min(8.0 * ((before + 1) / 2), room) * side;
        Point from = drawing.centres[link.from];
        Point to = drawing.centres[link.to];
        const Point start = leaveBox(from, upper.size, {to.x + aside, to.y});
        lineTo(drawing.routes[index], start);
        lineTo(drawing.routes[index], leaveBox(to, lower.size, {from.x + aside, from.y}));
    }
}

} // namespace

Drawing drawLayered(const Graph& graph)
{
    const std::map<std::size_t, Member> members = drawGroups(graph);
    if (members.empty()) {
        Drawing drawing = Layers(graph).draw();
        drawing.frames.resize(graph.groupLabels.size());
        return drawing;
    }
    const Quotient quotient = quotientOf(graph, members);
    const Drawing outer = Layers(quotient.graph).draw();
    Drawing drawing{
        outer.size, {}, std::vector<Route>(graph.links.size()), std::vector<Rect>(graph.groupLabels.size())};
    for (const std::size_t vertex : quotient.vertexOf)
        drawing.centres.push_back(outer.centres[vertex]);
    for (const auto& [group, member] : members) {
        const std::size_t frame = quotient.vertexOfGroup.at(group);
        drawing.frames[group] = rectAround(outer.centres[frame], quotient.graph.vertices[frame].size);
        const double margin = frameMargin(graph, group);
        const Point origin{drawing.frames[group].left + margin, drawing.frames[group].top + margin};
        const auto moved = [&](Point point) { return Point{origin.x + point.x, origin.y + point.y}; };
        for (std::size_t at = 0; at < member.vertices.size(); ++at)
            drawing.centres[member.vertices[at]] = moved(member.drawing.centres[at]);
        for (std::size_t at = 0; at < member.links.size(); ++at) {
            for (const Point& point : member.drawing.routes[at])
                drawing.routes[member.links[at]].push_back(moved(point));
        }
    }
    drawStraight(graph, drawing);
    return drawing;
}

} // namespace vnscope::topology::layout
