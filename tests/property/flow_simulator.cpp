// SPDX-License-Identifier: Apache-2.0
#include "tests/property/flow_simulator.hpp"

namespace vnscope::tests {

FlowSimulator::FlowSimulator(std::vector<SimulatedNode> nodes, std::vector<SimulatedLink> links, double copySeconds,
                             std::uint64_t seed)
    : m_nodes(std::move(nodes)),
      m_links(std::move(links)),
      m_copySeconds(copySeconds),
      m_random(seed),
      m_processes(m_nodes.size()),
      m_queued(m_links.size()),
      m_credit(m_links.size()),
      m_nodeCounters(m_nodes.size()),
      m_linkCounters(m_links.size())
{
    for (std::size_t link = 0; link < m_links.size(); ++link) {
        m_processes[static_cast<std::size_t>(m_links[link].from)].outputs.push_back(link);
        m_processes[static_cast<std::size_t>(m_links[link].to)].inputs.push_back(link);
        m_credit[link] = std::uniform_real_distribution(0.0, 1.0)(m_random);
    }
    for (std::size_t node = 0; node < m_nodes.size(); ++node)
        poke(static_cast<int>(node));
}

void FlowSimulator::runUntil(double seconds)
{
    while (true) {
        while (!m_poked.empty()) {
            const int node = m_poked.back();
            m_poked.pop_back();
            while (read(node) || write(node)) {
            }
        }
        if (m_working.top().first >= seconds)
            break;
        const auto [at, node] = m_working.top();
        m_working.pop();
        m_now = at;
        endWork(node);
    }
    m_now = seconds;
}

void FlowSimulator::poke(int node)
{
    m_poked.push_back(node);
}

/// Takes a chunk from the next queue in turn that has one; false when it waits or does something else.
bool FlowSimulator::read(int node)
{
    Process& process = m_processes[static_cast<std::size_t>(node)];
    if (process.doing != Doing::Reading)
        return false;
    if (m_nodes[static_cast<std::size_t>(node)].isSource) {
        beginWork(node);
        return true;
    }
    for (std::size_t tried = 0; tried < process.inputs.size(); ++tried) {
        const std::size_t link = process.inputs[process.nextInput++ % process.inputs.size()];
        if (m_queued[link] == 0)
            continue;
        --m_queued[link];
        SimulatedCounters& counters = m_nodeCounters[static_cast<std::size_t>(node)];
        counters.inChunks += 1;
        counters.inSeconds += m_now - process.since + m_copySeconds;
        poke(m_links[link].from);
        beginWork(node);
        return true;
    }
    return false;
}

bool FlowSimulator::write(int node)
{
    Process& process = m_processes[static_cast<std::size_t>(node)];
    if (process.doing != Doing::Writing)
        return false;
    if (process.toWrite.empty()) {
        process.doing = Doing::Reading;
        process.since = m_now;
        return true;
    }
    const std::size_t link = process.toWrite.front();
    const bool isFull = m_queued[link] >= m_links[link].buffer;
    if (isFull && !m_links[link].drops)
        return false;
    process.toWrite.pop_front();
    const double seconds = m_now - process.since + m_copySeconds;
    for (SimulatedCounters* counters : {&m_nodeCounters[static_cast<std::size_t>(node)], &m_linkCounters[link]}) {
        counters->outChunks += 1;
        counters->outSeconds += seconds;
    }
    process.since = m_now;
    if (!isFull)
        ++m_queued[link];
    poke(m_links[link].to);
    return true;
}

void FlowSimulator::beginWork(int node)
{
    m_processes[static_cast<std::size_t>(node)].doing = Doing::Working;
    m_working.emplace(m_now + workTime(m_nodes[static_cast<std::size_t>(node)]), node);
}

void FlowSimulator::endWork(int node)
{
    Process& process = m_processes[static_cast<std::size_t>(node)];
    for (const std::size_t link : process.outputs) {
        for (m_credit[link] += m_links[link].ratio; m_credit[link] >= 1; m_credit[link] -= 1)
            process.toWrite.push_back(link);
    }
    process.doing = Doing::Writing;
    process.since = m_now;
    poke(node);
}

double FlowSimulator::workTime(const SimulatedNode& node)
{
    const double random = std::exponential_distribution(1.0)(m_random);
    return node.workSeconds * (1.0 - node.jitter + node.jitter * random);
}

} // namespace vnscope::tests
