// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "recording/agent/collector.hpp"

namespace vnscope::recording::agent {

struct AgentOptions {
    std::chrono::nanoseconds rulePeriod = std::chrono::seconds(5); ///< Rules of Open vSwitch.
    std::vector<std::string> processes;                            ///< Numbers or names.
};

/// What a collector's samples took, wall time.
struct Cost {
    const char* collector = "";
    std::uint64_t samples = 0;
    std::chrono::nanoseconds total{};
    std::chrono::nanoseconds longest{};
};

/// Knows the elements of a host and samples them into a sink. On the main thread only: it enters network namespaces.
class Agent final {
public:
    Agent(const AgentOptions& options, Sink& sink, Problems& problems);

    /// Looks for elements, and tells all of them.
    void rescan();
    /// At the period: decides how deep.
    void tick();
    void sample(Depth depth);
    /// A sample met an element that is not known yet.
    [[nodiscard]] bool wantsRescan() const { return m_inventory.hasStranger(); }

    /// One for each collector, then one for all rescans.
    [[nodiscard]] std::vector<Cost> costs() const;

private:
    struct Entry {
        std::unique_ptr<Collector> collector;
        Cost cost;
    };

    Sink& m_sink;
    Problems& m_problems;
    Inventory m_inventory;
    std::vector<Entry> m_collectors;
    std::chrono::steady_clock::time_point m_nextSlow{};
    Cost m_rescans{"rescan", 0, {}, {}};
};

} // namespace vnscope::recording::agent
