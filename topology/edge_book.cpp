// SPDX-License-Identifier: Apache-2.0
#include "topology/edge_book.hpp"

#include <algorithm>
#include <numeric>

namespace vnscope::topology {

namespace {

auto identityOf(const Edge& edge)
{
    return std::tie(edge.from, edge.to, edge.kind, edge.vlan, edge.certainty);
}

/// The parts of `range` that are in none of `taken`.
std::vector<base::TimeRange> without(base::TimeRange range, std::vector<base::TimeRange> taken)
{
    std::sort(taken.begin(), taken.end(), [](auto& a, auto& b) { return a.begin < b.begin; });
    std::vector<base::TimeRange> rest;
    for (const base::TimeRange& span : taken) {
        const base::TimeRange before{range.begin, std::min(range.end, span.begin)};
        if (!before.isEmpty())
            rest.push_back(before);
        range.begin = std::max(range.begin, span.end);
    }
    if (!range.isEmpty())
        rest.push_back(range);
    return rest;
}

/// The edges in the order of what `keyOf` says of each, equal ones as they came. There are many, and they are large:
/// what is sorted are their numbers.
template <typename KeyOf> std::vector<std::uint32_t> orderOf(const std::vector<Edge>& edges, KeyOf keyOf)
{
    std::vector<std::uint32_t> order(edges.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return keyOf(edges[a]) < keyOf(edges[b]); });
    return order;
}

/// Sorts, and joins spans of one edge that touch or overlap.
std::vector<Edge> joined(std::vector<Edge> edges)
{
    std::vector<Edge> out;
    out.reserve(edges.size());
    const auto keyOf = [](const Edge& edge) { return std::tuple_cat(identityOf(edge), std::tie(edge.valid.begin)); };
    for (const std::uint32_t number : orderOf(edges, keyOf)) {
        Edge& edge = edges[number];
        const bool isMore =
            !out.empty() && identityOf(out.back()) == identityOf(edge) && edge.valid.begin <= out.back().valid.end;
        if (isMore) {
            out.back().valid.end = std::max(out.back().valid.end, edge.valid.end);
            out.back().evidence += edge.evidence;
        } else {
            out.push_back(std::move(edge));
        }
    }
    return out;
}

} // namespace

void EdgeBook::add(Edge edge)
{
    if (edge.to < edge.from && edge.kind == EdgeKind::Uplink)
        std::swap(edge.from, edge.to);
    if (!edge.valid.isEmpty())
        m_proven.push_back(std::move(edge));
}

void EdgeBook::addDoubtful(Edge edge)
{
    edge.certainty = Certainty::Ambiguous;
    if (edge.to < edge.from && edge.kind == EdgeKind::Uplink)
        std::swap(edge.from, edge.to);
    if (!edge.valid.isEmpty())
        m_doubtful.push_back(std::move(edge));
}

void EdgeBook::addAlternatives(std::vector<Edge> edges)
{
    std::erase_if(edges, [](const Edge& edge) { return edge.valid.isEmpty(); });
    bool isNew = false;
    for (const Edge& edge : edges) {
        auto& before = m_chosen[{std::min(edge.from, edge.to), std::max(edge.from, edge.to), edge.kind, edge.vlan}];
        isNew = isNew || std::find(before.begin(), before.end(), edge.valid) == before.end();
        before.push_back(edge.valid);
    }
    if (!isNew)
        return;
    ++m_groups;
    for (Edge& edge : edges) {
        edge.certainty = Certainty::Ambiguous;
        edge.alternatives = m_groups;
        m_choices.push_back(std::move(edge));
    }
}

/// What an edge excludes for others: a station is at one place in a VLAN, and a port at one end of one link or segment.
std::vector<EdgeBook::Slot> EdgeBook::slotsOf(const Edge& edge)
{
    switch (edge.kind) {
    case EdgeKind::AttachedHost: return {{edge.to, edge.kind, edge.vlan}};
    case EdgeKind::Uplink: return {{edge.from, edge.kind, edge.vlan}, {edge.to, edge.kind, edge.vlan}};
    default: return {};
    }
}

void EdgeBook::addProven(const Edge& edge)
{
    for (const Slot& slot : slotsOf(edge))
        m_taken[slot].push_back(edge.valid);
}

void EdgeBook::addRest(const Edge& edge)
{
    std::vector<base::TimeRange> taken;
    for (const Slot& slot : slotsOf(edge)) {
        const auto found = m_taken.find(slot);
        if (found != m_taken.end())
            taken.insert(taken.end(), found->second.begin(), found->second.end());
    }
    for (const base::TimeRange& rest : without(edge.valid, taken)) {
        m_edges.push_back(edge);
        m_edges.back().valid = rest;
        m_edges.back().alternatives = ++m_groups;
    }
}

std::vector<Edge> EdgeBook::take()
{
    m_edges = joined(std::move(m_proven));
    if (!m_doubtful.empty()) // Nobody else asks.
        std::for_each(m_edges.begin(), m_edges.end(), [&](const Edge& edge) { addProven(edge); });
    for (const Edge& edge : joined(std::move(m_doubtful)))
        addRest(edge);
    std::move(m_choices.begin(), m_choices.end(), std::back_inserter(m_edges));
    std::vector<Edge> edges;
    edges.reserve(m_edges.size());
    for (const std::uint32_t number : orderOf(m_edges, [](const Edge& edge) { return edge.valid.begin; }))
        edges.push_back(std::move(m_edges[number]));
    return edges;
}

} // namespace vnscope::topology
