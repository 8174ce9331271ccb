// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/property/flow_simulator.hpp"

namespace vnscope::tests {

/// A random graph of middleboxes whose culprits are built in, and what its processes count.
///
/// Built in means: a culprit that is overloaded gets less capacity than each of its greedy sources alone offers it; all
/// others get at least 1.6 times of what can reach them. A source that offers less than its share is a culprit when one
/// of its receivers has time left, which it can only spend waiting for more.
class MiddleboxWorld {
public:
    explicit MiddleboxWorld(std::uint64_t seed);

    /// Lets the processes run until queues are as full as they get, then for the measured time.
    void measure();

    using Causes = std::set<std::pair<int, bool>>; ///< Node, and whether it is overloaded (else underloaded).

    [[nodiscard]] const std::vector<SimulatedNode>& nodes() const { return m_nodes; }
    [[nodiscard]] const std::vector<SimulatedLink>& links() const { return m_links; }
    [[nodiscard]] const Causes& truth() const { return m_truth; }
    [[nodiscard]] const char* shape() const { return m_shape; }
    [[nodiscard]] std::vector<std::string> text() const;

    // In the measured time, with the noise of the measurement.
    [[nodiscard]] const std::vector<SimulatedCounters>& nodeCounters() const { return m_nodeCounters; }
    [[nodiscard]] const std::vector<SimulatedCounters>& linkCounters() const { return m_linkCounters; }
    [[nodiscard]] double seconds() const;
    [[nodiscard]] double linkChunksPerSecond() const { return m_linkChunksPerSecond; } ///< Capacity of every vNIC.

private:
    bool chance(double probability) { return std::bernoulli_distribution(probability)(m_random); }
    int number(int low, int high) { return std::uniform_int_distribution(low, high)(m_random); }
    double real(double low, double high) { return std::uniform_real_distribution(low, high)(m_random); }

    int addNode(bool isSource);
    void connect(int from, int to, double ratio, bool drops = false);
    void split(int from, const std::vector<int>& to);
    std::vector<int> addLayers(const std::vector<int>& widths);
    void addMesh();
    void addPart();
    void addSideServers(std::size_t firstNode);
    void addTaps(std::size_t firstNode);

    void findGains();
    void chooseCulprits();
    void offer();
    void giveCapacity();
    [[nodiscard]] bool isAncestor(int node, int of) const { return m_gain[index(node)][index(of)] > 0; }
    [[nodiscard]] int culpritBehind(int node) const;
    [[nodiscard]] double fairShare(int source, int culprit) const;
    [[nodiscard]] bool makesWait(int source) const;
    [[nodiscard]] bool hasGreedySource(int node) const;
    static std::size_t index(int node) { return static_cast<std::size_t>(node); }

    std::mt19937_64 m_random;
    const char* m_shape = "";
    double m_jitter = 0;
    double m_timerNoise = 0;
    std::vector<SimulatedNode> m_nodes; ///< Senders before receivers.
    std::vector<SimulatedLink> m_links;
    std::vector<std::vector<double>>
        m_gain;                        ///< Chunks that reach the second for each that the first sends or works on.
    std::vector<int> m_culprits;       ///< Overloaded ones.
    std::vector<double> m_culpritRate; ///< By node; what an overloaded one can do.
    std::vector<double> m_offered;     ///< By node; of sources.
    std::vector<double> m_most;        ///< By node; what a source can get rid of.
    std::vector<bool> m_isGreedy;
    double m_linkChunksPerSecond = 0;
    Causes m_truth;
    std::vector<SimulatedCounters> m_nodeCounters;
    std::vector<SimulatedCounters> m_linkCounters;
};

} // namespace vnscope::tests
