// SPDX-License-Identifier: Apache-2.0
#include "tests/property/topology_world.hpp"

#include <algorithm>
#include <queue>

#include <fmt/format.h>

namespace vnscope::tests {

namespace {

using topology::Certainty;
using topology::EdgeKind;
using topology::NodeId;

constexpr base::Nanoseconds kAgeing = 30 * base::kNsPerSecond;
constexpr base::Timestamp kStart{1'000'000'000'000};

base::Timestamp after(double seconds)
{
    return kStart + static_cast<base::Nanoseconds>(seconds * 1e9);
}

double secondsOf(base::Timestamp at)
{
    return static_cast<double>(at - kStart) / 1e9;
}

std::pair<NodeId, NodeId> ordered(NodeId a, NodeId b)
{
    return {std::min(a, b), std::max(a, b)};
}

} // namespace

void TopologyWorld::Verdict::operator+=(const Verdict& other)
{
    wrong += other.wrong;
    proven += other.proven;
    groups += other.groups;
    missedGroups += other.missedGroups;
    found += other.found;
    shown += other.shown;
    expected += other.expected;
    if (complaint.empty())
        complaint = other.complaint;
}

TopologyWorld::TopologyWorld(std::uint64_t seed, WorldOptions options)
    : m_random(seed), m_options(options), m_seed(seed), m_bridgeCount(number(2, 8))
{
    buildTree(m_bridgeCount);
    findWays();
    addStations();
    play();
}

int TopologyWorld::addPort(int vertex)
{
    m_ports.push_back({vertex, {}});
    return static_cast<int>(m_ports.size()) - 1;
}

void TopologyWorld::buildTree(int bridges)
{
    const int filtering = number(0, 2); // 0: no bridge filters VLANs, 1: all do, 2: some do.
    m_arcs.resize(static_cast<std::size_t>(bridges));
    for (int bridge = 0; bridge < bridges; ++bridge) {
        m_isFiltering.push_back(filtering == 1 || (filtering == 2 && chance(0.6)));
        m_host.push_back(number(0, 2));
        m_leafPorts.emplace_back();
    }
    for (int bridge = 1; bridge < bridges; ++bridge) {
        int other = number(0, bridge - 1);
        if (!m_options.isComplete && chance(0.25)) { // Joined at a hub, an old one or a new one.
            const int hubs = static_cast<int>(m_arcs.size()) - bridges;
            if (hubs == 0 || chance(0.5)) {
                m_arcs.emplace_back();
                const int hub = static_cast<int>(m_arcs.size()) - 1;
                m_arcs[static_cast<std::size_t>(other)].push_back({hub, addPort(other)});
                m_arcs[static_cast<std::size_t>(hub)].push_back({other, -1});
                other = hub;
            } else {
                other = bridges + number(0, hubs - 1);
            }
        }
        const int near = addPort(bridge);
        const int far = other < bridges ? addPort(other) : -1;
        m_arcs[static_cast<std::size_t>(bridge)].push_back({other, near});
        m_arcs[static_cast<std::size_t>(other)].push_back({bridge, far});
        if (far >= 0 && chance(0.3))
            m_knownCables.emplace_back(near, far);
    }
}

/// Breadth first from every vertex: who is next on the way to whom.
void TopologyWorld::findWays()
{
    const auto count = m_arcs.size();
    m_nextVertex.assign(count, std::vector<int>(count, -1));
    m_firstPort.assign(count, std::vector<int>(count, -1));
    for (std::size_t goal = 0; goal < count; ++goal) {
        std::queue<int> open;
        open.push(static_cast<int>(goal));
        while (!open.empty()) {
            const int at = open.front();
            open.pop();
            for (const Arc& arc : m_arcs[static_cast<std::size_t>(at)]) {
                const auto to = static_cast<std::size_t>(arc.to);
                if (to == goal || m_nextVertex[to][goal] >= 0)
                    continue;
                m_nextVertex[to][goal] = at;
                for (const Arc& back : m_arcs[to]) {
                    if (back.to == at)
                        m_firstPort[to][goal] = back.port;
                }
                open.push(arc.to);
            }
        }
    }
}

void TopologyWorld::addStations()
{
    std::uint64_t mac = 0x525400000001;
    const auto add = [&](Place place, int owner) {
        m_stations.push_back({{mac++}, number(0, 1) == 0 ? 10 : 20, owner, {{kStart, place}}});
    };
    for (int vertex = 0; vertex < static_cast<int>(m_arcs.size()); ++vertex) {
        const bool isBridge = vertex < m_bridgeCount;
        for (int more = number(m_options.isComplete ? 2 : 0, m_options.isComplete ? 5 : 3); more > 0; --more) {
            if (!isBridge) {
                if (chance(0.4))
                    add({vertex, -1}, -1);
                continue;
            }
            auto& leaves = m_leafPorts[static_cast<std::size_t>(vertex)];
            const bool isShared = !m_options.isComplete && !leaves.empty() && chance(0.2);
            if (!isShared)
                leaves.push_back(addPort(vertex));
            add({vertex, leaves.back()}, -1);
        }
        if (isBridge && !m_options.isComplete && chance(0.2))
            add({vertex, -1}, vertex);
    }
}

TopologyWorld::Place TopologyWorld::placeOf(int station, base::Timestamp at) const
{
    Place place;
    for (const auto& [since, there] : m_stations[static_cast<std::size_t>(station)].places) {
        if (since <= at)
            place = there;
    }
    return place;
}

int TopologyWorld::portToward(int bridge, const Place& place) const
{
    return place.vertex == bridge
               ? place.port
               : m_firstPort[static_cast<std::size_t>(bridge)][static_cast<std::size_t>(place.vertex)];
}

/// The bridges on the way, the first left out, the place's own bridge included.
std::set<int> TopologyWorld::between(int bridge, const Place& place) const
{
    std::set<int> on;
    for (int at = bridge; at != place.vertex;) {
        at = m_nextVertex[static_cast<std::size_t>(at)][static_cast<std::size_t>(place.vertex)];
        if (at < m_bridgeCount)
            on.insert(at);
    }
    return on;
}

void TopologyWorld::tell(Event event)
{
    if (event.isDeletion)
        m_table.erase({event.bridge, event.station});
    else
        m_table[{event.bridge, event.station}] = event.port;
    m_events.push_back(event);
}

/// A frame of the station reaches a share of the bridges, within half a second; the one next to it first.
void TopologyWorld::hear(int station, base::Timestamp at, double share, bool isRepointing)
{
    const Place place = placeOf(station, at);
    for (int bridge = 0; bridge < m_bridgeCount; ++bridge) {
        const int port = portToward(bridge, place);
        const bool isNext = place.vertex == bridge && isRepointing;
        if (port < 0 || m_stations[static_cast<std::size_t>(station)].ownerBridge == bridge ||
            !(isNext || chance(share)))
            continue;
        const auto known = m_table.find({bridge, station});
        if (known != m_table.end() && known->second == port)
            continue; // A refresh is no event.
        const base::Nanoseconds late = isNext ? 0 : base::kNsPerMs * number(1, 500);
        tell({at + late, bridge, port, station, false, at == kStart});
    }
}

void TopologyWorld::migrate(int station, base::Timestamp at)
{
    Station& mover = m_stations[static_cast<std::size_t>(station)];
    const Place old = mover.places.back().second;
    const int target = number(0, m_bridgeCount - 1);
    auto& leaves = m_leafPorts[static_cast<std::size_t>(target)];
    const int port = leaves.empty() || chance(0.5) ? addPort(target) : leaves.back();
    const auto stale = m_table.find({target, station});
    const bool isSilent = stale != m_table.end() && stale->second == port; // No event would tell of it, ever.
    if (port == old.port || old.port < 0 || isSilent)
        return;
    if (std::find(leaves.begin(), leaves.end(), port) == leaves.end())
        leaves.push_back(port);
    const bool isDeletedFirst = chance(0.5);
    if (isDeletedFirst && m_table.contains({old.vertex, station})) {
        tell({at, old.vertex, old.port, station, true, false});
        mover.places.emplace_back(at, Place{});
    }
    const base::Timestamp arrival = at + base::kNsPerMs * number(10, 900);
    mover.places.emplace_back(arrival, Place{target, port});
    hear(station, arrival, m_options.isComplete ? 1.0 : 0.8, true);
}

/// Every bridge forgets the station, each in its time.
void TopologyWorld::age(int station, base::Timestamp at)
{
    for (int bridge = 0; bridge < m_bridgeCount; ++bridge) {
        const auto known = m_table.find({bridge, station});
        if (known != m_table.end())
            tell({at + base::kNsPerMs * number(0, 3000), bridge, known->second, station, true, false});
    }
    m_stations[static_cast<std::size_t>(station)].places.emplace_back(at + 4 * base::kNsPerSecond, Place{});
}

void TopologyWorld::play()
{
    const double share = m_options.isComplete ? 1.0 : 0.3 + 0.1 * number(0, 7);
    double clock = 1;
    const bool isSeeded = chance(0.3);
    m_moments.push_back(after(0.5));
    for (int station = 0; station < static_cast<int>(m_stations.size()); ++station) {
        hear(station, isSeeded && chance(0.5) ? kStart : after(clock), share, false);
        clock += 1;
        if (!m_options.isComplete && chance(0.2)) // Heard again by some that had not.
            hear(station, after(clock += 3), share / 2, false);
        if (chance(0.2))
            m_moments.push_back(after(clock - 0.2));
    }
    clock += 5;
    m_moments.push_back(after(clock - 1));
    for (int more = m_options.hasChanges ? number(0, 3) : 0; more > 0 && !m_stations.empty(); --more) {
        const int station = number(0, static_cast<int>(m_stations.size()) - 1);
        if (m_stations[static_cast<std::size_t>(station)].ownerBridge >= 0)
            continue;
        migrate(station, after(clock));
        m_moments.push_back(after(clock + 0.3));
        m_moments.push_back(after(clock + 3));
        clock += 4;
    }
    for (int more = m_options.hasChanges ? number(0, 2) : 0; more > 0 && !m_stations.empty(); --more) {
        clock += 35;
        age(number(0, static_cast<int>(m_stations.size()) - 1), after(clock));
        m_moments.push_back(after(clock + 5));
        clock += 6;
    }
    m_moments.push_back(after(clock));
    std::stable_sort(m_events.begin(), m_events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
    std::stable_sort(m_moments.begin(), m_moments.end());
}

topology::TopologyTimeline TopologyWorld::discover()
{
    topology::Discovery discovery;
    for (int bridge = 0; bridge < m_bridgeCount; ++bridge) {
        const auto host = fmt::format("host{}", m_host[static_cast<std::size_t>(bridge)]);
        const NodeId node = discovery.deviceSeen(kStart, {host, "", fmt::format("br{}", bridge)});
        m_bridgeNodes.push_back(node);
        m_bridgeOf[node] = bridge;
        discovery.bridgeAgeing(node, kAgeing);
        discovery.bridgeFiltersVlans(node, m_isFiltering[static_cast<std::size_t>(bridge)]);
    }
    for (std::size_t port = 0; port < m_ports.size(); ++port) {
        const auto host = fmt::format("host{}", m_host[static_cast<std::size_t>(m_ports[port].vertex)]);
        m_ports[port].node = discovery.deviceSeen(kStart, {host, "", fmt::format("p{}", port)});
        m_portOf[m_ports[port].node] = static_cast<int>(port);
    }
    for (const Port& port : m_ports) {
        if (m_options.isComplete)
            discovery.portJoined(kStart, m_bridgeNodes[static_cast<std::size_t>(port.vertex)], port.node);
    }
    for (const auto& [a, b] : m_knownCables) {
        const Port& one = m_ports[static_cast<std::size_t>(a)];
        const Port& other = m_ports[static_cast<std::size_t>(b)];
        discovery.portJoined(kStart, m_bridgeNodes[static_cast<std::size_t>(one.vertex)], one.node);
        discovery.portJoined(kStart, m_bridgeNodes[static_cast<std::size_t>(other.vertex)], other.node);
        discovery.cableSeen(kStart, {EdgeKind::VethPair, one.node, other.node, topology::kNoVlan});
    }
    for (const Station& station : m_stations) {
        if (station.ownerBridge >= 0)
            discovery.fdbSeen(kStart, m_bridgeNodes[static_cast<std::size_t>(station.ownerBridge)], {}, station.mac, 0,
                              topology::FdbOrigin::Local);
    }
    for (const Event& event : m_events) {
        const auto bridge = static_cast<std::size_t>(event.bridge);
        const Station& station = m_stations[static_cast<std::size_t>(event.station)];
        const int vlan = m_isFiltering[bridge] ? station.vlan : 0;
        const NodeId port = m_ports[static_cast<std::size_t>(event.port)].node;
        if (m_options.lossShare > 0 && chance(m_options.lossShare))
            discovery.eventsLost(fmt::format("host{}", m_host[bridge]), {event.at - 1000, event.at + 1000});
        else if (event.isDeletion)
            discovery.fdbDeleted(event.at, m_bridgeNodes[bridge], port, station.mac, vlan);
        else
            discovery.fdbSeen(event.at, m_bridgeNodes[bridge], port, station.mac, vlan,
                              event.isSeed ? topology::FdbOrigin::Statedump : topology::FdbOrigin::Learned);
    }
    return discovery.finish(m_moments.back() + base::kNsPerSecond);
}

/// The bridges that show to take part in a VLAN, each with the number of its group: two are in one group when they met
/// a common address of it. A bridge without filtering shows it only by an address whose VLAN another one tells, or that
/// no two VLANs are in question for.
std::map<int, int> TopologyWorld::participants(int vlan) const
{
    const auto cached = m_participants.find(vlan);
    if (cached != m_participants.end())
        return cached->second;
    std::map<int, std::set<int>> knowers;
    for (const Event& event : m_events)
        knowers[event.station].insert(event.bridge);
    std::map<int, int> group;
    for (int bridge = 0; bridge < m_bridgeCount; ++bridge)
        group[bridge] = bridge;
    std::set<int> members;
    for (auto& [station, bridges] : knowers) {
        const Station& known = m_stations[static_cast<std::size_t>(station)];
        const bool isTold = std::any_of(bridges.begin(), bridges.end(),
                                        [&](int bridge) { return m_isFiltering[static_cast<std::size_t>(bridge)]; });
        const bool isAnyVlan = std::none_of(m_isFiltering.begin(), m_isFiltering.end(), [](bool is) { return is; });
        if (!isAnyVlan && (!isTold || known.vlan != vlan))
            continue;
        if (known.ownerBridge >= 0)
            bridges.insert(known.ownerBridge);
        members.insert(bridges.begin(), bridges.end());
        for (const int bridge : bridges) {
            const int from = group[bridge];
            for (auto& [other, number] : group)
                number = number == from ? group[*bridges.begin()] : number;
        }
    }
    std::erase_if(group, [&](const auto& entry) { return !members.contains(entry.first); });
    m_participants[vlan] = group;
    return group;
}

bool TopologyWorld::isLink(int portA, int portB, int vlan) const
{
    const int a = m_ports[static_cast<std::size_t>(portA)].vertex;
    const int b = m_ports[static_cast<std::size_t>(portB)].vertex;
    if (a == b || portToward(a, {b, -1}) != portA || portToward(b, {a, -1}) != portB)
        return false;
    const auto groups = participants(vlan);
    for (const int bridge : between(a, {b, -1})) {
        if (bridge != b && groups.contains(bridge) && groups.contains(a) && groups.at(bridge) == groups.at(a))
            return false;
    }
    return true;
}

bool TopologyWorld::isAttached(int port, int station, base::Timestamp at) const
{
    const Place place = placeOf(station, at);
    const int bridge = m_ports[static_cast<std::size_t>(port)].vertex;
    if (place.vertex < 0 || portToward(bridge, place) != port)
        return false;
    const auto groups = participants(m_stations[static_cast<std::size_t>(station)].vlan);
    for (const int other : between(bridge, place)) {
        if (groups.contains(other) && groups.contains(bridge) && groups.at(other) == groups.at(bridge))
            return false;
    }
    return true;
}

/// Whether an edge is true; a bridge in place of a port stands for any port of it.
bool TopologyWorld::isTrue(NodeId a, NodeId b, int vlan, base::Timestamp at) const
{
    if (m_stationOf.contains(a) || m_bridgeOf.contains(b))
        return isTrue(b, a, vlan, at);
    if (m_bridgeOf.contains(a)) {
        for (const auto& [node, port] : m_portOf) {
            if (m_ports[static_cast<std::size_t>(port)].vertex == m_bridgeOf.at(a) && isTrue(node, b, vlan, at))
                return true;
        }
        return false;
    }
    if (m_stationOf.contains(b))
        return isAttached(m_portOf.at(a), m_stationOf.at(b), at);
    return isLink(m_portOf.at(a), m_portOf.at(b), vlan);
}

/// Whether some bridge has an entry for the station, had all events arrived.
bool TopologyWorld::isKnown(int station, base::Timestamp at) const
{
    std::set<int> knowers;
    for (const Event& event : m_events) {
        if (event.station != station || event.at > at)
            continue;
        if (event.isDeletion)
            knowers.erase(event.bridge);
        else
            knowers.insert(event.bridge);
    }
    return !knowers.empty();
}

TopologyWorld::Pairs TopologyWorld::expected(base::Timestamp at) const
{
    Pairs pairs;
    const bool isAnyVlan = std::none_of(m_isFiltering.begin(), m_isFiltering.end(), [](bool is) { return is; });
    for (const int vlan : {10, 20}) {
        const auto groups = participants(vlan);
        for (const auto& [a, nodeA] : std::map<int, int>(groups)) {
            for (std::size_t p = 0; p < m_ports.size(); ++p) {
                for (std::size_t r = 0; r < p && m_ports[p].vertex == a; ++r) {
                    const int b = m_ports[r].vertex;
                    if (groups.contains(b) && isLink(static_cast<int>(p), static_cast<int>(r), vlan))
                        pairs.insert(ordered(m_ports[p].node, m_ports[r].node));
                }
            }
        }
        if (isAnyVlan)
            break;
    }
    for (const auto& [node, station] : m_stationOf) {
        if (!isKnown(station, at))
            continue;
        for (std::size_t p = 0; p < m_ports.size(); ++p) {
            if (isAttached(static_cast<int>(p), station, at))
                pairs.insert(ordered(m_ports[p].node, node));
        }
    }
    return pairs;
}

void TopologyWorld::judgeAt(const topology::TopologyTimeline& timeline, base::Timestamp at, Verdict& verdict) const
{
    const topology::Topology map = timeline.at(at);
    std::map<std::pair<NodeId, int>, std::vector<topology::Edge>> segments; // In each VLAN.
    std::map<std::uint32_t, std::vector<topology::Edge>> groups;
    Pairs shown;
    const auto show = [&](NodeId a, NodeId b, const topology::Edge& edge) {
        const bool isGood = isTrue(a, b, edge.vlan, at);
        shown.insert(ordered(a, b));
        if (edge.certainty == Certainty::Ambiguous)
            return;
        ++verdict.proven;
        verdict.wrong += isGood ? 0 : 1;
        if (!isGood && verdict.complaint.empty())
            verdict.complaint = fmt::format("seed {}: {} - {} ({}, vlan {}) at {} s", m_seed, timeline.node(a).name,
                                            timeline.node(b).name + timeline.node(b).mac.text(),
                                            topology::toText(edge.certainty), edge.vlan, secondsOf(at));
    };
    for (const topology::Edge& edge : map.edges) {
        if (edge.kind == EdgeKind::VethPair)
            show(edge.from, edge.to, edge);
        if (edge.kind != EdgeKind::AttachedHost && edge.kind != EdgeKind::Uplink)
            continue;
        if (edge.certainty == Certainty::Ambiguous)
            groups[edge.alternatives].push_back(edge);
        else if (timeline.node(edge.from).kind == topology::NodeKind::Segment)
            segments[{edge.from, edge.vlan}].push_back(edge);
        else if (timeline.node(edge.to).kind == topology::NodeKind::Segment)
            segments[{edge.to, edge.vlan}].push_back(edge);
        else
            show(edge.from, edge.to, edge);
    }
    for (const auto& [group, edges] : groups) {
        const topology::Edge& first = edges.front();
        const bool isLone = edges.size() == 1 && m_options.lossShare > 0;
        const auto isSegment = [&](NodeId node) { return timeline.node(node).kind == topology::NodeKind::Segment; };
        if (isLone) {
            if (isSegment(first.from) || isSegment(first.to))
                segments[{isSegment(first.from) ? first.from : first.to, first.vlan}].push_back(first);
            else
                show(first.from, first.to, first);
            continue;
        }
        ++verdict.groups;
        const bool hasTruth = std::any_of(edges.begin(), edges.end(), [&](const topology::Edge& edge) {
            return isTrue(edge.from, edge.to, edge.vlan, at);
        });
        const bool isNowhere = first.kind == EdgeKind::AttachedHost && placeOf(m_stationOf.at(first.to), at).vertex < 0;
        if (hasTruth || isNowhere)
            continue;
        ++verdict.missedGroups;
        if (verdict.complaint.empty())
            verdict.complaint = fmt::format("seed {}: group of {} {} {} (vlan {}) at {} s without the truth", m_seed,
                                            edges.size(), timeline.node(first.to).name,
                                            timeline.node(first.to).mac.text(), first.vlan, secondsOf(at));
    }
    for (const auto& [key, edges] : segments) {
        const NodeId segment = key.first;
        for (std::size_t i = 0; i < edges.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const NodeId a = edges[i].from == segment ? edges[i].to : edges[i].from;
                const NodeId b = edges[j].from == segment ? edges[j].to : edges[j].from;
                const bool areStations = m_stationOf.contains(a) && m_stationOf.contains(b);
                if (!areStations)
                    show(a, b, edges[i]);
            }
        }
    }
    const Pairs truth = expected(at);
    verdict.expected += truth.size();
    verdict.shown += shown.size();
    for (const auto& pair : shown)
        verdict.found += truth.contains(pair) ? 1U : 0U;
}

TopologyWorld::Verdict TopologyWorld::judge(const topology::TopologyTimeline& timeline) const
{
    for (std::uint32_t node = 0; node < timeline.nodes().size(); ++node) {
        for (std::size_t station = 0; station < m_stations.size(); ++station) {
            if (timeline.nodes()[node].kind == topology::NodeKind::Station &&
                timeline.nodes()[node].mac == m_stations[station].mac)
                m_stationOf[NodeId{node}] = static_cast<int>(station);
        }
    }
    Verdict verdict;
    for (const base::Timestamp at : m_moments)
        judgeAt(timeline, at, verdict);
    return verdict;
}

} // namespace vnscope::tests
