// SPDX-License-Identifier: Apache-2.0
#include "tests/property/middlebox_world.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace vnscope::tests {

namespace {

constexpr double kWarmUpSeconds = 1500;
constexpr double kMeasuredSeconds = 600;

SimulatedCounters difference(const SimulatedCounters& later, const SimulatedCounters& earlier)
{
    return {later.inChunks - earlier.inChunks, later.inSeconds - earlier.inSeconds, later.outChunks - earlier.outChunks,
            later.outSeconds - earlier.outSeconds};
}

} // namespace

MiddleboxWorld::MiddleboxWorld(std::uint64_t seed) : m_random(seed)
{
    m_jitter = chance(0.2) ? 0.0 : real(0.0, 1.0);
    m_timerNoise = chance(0.2) ? 0.0 : real(0.0, 0.05);
    const int parts = chance(0.3) ? number(2, 3) : 1;
    for (int part = 0; part < parts; ++part)
        addPart();
    if (parts > 1)
        m_shape = "several";
    findGains();
    chooseCulprits();
    offer();
    giveCapacity();
}

int MiddleboxWorld::addNode(bool isSource)
{
    m_nodes.push_back({1.0, chance(0.5) ? m_jitter : real(0.0, m_jitter), isSource});
    return static_cast<int>(m_nodes.size()) - 1;
}

void MiddleboxWorld::connect(int from, int to, double ratio, bool drops)
{
    m_links.push_back({from, to, ratio, static_cast<std::size_t>(number(4, 16)), drops});
}

/// Each chunk goes to one of the receivers.
void MiddleboxWorld::split(int from, const std::vector<int>& to)
{
    std::vector<double> weights;
    for (std::size_t i = 0; i < to.size(); ++i)
        weights.push_back(real(0.5, 1.0));
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < to.size(); ++i)
        connect(from, to[i], weights[i] / sum);
}

/// Layers of these widths, the first of sources; trees where widths grow or shrink, chains where they stay.
std::vector<int> MiddleboxWorld::addLayers(const std::vector<int>& widths)
{
    std::vector<int> before;
    for (const int width : widths) {
        std::vector<int> layer;
        for (int i = 0; i < width; ++i)
            layer.push_back(addNode(before.empty()));
        std::vector<std::vector<int>> receivers(before.size());
        for (std::size_t i = 0; i < std::max(before.size(), before.empty() ? 0 : layer.size()); ++i)
            receivers[i % before.size()].push_back(layer[i % layer.size()]);
        for (std::size_t i = 0; i < before.size(); ++i)
            split(before[i], receivers[i]);
        before = layer;
    }
    return before;
}

/// Chains that share middleboxes: each node feeds one to three of the next layer, and everybody is fed.
void MiddleboxWorld::addMesh()
{
    std::vector<int> before;
    for (int layers = number(3, 5), at = 0; at < layers; ++at) {
        std::vector<int> layer;
        for (int i = 0, width = number(1, 3); i < width; ++i)
            layer.push_back(addNode(at == 0));
        std::vector<std::set<int>> receivers(before.size());
        for (auto& each : receivers) {
            for (int i = number(1, 2); i > 0; --i)
                each.insert(layer[index(number(0, static_cast<int>(layer.size()) - 1))]);
        }
        for (const int node : layer) {
            if (!before.empty())
                receivers[index(number(0, static_cast<int>(before.size()) - 1))].insert(node);
        }
        for (std::size_t i = 0; i < before.size(); ++i)
            split(before[i], {receivers[i].begin(), receivers[i].end()});
        before = layer;
    }
}

void MiddleboxWorld::addPart()
{
    const std::size_t first = m_nodes.size();
    switch (number(0, 4)) {
    case 0:
        m_shape = "chain";
        addLayers(std::vector<int>(index(number(2, 8)), 1));
        break;
    case 1:
        m_shape = "tree";
        addLayers({1, 1, number(2, 3), number(3, 6)});
        break;
    case 2:
        m_shape = "merging tree";
        addLayers({number(3, 5), number(2, 3), 1, 1});
        break;
    case 3:
        m_shape = "diamond";
        addLayers({1, 1, number(2, 4), 1, number(1, 2)});
        break;
    default:
        m_shape = "shared chains";
        addMesh();
        break;
    }
    addSideServers(first);
    addTaps(first);
}

/// Log and file servers that middleboxes write a part of what they handle to.
void MiddleboxWorld::addSideServers(std::size_t firstNode)
{
    const int last = static_cast<int>(m_nodes.size()) - 1;
    const int first = static_cast<int>(firstNode);
    for (int count = chance(0.5) ? number(1, 2) : 0; count > 0; --count) {
        const int server = addNode(false);
        std::set<int> callers;
        for (int i = number(1, 3); i > 0; --i)
            callers.insert(number(first, last));
        for (const int caller : callers)
            connect(caller, server, real(0.15, 0.5));
    }
}

/// Receivers that lose what they cannot take.
void MiddleboxWorld::addTaps(std::size_t firstNode)
{
    const int last = static_cast<int>(m_nodes.size()) - 1;
    const int first = static_cast<int>(firstNode);
    if (chance(0.3)) {
        const int tap = addNode(false);
        connect(number(first, last), tap, 1.0, true);
    }
}

void MiddleboxWorld::findGains()
{
    m_gain.assign(m_nodes.size(), std::vector<double>(m_nodes.size()));
    for (std::size_t from = 0; from < m_nodes.size(); ++from) {
        m_gain[from][from] = 1;
        // Senders have lower numbers, so each is complete before it passes on, whatever the order of links.
        for (std::size_t via = from; via < m_nodes.size(); ++via) {
            for (const SimulatedLink& link : m_links) {
                if (index(link.from) == via && !link.drops)
                    m_gain[from][index(link.to)] += m_gain[from][via] * link.ratio;
            }
        }
    }
}

/// Overloaded ones; no source feeds two of them, so that each has its own victims.
void MiddleboxWorld::chooseCulprits()
{
    m_culpritRate.assign(m_nodes.size(), 0);
    for (int tries = chance(0.35) ? 0 : number(1, 6); tries > 0; --tries) {
        const int node = number(0, static_cast<int>(m_nodes.size()) - 1);
        bool isAlone = false;
        for (std::size_t source = 0; source < m_nodes.size(); ++source) {
            if (!m_nodes[source].isSource || !isAncestor(static_cast<int>(source), node))
                continue;
            isAlone = culpritBehind(static_cast<int>(source)) < 0;
            if (!isAlone)
                break;
        }
        if (!m_nodes[index(node)].isSource && isAlone) {
            m_culprits.push_back(node);
            m_culpritRate[index(node)] = real(0.3, 1.0);
            m_truth.emplace(node, true);
        }
    }
}

int MiddleboxWorld::culpritBehind(int node) const
{
    for (const int culprit : m_culprits) {
        if (isAncestor(node, culprit))
            return culprit;
    }
    return -1;
}

/// A lower bound of what a culprit takes from one source, when all receivers on the way take turns.
double MiddleboxWorld::fairShare(int source, int culprit) const
{
    double share = m_culpritRate[index(culprit)] / std::max(1.0, m_gain[index(source)][index(culprit)]);
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        if (!isAncestor(source, static_cast<int>(node)) || !isAncestor(static_cast<int>(node), culprit))
            continue;
        const auto inputs = std::count_if(m_links.begin(), m_links.end(),
                                          [&](const SimulatedLink& link) { return index(link.to) == node; });
        share /= static_cast<double>(std::max<std::ptrdiff_t>(1, inputs));
    }
    return share;
}

/// Whether some receiver of this source has time left. One that has more capacity than can reach it does, unless it is
/// pushed back from behind, and kept full by a greedy source.
bool MiddleboxWorld::makesWait(int source) const
{
    return std::any_of(m_links.begin(), m_links.end(), [&](const SimulatedLink& link) {
        return link.from == source && !link.drops && (culpritBehind(link.to) < 0 || !hasGreedySource(link.to));
    });
}

bool MiddleboxWorld::hasGreedySource(int node) const
{
    for (std::size_t source = 0; source < m_nodes.size(); ++source) {
        if (m_nodes[source].isSource && m_isGreedy[source] && isAncestor(static_cast<int>(source), node))
            return true;
    }
    return false;
}

void MiddleboxWorld::offer()
{
    m_offered.assign(m_nodes.size(), 0);
    m_most.assign(m_nodes.size(), 0);
    m_isGreedy.assign(m_nodes.size(), false);
    std::set<int> culpritsWithGreedy;
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        if (!m_nodes[node].isSource)
            continue;
        const int culprit = culpritBehind(static_cast<int>(node));
        if (culprit < 0) {
            m_offered[node] = m_most[node] = real(0.2, 1.0);
        } else if (!culpritsWithGreedy.insert(culprit).second && chance(0.4)) {
            m_offered[node] = m_most[node] = real(0.2, 0.5) * fairShare(static_cast<int>(node), culprit);
        } else {
            m_isGreedy[node] = true;
            m_most[node] = m_culpritRate[index(culprit)] / m_gain[node][index(culprit)];
            m_offered[node] = real(1.5, 3.0) * m_most[node];
        }
    }
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        if (m_nodes[node].isSource && !m_isGreedy[node] && makesWait(static_cast<int>(node)))
            m_truth.emplace(static_cast<int>(node), false);
    }
}

void MiddleboxWorld::giveCapacity()
{
    double busiest = 0;
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        double arriving = 0;
        for (std::size_t source = 0; source < m_nodes.size(); ++source)
            arriving += m_nodes[source].isSource ? m_gain[source][node] * m_most[source] : 0.0;
        const double capacity = m_nodes[node].isSource    ? m_offered[node]
                                : m_culpritRate[node] > 0 ? m_culpritRate[node]
                                                          : real(1.6, 4.0) * std::max(arriving, 0.01);
        m_nodes[node].workSeconds = 1.0 / capacity;
        // All of a node's outputs go through its vNIC.
        for (const SimulatedLink& link : m_links)
            arriving += index(link.from) == node ? link.ratio * arriving : 0.0;
        busiest = std::max(busiest, arriving);
    }
    m_linkChunksPerSecond = busiest / real(0.05, 0.25);
}

double MiddleboxWorld::seconds() const
{
    return kMeasuredSeconds;
}

void MiddleboxWorld::measure()
{
    const double copySeconds = 1.0 / (m_linkChunksPerSecond * real(20, 200));
    FlowSimulator simulator(m_nodes, m_links, copySeconds, m_random());
    simulator.runUntil(kWarmUpSeconds);
    m_nodeCounters = simulator.nodeCounters();
    m_linkCounters = simulator.linkCounters();
    simulator.runUntil(kWarmUpSeconds + kMeasuredSeconds);
    const auto subtract = [this](std::vector<SimulatedCounters>& counted, const std::vector<SimulatedCounters>& now) {
        for (std::size_t i = 0; i < counted.size(); ++i) {
            counted[i] = difference(now[i], counted[i]);
            counted[i].inSeconds *= real(1 - m_timerNoise, 1 + m_timerNoise);
            counted[i].outSeconds *= real(1 - m_timerNoise, 1 + m_timerNoise);
        }
    };
    subtract(m_nodeCounters, simulator.nodeCounters());
    subtract(m_linkCounters, simulator.linkCounters());
}

std::vector<std::string> MiddleboxWorld::text() const
{
    std::vector<std::string> lines{m_shape};
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        const SimulatedCounters& counted = m_nodeCounters[node];
        lines.push_back(fmt::format("n{} {} can {:.3f}/s, in {:.0f} in {:.0f} s, out {:.0f} in {:.0f} s{}", node,
                                    m_nodes[node].isSource ? "source" : "", 1 / m_nodes[node].workSeconds,
                                    counted.inChunks, counted.inSeconds, counted.outChunks, counted.outSeconds,
                                    m_truth.count({static_cast<int>(node), true}) > 0    ? " OVERLOADED"
                                    : m_truth.count({static_cast<int>(node), false}) > 0 ? " UNDERLOADED"
                                                                                         : ""));
    }
    for (const SimulatedLink& link : m_links)
        lines.push_back(
            fmt::format("n{} -> n{} ratio {:.2f}{}", link.from, link.to, link.ratio, link.drops ? " drops" : ""));
    return lines;
}

} // namespace vnscope::tests
