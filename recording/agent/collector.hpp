// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "recording/agent/inventory.hpp"
#include "recording/agent/problems.hpp"
#include "recording/agent/sink.hpp"

namespace vnscope::recording::agent {

/// How much of the host a sample takes.
enum class Depth {
    Quick, ///< What may change with every packet.
    Slow,  ///< Once a second: also what the kernel needs long to tell.
    All,   ///< On demand, at the begin and at the end: also what has a period of its own.
};

/// Reads one kind of counters of the whole host. sample() is to be cheap: no memory is taken, nothing is opened.
class Collector {
public:
    Collector() = default;
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;
    virtual ~Collector() = default;

    /// For the list of costs.
    [[nodiscard]] virtual const char* name() const = 0;
    /// Looks for elements anew, now and then.
    virtual void rescan(Problems&) {}
    /// Tells all elements and what they hand packets to.
    virtual void define(Sink& sink) const = 0;
    virtual void sample(Depth depth, Sink& sink, Problems& problems) = 0;
};

// One function per kind; each is described in README.md. `inventory` outlives them.
[[nodiscard]] std::unique_ptr<Collector> makeNetworkCollector(Inventory& inventory);
[[nodiscard]] std::unique_ptr<Collector> makeProtocolCollector(const Inventory& inventory);
[[nodiscard]] std::unique_ptr<Collector> makeCpuCollector();
[[nodiscard]] std::unique_ptr<Collector> makeDatapathCollector(Inventory& inventory);
/// The rules of Open vSwitch, read every `periodNs`: by far the longest answer.
[[nodiscard]] std::unique_ptr<Collector> makeRuleCollector(std::int64_t periodNs);
/// `processes`: numbers or names.
[[nodiscard]] std::unique_ptr<Collector> makeProcessCollector(const Inventory& inventory,
                                                              std::vector<std::string> processes);

} // namespace vnscope::recording::agent
