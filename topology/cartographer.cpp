// SPDX-License-Identifier: Apache-2.0
#include "topology/cartographer.hpp"

#include <algorithm>

namespace vnscope::topology {

namespace {

base::TimeRange common(base::TimeRange a, base::TimeRange b)
{
    return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

/// What is left of `range` outside of `taken`, which is sorted and does not overlap.
std::vector<base::TimeRange> outside(base::TimeRange range, const std::vector<base::TimeRange>& taken)
{
    std::vector<base::TimeRange> rest;
    for (const base::TimeRange& span : taken) {
        const base::TimeRange before = common(range, {range.begin, span.begin});
        if (!before.isEmpty())
            rest.push_back(before);
        range.begin = std::max(range.begin, span.end);
    }
    if (!range.isEmpty())
        rest.push_back(range);
    return rest;
}

/// The spans in which at least `least` of `ranges` overlap.
std::vector<base::TimeRange> spansOf(const std::vector<base::TimeRange>& ranges, std::size_t least)
{
    std::vector<std::pair<base::Timestamp, int>> steps;
    for (const base::TimeRange& range : ranges) {
        if (!range.isEmpty()) {
            steps.emplace_back(range.begin, 1);
            steps.emplace_back(range.end, -1);
        }
    }
    std::sort(steps.begin(), steps.end());
    std::vector<base::TimeRange> spans;
    int depth = 0;
    for (const auto& [at, step] : steps) {
        const bool wasIn = depth >= static_cast<int>(least);
        depth += step;
        const bool isIn = depth >= static_cast<int>(least);
        if (isIn && !wasIn) {
            if (!spans.empty() && spans.back().end == at)
                continue; // Goes on without a gap.
            spans.push_back({at, at});
        } else if (wasIn && !isIn) {
            spans.back().end = at;
        }
    }
    return spans;
}

} // namespace

Cartographer::Cartographer(const Ledger& ledger, const Discovery::Options& options)
    : m_ledger(ledger), m_options(options), m_lives(ledger)
{
    m_parts.range = ledger.range();
    m_parts.nodes = ledger.nodes();
}

TopologyTimeline::Parts Cartographer::draw()
{
    readCables();
    drawFacts();
    drawPassages();
    drawFdb();
    auto domains = findDomains(m_ledger);
    for (Domain& domain : domains)
        addCablePorts(domain);
    if (domains.size() > 1)
        readLinks(domains);
    std::size_t tracks = 0;
    for (const Domain& domain : domains)
        tracks += domain.tracks.size();
    m_parts.nodes.reserve(m_parts.nodes.size() + tracks); // Most are a station each.
    for (const Domain& domain : domains)
        drawDomain(domain);
    m_parts.edges = m_book.take();
    m_parts.changes = findChanges(m_ledger, m_history, m_stations, m_options.spread);
    return std::move(m_parts);
}

/// Spans of lost events on the hosts of some devices, those close together as one.
std::vector<base::TimeRange> Cartographer::lossesOf(const std::vector<NodeId>& devices) const
{
    if (m_ledger.losses().empty())
        return {};
    std::set<std::string_view> hosts;
    for (const NodeId device : devices)
        hosts.insert(m_ledger.nodes()[device.value].host);
    std::vector<base::TimeRange> spans;
    for (const Loss& loss : m_ledger.losses()) {
        if (hosts.contains(loss.host))
            spans.push_back({loss.when.begin, std::max(loss.when.end, loss.when.begin + 1)});
    }
    return spansOf(spans, 1);
}

void Cartographer::drawFacts()
{
    for (const Fact& fact : m_ledger.facts())
        drawFact(fact);
}

/// What a host told is certain until events are lost, and again from when it is told anew.
void Cartographer::drawFact(const Fact& fact)
{
    Edge edge{fact.from, fact.to, fact.kind, fact.vlan, fact.valid, fact.method, fact.evidence, Certainty::Certain, 0};
    std::vector<base::TimeRange> doubtful;
    for (const base::TimeRange& loss : lossesOf({fact.from, fact.to})) {
        const auto again = std::lower_bound(fact.confirmed.begin(), fact.confirmed.end(), loss.end);
        const base::Timestamp end = again == fact.confirmed.end() ? fact.valid.end : *again;
        doubtful.push_back(common(fact.valid, {loss.begin, end}));
    }
    const auto spans = spansOf(doubtful, 1);
    for (const base::TimeRange& when : outside(fact.valid, spans)) {
        edge.valid = when;
        m_book.add(edge);
    }
    for (const base::TimeRange& when : spans) {
        edge.valid = when;
        m_book.addDoubtful(edge);
    }
}

/// A packet that came in by a port and left by a device of which nothing is known, was perhaps bridged.
void Cartographer::drawPassages()
{
    std::map<NodeId, NodeId> bridgeOf;
    for (const Fact& fact : m_ledger.facts()) {
        if (fact.kind == EdgeKind::BridgePort)
            bridgeOf[fact.to] = fact.from;
    }
    for (const auto& [devices, passage] : m_ledger.passages()) {
        const auto in = bridgeOf.find(devices.first);
        const auto out = bridgeOf.find(devices.second);
        if ((in == bridgeOf.end()) == (out == bridgeOf.end()))
            continue;
        Edge edge;
        edge.kind = EdgeKind::BridgePort;
        edge.from = in == bridgeOf.end() ? out->second : in->second;
        edge.to = in == bridgeOf.end() ? devices.first : devices.second;
        edge.valid = passage.first;
        edge.method = method::kSkbContinuity;
        edge.evidence = passage.second;
        if (edge.from != edge.to)
            m_book.addDoubtful(std::move(edge));
    }
}

void Cartographer::drawFdb()
{
    std::map<std::string_view, std::vector<base::TimeRange>> lossesOfHost;
    m_parts.fdb.reserve(m_ledger.fdb().size());
    for (const FdbRecord& record : m_ledger.fdb()) {
        m_parts.fdb.push_back(record.interval);
        if (m_ledger.losses().empty())
            continue;
        FdbInterval& entry = m_parts.fdb.back();
        const auto [losses, isNew] = lossesOfHost.try_emplace(m_ledger.nodes()[entry.bridge.value].host);
        if (isNew)
            losses->second = lossesOf({entry.bridge});
        for (const base::TimeRange& loss : losses->second) {
            const bool isOpen = entry.valid.contains(loss.begin) || entry.valid.contains(loss.end - 1);
            if (isOpen && record.confirmed.back() < loss.end && !entry.doubtfulFrom)
                entry.doubtfulFrom = std::max(loss.begin, entry.valid.begin);
        }
    }
}

/// From a port along the cables that its host knows: VLAN device to lower device, and to the other end of a veth or
/// tunnel.
std::vector<NodeId> Cartographer::cableWays(NodeId port) const
{
    std::vector<NodeId> reached{port};
    for (std::size_t at = 0; at < reached.size(); ++at) {
        const auto next = m_neighbours.find(reached[at]);
        if (next == m_neighbours.end())
            continue;
        for (const NodeId node : next->second) {
            if (std::find(reached.begin(), reached.end(), node) == reached.end())
                reached.push_back(node);
        }
    }
    return reached;
}

void Cartographer::readCables()
{
    for (const Fact& fact : m_ledger.facts()) {
        if (fact.kind == EdgeKind::VethPair || fact.kind == EdgeKind::Patch || fact.kind == EdgeKind::Tunnel) {
            m_neighbours[fact.from].push_back(fact.to);
            m_neighbours[fact.to].push_back(fact.from);
        } else if (fact.kind == EdgeKind::TapOwner) {
            m_neighbours[fact.from].push_back(fact.to);
        }
    }
    if (m_neighbours.empty())
        return;
    std::map<NodeId, std::vector<const Fact*>> memberships;
    for (const Fact& fact : m_ledger.facts()) {
        if (fact.kind == EdgeKind::BridgePort && m_neighbours.contains(fact.to))
            memberships[fact.to].push_back(&fact);
    }
    for (const Fact& cable : m_ledger.facts()) {
        const bool isCable = cable.kind == EdgeKind::VethPair || cable.kind == EdgeKind::Patch;
        if (!isCable || !memberships.contains(cable.from) || !memberships.contains(cable.to))
            continue;
        for (const Fact* a : memberships[cable.from]) {
            for (const Fact* b : memberships[cable.to]) {
                const base::TimeRange when = common(cable.valid, common(a->valid, b->valid));
                if (!when.isEmpty())
                    m_cables.push_back({{a->from, a->to}, {b->from, b->to}, when});
            }
        }
    }
    m_links = m_cables;
}

/// A VLAN that uses one end of a cable uses the other one too, even if no address was met there.
void Cartographer::addCablePorts(Domain& domain) const
{
    std::map<NodeId, BridgeIndex> bridges;
    for (BridgeIndex bridge = 0; bridge < domain.bridges.size(); ++bridge)
        bridges.emplace(domain.bridges[bridge], bridge);
    std::set<NodeId> known;
    for (const DomainPort& port : domain.ports)
        known.insert(port.node);
    for (const CableEnds& cable : m_cables) {
        for (const auto& [here, there] : {std::pair(cable.a, cable.b), std::pair(cable.b, cable.a)}) {
            const auto bridge = bridges.find(there.bridge);
            if (known.contains(here.port) && bridge != bridges.end() && known.insert(there.port).second)
                domain.ports.push_back({bridge->second, there.port});
        }
    }
}

/// A link that one VLAN proves is there for the others too that both of its ports are seen to carry.
void Cartographer::readLinks(const std::vector<Domain>& domains)
{
    std::vector<CableEnds> links;
    for (const Domain& domain : domains) {
        for (const FoundJoint& joint : findProven(domain).joints) {
            if (joint.ports.size() == 2)
                links.push_back({joint.ports[0], joint.ports[1], joint.when});
        }
    }
    m_links = m_cables;
    m_links.insert(m_links.end(), links.begin(), links.end());
}

Findings Cartographer::findProven(const Domain& domain) const
{
    const Inference inference(m_lives, domain, m_links, m_options);
    const base::TimeRange whole{m_parts.range.begin, m_parts.range.end + 1};
    Findings proven;
    for (const base::TimeRange& span : outside(whole, lossesOf(domain.bridges)))
        proven.append(inference.find(span, false));
    return proven;
}

void Cartographer::drawDomain(const Domain& domain)
{
    Findings findings = findProven(domain);
    weave(findings, false);
    if (!lossesOf(domain.bridges).empty()) {
        const Inference inference(m_lives, domain, m_links, m_options);
        findings = inference.find({m_parts.range.begin, m_parts.range.end + 1}, true);
        weave(findings, true);
    }
    weaveAmbiguous(findings);
    std::move(findings.stations.begin(), findings.stations.end(), std::back_inserter(m_history));
}

NodeId Cartographer::station(MacAddress mac, base::TimeRange when)
{
    const auto [known, isNew] = m_stations.try_emplace(mac, NodeId{static_cast<std::uint32_t>(m_parts.nodes.size())});
    if (isNew) {
        Node node;
        node.kind = NodeKind::Station;
        node.mac = mac;
        node.valid = when;
        m_parts.nodes.push_back(std::move(node));
    }
    base::TimeRange& valid = m_parts.nodes[known->second.value].valid;
    valid = {std::min(valid.begin, when.begin), std::min(m_parts.range.end, std::max(valid.end, when.end))};
    return known->second;
}

NodeId Cartographer::segment(const std::vector<PortRef>& ports, base::TimeRange when)
{
    const auto [known, isNew] = m_segments.try_emplace(ports, NodeId{static_cast<std::uint32_t>(m_parts.nodes.size())});
    if (isNew) {
        Node node;
        node.kind = NodeKind::Segment;
        node.valid = when;
        m_parts.nodes.push_back(std::move(node));
    }
    base::TimeRange& valid = m_parts.nodes[known->second.value].valid;
    valid = {std::min(valid.begin, when.begin), std::min(m_parts.range.end, std::max(valid.end, when.end))};
    return known->second;
}

void Cartographer::write(Edge edge, bool isDoubtful)
{
    edge.valid.end = std::min(edge.valid.end, m_parts.range.end);
    if (isDoubtful) {
        m_book.addDoubtful(std::move(edge));
        return;
    }
    if (edge.certainty == Certainty::Ambiguous)
        edge.certainty = Certainty::Inferred;
    m_book.add(std::move(edge));
}

std::span<const Cartographer::Stay> Cartographer::staysAt(const Stays& stays, const PortRef& port)
{
    const auto begin = std::lower_bound(stays.begin(), stays.end(), port,
                                        [](const Stay& stay, const PortRef& sought) { return stay.port < sought; });
    const auto end = std::find_if(begin, stays.end(), [&](const Stay& stay) { return stay.port != port; });
    return {begin, end};
}

void Cartographer::weave(const Findings& findings, bool isDoubtful)
{
    Stays stays;
    stays.reserve(findings.stations.size());
    int vlan = kNoVlan;
    for (const FoundStation& found : findings.stations) {
        vlan = found.vlan;
        const NodeId node = station(found.mac, found.when);
        if (found.isProven && !found.when.isEmpty())
            stays.push_back({found.places.front(), node, found.when, found.evidence});
    }
    std::stable_sort(stays.begin(), stays.end(), [](const Stay& a, const Stay& b) { return a.port < b.port; });
    std::map<PortRef, std::vector<base::TimeRange>> joined;
    for (const FoundJoint& joint : findings.joints) {
        weaveJoint(joint, stays, false, isDoubtful);
        for (const PortRef& port : joint.ports)
            joined[port].push_back(joint.when);
    }
    std::set<PortRef> open;
    for (const FoundChoice& choice : findings.choices)
        open.insert(choice.port);
    const base::TimeRange all{m_parts.range.begin, m_parts.range.end + 1};
    for (auto stay = stays.begin(); stay != stays.end(); stay += staysAt(stays, stay->port).size()) {
        const PortRef port = stay->port;
        const auto taken = joined.find(port);
        const auto spans = taken == joined.end() ? std::vector<base::TimeRange>() : spansOf(taken->second, 1);
        for (const base::TimeRange& rest : outside(all, spans))
            weaveJoint({{port}, vlan, rest, 0}, stays, open.contains(port), isDoubtful);
    }
}

/// More than two ends share a segment; two are joined directly.
void Cartographer::weaveJoint(const FoundJoint& joint, const Stays& stays, bool hasUnknownNeighbour, bool isDoubtful)
{
    std::vector<base::TimeRange> ends(joint.ports.size() + (hasUnknownNeighbour ? 1U : 0U), joint.when);
    for (const PortRef& port : joint.ports) {
        for (const Stay& stay : staysAt(stays, port))
            ends.push_back(common(stay.when, joint.when));
    }
    const auto shared = spansOf(ends, 3);
    weaveLinks(joint, shared, isDoubtful);
    for (const PortRef& port : joint.ports) {
        for (const Stay& stay : staysAt(stays, port))
            weaveStay(joint, stay, shared, isDoubtful);
    }
}

void Cartographer::weaveLinks(const FoundJoint& joint, const std::vector<base::TimeRange>& shared, bool isDoubtful)
{
    Edge edge;
    edge.kind = EdgeKind::Uplink;
    edge.vlan = joint.vlan;
    edge.evidence = joint.evidence;
    edge.method = method::kSharedSegment;
    for (const base::TimeRange& when : shared) {
        edge.valid = common(when, joint.when);
        edge.from = edge.valid.isEmpty() ? NodeId{} : segment(joint.ports, edge.valid);
        for (const PortRef& port : joint.ports) {
            edge.to = port.node();
            write(edge, isDoubtful);
        }
    }
    if (joint.ports.size() != 2 || isCabled(joint))
        return;
    edge.method = method::kElimination;
    edge.from = joint.ports[0].node();
    edge.to = joint.ports[1].node();
    for (const base::TimeRange& when : outside(joint.when, shared)) {
        edge.valid = when;
        write(edge, isDoubtful);
    }
}

void Cartographer::weaveStay(const FoundJoint& joint, const Stay& stay, const std::vector<base::TimeRange>& shared,
                             bool isDoubtful)
{
    Edge edge;
    edge.kind = EdgeKind::AttachedHost;
    edge.vlan = joint.vlan;
    edge.to = stay.station;
    edge.evidence = stay.evidence;
    const base::TimeRange when = common(stay.when, joint.when);
    edge.method = method::kSharedSegment;
    for (const base::TimeRange& span : shared) {
        edge.valid = common(when, span);
        if (edge.valid.isEmpty())
            continue;
        edge.from = segment(joint.ports, edge.valid);
        write(edge, isDoubtful);
    }
    edge.method = method::kElimination;
    edge.from = stay.port.node();
    if (isOwnedBy(edge.from, stay.station)) {
        edge.certainty = Certainty::Certain;
        edge.method = method::kLocalAddress;
    }
    for (const base::TimeRange& span : outside(when, shared)) {
        edge.valid = span;
        write(edge, isDoubtful);
    }
}

bool Cartographer::isCabled(const FoundJoint& joint) const
{
    return std::any_of(m_cables.begin(), m_cables.end(), [&](const CableEnds& cable) {
        const bool isSame = (cable.a == joint.ports[0] && cable.b == joint.ports[1]) ||
                            (cable.a == joint.ports[1] && cable.b == joint.ports[0]);
        return isSame && !common(cable.when, joint.when).isEmpty();
    });
}

/// The other end of the port's veth, or the owner of its tap, has the station's address.
bool Cartographer::isOwnedBy(NodeId port, NodeId station) const
{
    const MacAddress mac = m_parts.nodes[station.value].mac;
    const auto reached = cableWays(port);
    return std::any_of(reached.begin() + 1, reached.end(),
                       [&](NodeId node) { return m_parts.nodes[node.value].mac == mac; });
}

void Cartographer::weaveAmbiguous(const Findings& findings)
{
    const auto edgesTo = [&](NodeId end, EdgeKind kind, const std::vector<PortRef>& places, int vlan,
                             base::TimeRange when) {
        std::vector<Edge> edges;
        when.end = std::min(when.end, m_parts.range.end);
        for (const PortRef& place : places)
            edges.push_back({place.node(), end, kind, vlan, when, std::string(method::kElimination), places.size(),
                             Certainty::Ambiguous, 0});
        return edges;
    };
    for (const FoundChoice& choice : findings.choices)
        m_book.addAlternatives(
            edgesTo(choice.port.node(), EdgeKind::Uplink, choice.neighbours, choice.vlan, choice.when));
    for (const FoundStation& found : findings.stations) {
        if (!found.isProven)
            m_book.addAlternatives(
                edgesTo(station(found.mac, found.when), EdgeKind::AttachedHost, found.places, found.vlan, found.when));
    }
}

} // namespace vnscope::topology
