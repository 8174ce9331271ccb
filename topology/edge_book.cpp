// SPDX-License-Identifier: Apache-2.0
#include "topology/edge_book.hpp"

#include <algorithm>

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

/// Sorts, and joins spans of one edge that touch or overlap.
std::vector<Edge> joined(std::vector<Edge> edges)
{
    std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
        return std::tuple_cat(identityOf(a), std::tie(a.valid.begin)) <
               std::tuple_cat(identityOf(b), std::tie(b.valid.begin));
    });
    std::vector<Edge> out;
    for (Edge& edge : edges) {
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
    for (const Edge& edge : m_edges)
        addProven(edge);
    for (const Edge& edge : joined(std::move(m_doubtful)))
        addRest(edge);
    std::move(m_choices.begin(), m_choices.end(), std::back_inserter(m_edges));
    std::stable_sort(m_edges.begin(), m_edges.end(),
                     [](const Edge& a, const Edge& b) { return a.valid.begin < b.valid.begin; });
    return std::move(m_edges);
}

} // namespace vnscope::topology
