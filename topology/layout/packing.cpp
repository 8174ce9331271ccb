// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/packing.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace vnscope::topology::layout {
namespace {

constexpr double kPartGap = 28;
constexpr double kAspect = 1.6; // Width to height of a screen.

/// Disjoint sets of vertices.
class Sets {
public:
    explicit Sets(std::size_t count) : m_parent(count) { std::iota(m_parent.begin(), m_parent.end(), std::size_t{0}); }

    /// The smallest member of the set.
    std::size_t find(std::size_t member)
    {
        while (m_parent[member] != member) {
            m_parent[member] = m_parent[m_parent[member]];
            member = m_parent[member];
        }
        return member;
    }
    void join(std::size_t one, std::size_t other)
    {
        const auto [small, large] = std::minmax({find(one), find(other)});
        m_parent[large] = small;
    }

private:
    std::vector<std::size_t> m_parent;
};

/// A part of the graph, with the numbers that its vertices and links have in the whole.
struct Part {
    Graph graph;
    std::vector<std::size_t> vertices;
    std::vector<std::size_t> links;
    Drawing drawing{};
};

std::vector<std::size_t> partOfVertex(const Graph& graph)
{
    Sets sets(graph.vertices.size());
    for (const Link& link : graph.links)
        sets.join(link.from, link.to);
    std::map<std::size_t, std::size_t> firstOfGroup;
    for (std::size_t vertex = 0; vertex < graph.vertices.size(); ++vertex) {
        if (const auto group = graph.vertices[vertex].group)
            sets.join(vertex, firstOfGroup.emplace(*group, vertex).first->second);
    }
    std::vector<std::size_t> parts;
    std::map<std::size_t, std::size_t> numbers;
    for (std::size_t vertex = 0; vertex < graph.vertices.size(); ++vertex)
        parts.push_back(numbers.emplace(sets.find(vertex), numbers.size()).first->second);
    return parts;
}

std::vector<Part> split(const Graph& graph)
{
    const std::vector<std::size_t> partOf = partOfVertex(graph);
    std::vector<Part> parts(partOf.empty() ? 0 : *std::max_element(partOf.begin(), partOf.end()) + 1);
    std::vector<std::size_t> local;
    for (std::size_t vertex = 0; vertex < graph.vertices.size(); ++vertex) {
        Part& part = parts[partOf[vertex]];
        local.push_back(part.vertices.size());
        part.vertices.push_back(vertex);
        part.graph.vertices.push_back(graph.vertices[vertex]);
    }
    for (std::size_t index = 0; index < graph.links.size(); ++index) {
        const Link& link = graph.links[index];
        Part& part = parts[partOf[link.from]];
        part.links.push_back(index);
        part.graph.links.push_back({local[link.from], local[link.to], link.isTight});
    }
    for (Part& part : parts)
        part.graph.groupLabels = graph.groupLabels;
    return parts;
}

/// Vertices of a group that nothing is joined to would stand in one long row: unseen links make a grid of them.
void addGridLinks(Graph& graph)
{
    std::vector<bool> isLinked(graph.vertices.size());
    for (const Link& link : graph.links)
        isLinked[link.from] = isLinked[link.to] = true;
    std::map<std::size_t, std::vector<std::size_t>> loose;
    for (std::size_t vertex = 0; vertex < graph.vertices.size(); ++vertex) {
        if (!isLinked[vertex] && graph.vertices[vertex].group)
            loose[*graph.vertices[vertex].group].push_back(vertex);
    }
    for (const auto& [group, vertices] : loose) {
        const auto columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(vertices.size()))));
        for (std::size_t at = columns; at < vertices.size(); ++at)
            graph.links.push_back({vertices[at - columns], vertices[at], true});
    }
}

bool isSingle(const Graph& graph)
{
    return graph.vertices.size() == 1 && !graph.vertices.front().group;
}

Drawing drawSingle(const Graph& graph)
{
    const Size size = graph.vertices.front().size;
    return {size, {{size.width / 2, size.height / 2}}, {}, std::vector<Rect>(graph.groupLabels.size())};
}

Point moved(Point point, Point by)
{
    return {point.x + by.x, point.y + by.y};
}

void insert(const Part& part, Point at, Drawing& whole)
{
    for (std::size_t index = 0; index < part.vertices.size(); ++index)
        whole.centres[part.vertices[index]] = moved(part.drawing.centres[index], at);
    for (std::size_t index = 0; index < part.links.size(); ++index) {
        for (const Point& point : part.drawing.routes[index])
            whole.routes[part.links[index]].push_back(moved(point, at));
    }
    for (const Vertex& vertex : part.graph.vertices) {
        if (!vertex.group)
            continue;
        const Rect& frame = part.drawing.frames[*vertex.group];
        whole.frames[*vertex.group] = {frame.left + at.x, frame.top + at.y, frame.right + at.x, frame.bottom + at.y};
    }
}

double rowWidth(const std::vector<Part>& parts)
{
    double area = 0;
    double widest = 0;
    for (const Part& part : parts) {
        area += (part.drawing.size.width + kPartGap) * (part.drawing.size.height + kPartGap);
        widest = std::max(widest, part.drawing.size.width);
    }
    return std::max(widest, std::sqrt(area * kAspect));
}

/// Rows from the top, the highest part first.
void pack(const std::vector<Part>& parts, Drawing& whole)
{
    std::vector<const Part*> order;
    for (const Part& part : parts)
        order.push_back(&part);
    std::stable_sort(order.begin(), order.end(), [](const Part* left, const Part* right) {
        return left->drawing.size.height > right->drawing.size.height;
    });
    const double width = rowWidth(parts);
    Point at;
    double rowHeight = 0;
    for (const Part* part : order) {
        const Size size = part->drawing.size;
        if (at.x > 0 && at.x + size.width > width) {
            at = {0, at.y + rowHeight + kPartGap};
            rowHeight = 0;
        }
        insert(*part, at, whole);
        whole.size = {std::max(whole.size.width, at.x + size.width), std::max(whole.size.height, at.y + size.height)};
        rowHeight = std::max(rowHeight, size.height);
        at.x += size.width + kPartGap;
    }
}

} // namespace

Drawing drawInParts(const Graph& graph, const std::function<Drawing(const Graph&)>& engine)
{
    std::vector<Part> parts = split(graph);
    for (Part& part : parts) {
        addGridLinks(part.graph);
        part.drawing = isSingle(part.graph) ? drawSingle(part.graph) : engine(part.graph);
    }
    Drawing whole{{},
                  std::vector<Point>(graph.vertices.size()),
                  std::vector<Route>(graph.links.size()),
                  std::vector<Rect>(graph.groupLabels.size())};
    pack(parts, whole);
    return whole;
}

} // namespace vnscope::topology::layout
