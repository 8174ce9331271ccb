// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "topology/cartographer.hpp"

namespace vnscope::topology {

namespace {

class ChangeTeller {
public:
    ChangeTeller(const Ledger& ledger, const StationNodes& stationNodes, base::Nanoseconds spread)
        : m_ledger(ledger), m_stationNodes(stationNodes), m_spread(spread)
    {
    }

    void tellDevices();
    void tellPorts();
    void tellStation(std::span<const FoundStation> spans);
    std::vector<Change> take();

private:
    /// What is known of a station while its spans are walked.
    struct Walk {
        std::optional<PortRef> place;          ///< Last proven place.
        std::optional<base::Timestamp> leftAt; ///< Since when it may be elsewhere.
        FdbEnd lastEnd = FdbEnd::Open;
        base::Timestamp lastSeen;
        bool isGone = false;
        bool isFlapping = false;
    };

    [[nodiscard]] bool isLate(base::Timestamp at) const { return at - m_ledger.range().begin > m_spread; }
    [[nodiscard]] std::string nameOf(NodeId node) const;
    [[nodiscard]] std::string nameOf(const PortRef& port) const;
    void tell(base::Timestamp at, ChangeKind kind, NodeId subject, NodeId from, NodeId to, std::string detail);
    void tellGone(const FoundStation& next, Walk& walk, NodeId node);
    void tellPlace(const FoundStation& span, Walk& walk, NodeId node);
    void tellFlapping(const FoundStation& span, Walk& walk, NodeId node);
    void tellEnd(base::Timestamp at, Walk& walk, NodeId node, MacAddress mac);

    const Ledger& m_ledger;
    const StationNodes& m_stationNodes;
    base::Nanoseconds m_spread;
    std::vector<Change> m_changes;
};

std::string ChangeTeller::nameOf(NodeId node) const
{
    const Node& device = m_ledger.nodes()[node.value];
    return device.host.empty() ? device.name : fmt::format("{}:{}", device.host, device.name);
}

std::string ChangeTeller::nameOf(const PortRef& port) const
{
    return port.port.isValid() ? fmt::format("{} port {}", nameOf(port.bridge), m_ledger.nodes()[port.port.value].name)
                               : nameOf(port.bridge);
}

void ChangeTeller::tell(base::Timestamp at, ChangeKind kind, NodeId subject, NodeId from, NodeId to, std::string detail)
{
    m_changes.push_back({at, kind, subject, from, to, std::move(detail)});
}

void ChangeTeller::tellDevices()
{
    const auto& nodes = m_ledger.nodes();
    for (std::uint32_t index = 0; index < nodes.size(); ++index) {
        const NodeId node{index};
        if (m_ledger.wasTold(node) && isLate(nodes[index].valid.begin))
            tell(nodes[index].valid.begin, ChangeKind::Appeared, node, {}, node,
                 fmt::format("device {} was created", nameOf(node)));
        if (m_ledger.wasRemoved(node))
            tell(nodes[index].valid.end, ChangeKind::Vanished, node, node, {},
                 fmt::format("device {} was removed", nameOf(node)));
    }
}

void ChangeTeller::tellPorts()
{
    for (const Fact& fact : m_ledger.facts()) {
        if (fact.kind != EdgeKind::BridgePort)
            continue;
        if (fact.method == method::kStatedump && isLate(fact.valid.begin))
            tell(fact.valid.begin, ChangeKind::Appeared, fact.to, {}, fact.from,
                 fmt::format("{} became a port of {}", nameOf(fact.to), nameOf(fact.from)));
        const auto& nodes = m_ledger.nodes();
        const bool wentWithDevice =
            nodes[fact.to.value].valid.end == fact.valid.end || nodes[fact.from.value].valid.end == fact.valid.end;
        if (fact.hasEnded && !wentWithDevice)
            tell(fact.valid.end, ChangeKind::Vanished, fact.to, fact.from, {},
                 fmt::format("{} left {}", nameOf(fact.to), nameOf(fact.from)));
    }
}

void ChangeTeller::tellEnd(base::Timestamp at, Walk& walk, NodeId node, MacAddress mac)
{
    const bool hasAged = walk.lastEnd == FdbEnd::Aged;
    tell(at, hasAged ? ChangeKind::Aged : ChangeKind::Vanished, node, walk.place ? walk.place->node() : NodeId{}, {},
         fmt::format("{} {}", mac.text(), hasAged ? "was silent until no bridge knew it" : "is known to no bridge"));
    walk.isGone = true;
}

/// Between two spans: was the station forgotten, or did it go to where it is found next?
void ChangeTeller::tellGone(const FoundStation& next, Walk& walk, NodeId node)
{
    if (walk.lastSeen >= next.when.begin || walk.lastEnd == FdbEnd::Moved)
        return;
    const bool isElsewhere = next.isProven && walk.place && next.places.front() != *walk.place;
    const bool isBriefly = next.when.begin - walk.lastSeen <= m_spread;
    if (walk.lastEnd == FdbEnd::Aged || (!isElsewhere && !isBriefly))
        tellEnd(walk.lastSeen, walk, node, next.mac);
}

void ChangeTeller::tellPlace(const FoundStation& span, Walk& walk, NodeId node)
{
    if (!span.isProven) {
        if (!walk.leftAt && walk.place)
            walk.leftAt = span.when.begin;
        return;
    }
    const PortRef place = span.places.front();
    const base::Timestamp at = walk.leftAt.value_or(span.when.begin);
    walk.leftAt.reset();
    const bool isBack = walk.isGone && walk.place == place;
    if ((!walk.place && !span.isSeeded) || isBack)
        tell(span.when.begin, ChangeKind::Appeared, node, {}, place.node(),
             fmt::format("{} is at {}", span.mac.text(), nameOf(place)));
    else if (walk.place && *walk.place != place)
        tell(at, ChangeKind::Moved, node, walk.place->node(), place.node(),
             fmt::format("{} moved from {} to {}", span.mac.text(), nameOf(*walk.place), nameOf(place)));
    walk.place = place;
    walk.isGone = false;
}

/// Other bridges may see other ends of the same to and fro, a little later.
void ChangeTeller::tellFlapping(const FoundStation& span, Walk& walk, NodeId node)
{
    const bool goesOn = walk.isFlapping && walk.lastSeen == span.when.begin;
    if (!goesOn)
        tell(span.when.begin, ChangeKind::Flapping, node, span.places.front().node(), span.places.back().node(),
             fmt::format("{} goes to and fro: a duplicate address or a loop", span.mac.text()));
    walk.place.reset();
}

void ChangeTeller::tellStation(std::span<const FoundStation> spans)
{
    Walk walk;
    const NodeId node = m_stationNodes.at(spans.front().mac);
    for (const FoundStation& span : spans) {
        if (&span != &spans.front())
            tellGone(span, walk, node);
        if (span.isFlapping)
            tellFlapping(span, walk, node);
        else
            tellPlace(span, walk, node);
        walk.isFlapping = span.isFlapping;
        walk.lastEnd = span.end;
        walk.lastSeen = span.when.end;
    }
    const bool isForgotten = walk.lastEnd == FdbEnd::Aged || walk.lastEnd == FdbEnd::Deleted;
    if (isForgotten && walk.lastSeen < m_ledger.range().end)
        tellEnd(walk.lastSeen, walk, node, spans.front().mac);
}

/// A station in several VLANs moves once.
std::vector<Change> ChangeTeller::take()
{
    std::stable_sort(m_changes.begin(), m_changes.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
    std::map<std::tuple<ChangeKind, NodeId, NodeId, NodeId>, base::Timestamp> told;
    std::vector<Change> out;
    for (Change& change : m_changes) {
        const auto [last, isFirst] = told.try_emplace({change.kind, change.subject, change.from, change.to}, change.at);
        const bool isKnown = !isFirst && change.at - last->second <= m_spread;
        last->second = change.at;
        if (!isKnown)
            out.push_back(std::move(change));
    }
    return out;
}

} // namespace

std::vector<Change> findChanges(const Ledger& ledger, const std::vector<FoundStation>& stations,
                                const StationNodes& stationNodes, base::Nanoseconds spread)
{
    ChangeTeller teller(ledger, stationNodes, spread);
    teller.tellDevices();
    teller.tellPorts();
    for (auto begin = stations.begin(); begin != stations.end();) {
        const auto end = std::find_if(begin, stations.end(), [&](const FoundStation& span) {
            return span.mac != begin->mac || span.vlan != begin->vlan;
        });
        teller.tellStation({begin, end});
        begin = end;
    }
    return teller.take();
}

} // namespace vnscope::topology
