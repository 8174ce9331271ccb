// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <queue>
#include <random>
#include <utility>
#include <vector>

namespace vnscope::tests {

/// A process with one thread: it reads a chunk, works on it, writes what comes of it, and so on. Sources do not read.
struct SimulatedNode {
    double workSeconds = 0; ///< For one chunk, on average. For a source: the time between chunks that it has to send.
    double jitter = 0;      ///< 0: always the same; 1: exponentially distributed.
    bool isSource = false;
};

/// A queue between two processes.
struct SimulatedLink {
    int from = 0;
    int to = 0;
    double ratio = 1;       ///< Chunks written on it for each chunk worked on.
    std::size_t buffer = 8; ///< Chunks.
    bool drops = false;     ///< When full; otherwise the writer waits.
};

/// What a process or a link counted in the measured time.
struct SimulatedCounters {
    double inChunks = 0;
    double inSeconds = 0;
    double outChunks = 0;
    double outSeconds = 0;
};

/// Chunks flow through processes and bounded queues, event by event; waiting comes from full and empty queues alone.
/// It knows nothing of states, causes or thresholds.
class FlowSimulator final {
public:
    FlowSimulator(std::vector<SimulatedNode> nodes, std::vector<SimulatedLink> links, double copySeconds,
                  std::uint64_t seed);

    void runUntil(double seconds);
    [[nodiscard]] const std::vector<SimulatedCounters>& nodeCounters() const { return m_nodeCounters; }
    [[nodiscard]] const std::vector<SimulatedCounters>& linkCounters() const { return m_linkCounters; }

private:
    enum class Doing { Reading, Working, Writing };
    struct Process {
        Doing doing = Doing::Reading;
        double since = 0; ///< When the current call began.
        std::size_t nextInput = 0;
        std::deque<std::size_t> toWrite; ///< Links.
        std::vector<std::size_t> inputs; ///< Links.
        std::vector<std::size_t> outputs;
    };

    void poke(int node);
    bool read(int node);
    bool write(int node);
    void beginWork(int node);
    void endWork(int node);
    double workTime(const SimulatedNode& node);

    std::vector<SimulatedNode> m_nodes;
    std::vector<SimulatedLink> m_links;
    double m_copySeconds = 0;
    std::mt19937_64 m_random;
    double m_now = 0;
    std::vector<Process> m_processes;
    std::vector<std::size_t> m_queued; ///< By link.
    std::vector<double> m_credit;      ///< By link: parts of a chunk not yet written.
    std::vector<int> m_poked;
    std::priority_queue<std::pair<double, int>, std::vector<std::pair<double, int>>, std::greater<>> m_working;
    std::vector<SimulatedCounters> m_nodeCounters;
    std::vector<SimulatedCounters> m_linkCounters;
};

} // namespace vnscope::tests
