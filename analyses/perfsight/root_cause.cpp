// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/root_cause.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "analyses/perfsight/adjacency.hpp"

namespace vnscope::analyses::perfsight {

namespace {

constexpr NodeIndex kNobody = std::numeric_limits<NodeIndex>::max();

/// One run of Algorithm 2.
class RootCauseSearch final {
public:
    explicit RootCauseSearch(const MiddleboxGraph& graph)
        : m_graph(graph), m_adjacency(adjacencyOf(graph)), m_components(componentsOf(m_adjacency))
    {
        const std::vector<Sides> sides = sidesOf(graph);
        for (NodeIndex node = 0; node < graph.nodes.size(); ++node)
            m_diagnosis.states.push_back(stateOf(graph.nodes[node], sides[node]));
    }

    Diagnosis run()
    {
        walkFromFirst();
        walkFromLast();
        m_nearestReadBlocked = nearest(BlockState::ReadBlocked, m_adjacency.out, &Link::to);
        m_nearestWriteBlocked = nearest(BlockState::WriteBlocked, m_adjacency.in, &Link::from);
        findStarving();
        for (NodeIndex node = 0; node < m_graph.nodes.size(); ++node)
            judge(node);
        if (m_diagnosis.rootCauses.empty())
            blameCycle();
        return std::move(m_diagnosis);
    }

private:
    [[nodiscard]] BlockState state(NodeIndex node) const { return m_diagnosis.states[node].state; }
    [[nodiscard]] bool isBlocked(NodeIndex node) const
    {
        return state(node) == BlockState::ReadBlocked || state(node) == BlockState::WriteBlocked;
    }
    /// The sender waits on this very link, as far as it counts links apart.
    [[nodiscard]] bool isPushedBack(const Link& link) const
    {
        return state(link.from) == BlockState::WriteBlocked &&
               isWriteBlocked(link, m_graph.nodes[link.from]).value_or(true);
    }
    [[nodiscard]] bool hasPushedBack(NodeIndex node) const
    {
        return std::any_of(m_adjacency.in[node].begin(), m_adjacency.in[node].end(),
                           [this](const Link* link) { return isPushedBack(*link); });
    }
    /// Where several senders meet, the slot that a WriteBlocked receiver has for one of them may be all it asks for: it
    /// measured that it does not wait, and another sender's waiting explains the receiver's.
    [[nodiscard]] bool isSpared(const Link& link) const
    {
        const bool isMeasured = state(link.from) == BlockState::Running || state(link.from) == BlockState::ReadBlocked;
        return isMeasured && hasPushedBack(link.to);
    }

    void walkFromFirst()
    {
        std::vector<NodeIndex> open = startOf(m_components.isFirst);
        m_isFreeBefore.assign(m_graph.nodes.size(), false);
        for (const NodeIndex node : open)
            m_isFreeBefore[node] = true;
        while (!open.empty()) {
            const NodeIndex node = open.back();
            open.pop_back();
            if (state(node) == BlockState::ReadBlocked)
                continue;
            for (const Link* link : m_adjacency.out[node])
                mark(m_isFreeBefore, link->to, open);
        }
    }

    void walkFromLast()
    {
        std::vector<NodeIndex> open = startOf(m_components.isLast);
        m_isFreeBehind.assign(m_graph.nodes.size(), false);
        for (const NodeIndex node : open)
            m_isFreeBehind[node] = true;
        for (const Link& link : m_graph.links) {
            if (link.propagates() && isSpared(link))
                mark(m_isFreeBehind, link.from, open);
        }
        while (!open.empty()) {
            const NodeIndex node = open.back();
            open.pop_back();
            if (state(node) == BlockState::WriteBlocked)
                continue;
            for (const Link* link : m_adjacency.in[node])
                mark(m_isFreeBehind, link->from, open);
        }
    }

    static void mark(std::vector<bool>& marks, NodeIndex node, std::vector<NodeIndex>& open)
    {
        if (!marks[node]) {
            marks[node] = true;
            open.push_back(node);
        }
    }

    /// Ends of chains. A circle has none; who does not wait in it may be what the others wait for.
    [[nodiscard]] std::vector<NodeIndex> startOf(const std::vector<bool>& isEnd) const
    {
        std::vector<NodeIndex> start;
        for (NodeIndex node = 0; node < m_graph.nodes.size(); ++node) {
            const std::size_t component = m_components.ofNode[node];
            if (isEnd[component] && (m_components.members[component].size() == 1 || !isBlocked(node)))
                start.push_back(node);
        }
        return start;
    }

    /// For each node the closest one of this state, itself included, on the other side of `links`.
    [[nodiscard]] std::vector<NodeIndex> nearest(BlockState wanted, const std::vector<std::vector<const Link*>>& links,
                                                 NodeIndex Link::*next) const
    {
        std::vector<NodeIndex> found(m_graph.nodes.size(), kNobody);
        std::vector<NodeIndex> open;
        for (NodeIndex node = 0; node < found.size(); ++node) {
            if (state(node) == wanted) {
                found[node] = node;
                open.push_back(node);
            }
        }
        for (std::size_t at = 0; at < open.size(); ++at) {
            for (const Link* link : links[open[at]]) {
                if (found[link->*next] == kNobody) {
                    found[link->*next] = found[open[at]];
                    open.push_back(link->*next);
                }
            }
        }
        return found;
    }

    /// An idle middlebox that nobody pushes passes on what it waits for: those before it starve the one behind it.
    [[nodiscard]] bool isIdleForLackOfInput(NodeIndex node) const
    {
        return state(node) == BlockState::Idle && !m_adjacency.in[node].empty() && !hasPushedBack(node);
    }
    void findStarving()
    {
        m_isStarving.assign(m_graph.nodes.size(), false);
        std::vector<NodeIndex> open;
        for (NodeIndex node = 0; node < m_graph.nodes.size(); ++node) {
            if (state(node) == BlockState::ReadBlocked)
                mark(m_isStarving, node, open);
        }
        while (!open.empty()) {
            const NodeIndex node = open.back();
            open.pop_back();
            for (const Link* link : m_adjacency.in[node]) {
                if (isIdleForLackOfInput(link->from))
                    mark(m_isStarving, link->from, open);
            }
        }
    }

    void judge(NodeIndex node)
    {
        noteBeyond(node);
        if (isBlocked(node))
            m_diagnosis.removals.push_back({node, node});
        else if (!m_isFreeBefore[node] && m_nearestReadBlocked[node] != kNobody)
            m_diagnosis.removals.push_back({node, m_nearestReadBlocked[node]});
        else if (!m_isFreeBehind[node] && m_nearestWriteBlocked[node] != kNobody)
            m_diagnosis.removals.push_back({node, m_nearestWriteBlocked[node]});
        else if (auto cause = label(node))
            m_diagnosis.rootCauses.push_back(std::move(*cause));
        else
            m_diagnosis.cleared.push_back(node);
    }

    void noteBeyond(NodeIndex node)
    {
        if (state(node) == BlockState::ReadBlocked && m_adjacency.in[node].empty())
            m_diagnosis.beyond.push_back({node, true});
        if (state(node) == BlockState::WriteBlocked && m_adjacency.out[node].empty())
            m_diagnosis.beyond.push_back({node, false});
    }

    [[nodiscard]] std::optional<RootCause> label(NodeIndex node) const
    {
        RootCause cause{node, LoadLabel::Overloaded, {}, confidenceOf(node)};
        for (const Link* link : m_adjacency.in[node]) {
            if (isPushedBack(*link))
                cause.waiting.push_back(link->from);
        }
        if (!cause.waiting.empty())
            return cause;
        if (m_isStarving[node])
            return std::nullopt;
        cause.label = LoadLabel::Underloaded;
        for (const Link* link : m_adjacency.out[node]) {
            if (m_isStarving[link->to])
                cause.waiting.push_back(link->to);
        }
        if (!cause.waiting.empty())
            return cause;
        return std::nullopt;
    }

    [[nodiscard]] Confidence confidenceOf(NodeIndex node) const
    {
        if (state(node) == BlockState::Unknown)
            return Confidence::Possible;
        return state(node) == BlockState::Running && m_diagnosis.states[node].isCapacityKnown ? Confidence::Certain
                                                                                              : Confidence::Likely;
    }

    [[nodiscard]] double blockedTime(const std::vector<NodeIndex>& members) const
    {
        double sum = 0;
        for (const NodeIndex node : members)
            sum += m_diagnosis.states[node].readShare + m_diagnosis.states[node].writeShare;
        return sum;
    }

    /// The circle that waits most, when all of it does.
    void blameCycle()
    {
        const std::vector<NodeIndex>* worst = nullptr;
        for (const auto& members : m_components.members) {
            const bool allWait =
                std::all_of(members.begin(), members.end(), [this](NodeIndex node) { return isBlocked(node); });
            if (members.size() > 1 && allWait && (worst == nullptr || blockedTime(members) > blockedTime(*worst)))
                worst = &members;
        }
        if (worst == nullptr)
            return;
        for (const NodeIndex node : *worst)
            m_diagnosis.rootCauses.push_back({node, LoadLabel::Cycle, *worst, Confidence::Possible});
    }

    const MiddleboxGraph& m_graph;
    Adjacency m_adjacency;
    Components m_components;
    Diagnosis m_diagnosis;
    std::vector<bool> m_isFreeBefore; ///< A chain leads here from its begin with nobody ReadBlocked on it.
    std::vector<bool> m_isFreeBehind; ///< A chain leads from here to its end with nobody WriteBlocked on it.
    std::vector<bool> m_isStarving;
    std::vector<NodeIndex> m_nearestReadBlocked;
    std::vector<NodeIndex> m_nearestWriteBlocked;
};

std::string namesOf(const MiddleboxGraph& graph, const std::vector<NodeIndex>& nodes)
{
    std::string names;
    for (const NodeIndex node : nodes)
        names += (names.empty() ? "" : ", ") + graph.nodes[node].element.name;
    return names;
}

std::string explainRemoval(const MiddleboxGraph& graph, const Diagnosis& diagnosis, const Removal& removal)
{
    const std::string& name = graph.nodes[removal.node].element.name;
    const NodeState& why = diagnosis.states[removal.because];
    if (removal.node == removal.because)
        return fmt::format("{} is {}: {:.0f} % of its time in reads, {:.0f} % in writes", name, toText(why.state),
                           100.0 * why.readShare, 100.0 * why.writeShare);
    return fmt::format("{} is {} {}, which is {}", name, why.state == BlockState::ReadBlocked ? "behind" : "before",
                       graph.nodes[removal.because].element.name, toText(why.state));
}

std::string explainCause(const MiddleboxGraph& graph, const RootCause& cause)
{
    const std::string& name = graph.nodes[cause.node].element.name;
    if (cause.label == LoadLabel::Cycle)
        return fmt::format("{} is in a circle that waits for itself: {} ({})", name, namesOf(graph, cause.waiting),
                           toText(cause.confidence));
    return fmt::format("{} is {}: {} wait{} {} ({})", name, toText(cause.label), namesOf(graph, cause.waiting),
                       cause.waiting.size() == 1 ? "s" : "",
                       cause.label == LoadLabel::Overloaded ? "to hand it data" : "for its data",
                       toText(cause.confidence));
}

} // namespace

Diagnosis findRootCauses(const MiddleboxGraph& graph)
{
    return RootCauseSearch(graph).run();
}

std::vector<std::string> explain(const MiddleboxGraph& graph, const Diagnosis& diagnosis)
{
    std::vector<std::string> lines;
    for (const Removal& removal : diagnosis.removals)
        lines.push_back(explainRemoval(graph, diagnosis, removal));
    for (const NodeIndex node : diagnosis.cleared)
        lines.push_back(fmt::format("{} is {}, and nobody waits for it", graph.nodes[node].element.name,
                                    toText(diagnosis.states[node].state)));
    for (const Beyond& beyond : diagnosis.beyond)
        lines.push_back(fmt::format("what {} waits for is not measured: look {} it",
                                    graph.nodes[beyond.node].element.name, beyond.isUpstream ? "before" : "behind"));
    for (const RootCause& cause : diagnosis.rootCauses)
        lines.push_back(explainCause(graph, cause));
    return lines;
}

} // namespace vnscope::analyses::perfsight
