// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "simulator/observer.hpp"
#include "simulator/scenario.hpp"
#include "storage/base/time.hpp"

namespace vnscope::evaluation {

/// What made a packet late.
struct Reason {
    std::uint32_t injection = simulator::kNone; ///< In Scenario::injections.
    /// Burst for a bug, too, when it was the packets that set it off and not what it made of them: they come fast, and
    /// others wait behind them where no bug is.
    simulator::InjectionKind kind = simulator::InjectionKind::Burst;
};

/// A packet that came late, and which injection is the reason.
struct Victim {
    std::uint64_t packet = 0; ///< Of the run.
    base::Nanoseconds latency = 0;
    base::Nanoseconds end = 0;    ///< When it left, from the begin of the run.
    std::uint32_t element = 0;    ///< Where it lost most time.
    base::Nanoseconds waited = 0; ///< When it was read there, from the begin of the run.
    Reason reason;                ///< The main one; of no injection when no single one is.
    /// All without which most of its delay would not have been, the main one included: problems that meet in a queue
    /// can each be such a reason.
    std::vector<Reason> reasons{};
};

struct TruthOptions {
    /// Candidates are packets whose latency is above this quantile of a run in which nothing is injected.
    double unusual = 0.999;
    /// For each kind of injection so many of all packets are victims, the latest of those that it delayed. (With one
    /// threshold for all kinds the mildest kind would have none.)
    double share = 0.03;
    /// An injection is the reason when without it the latency would have been less by at least this share.
    double leastEffect = 0.5;
    /// So many runs, each without every such injection: two injections of one run are so many injections apart. With
    /// bugs twice as many: without the injection, and with its packets but without the bug.
    std::uint32_t groups = 4;
    /// Asked often; once it says so, runs end early and results mean nothing.
    std::function<bool()> isCancelled;
};

/// What would not have happened without an injection, found by running without it: runs of one seed share all chance,
/// so a packet's latency differs only by what the injection did.
class GroundTruth final {
public:
    GroundTruth(const simulator::Scenario& scenario, const TruthOptions& options);

    [[nodiscard]] const std::vector<Victim>& victims() const { return m_victims; }
    /// Null when the packet is none.
    [[nodiscard]] const Victim* victim(std::uint64_t packet) const;
    /// Nothing that was put in made it late, but an element that could not keep up for long before.
    [[nodiscard]] bool metOverload(std::uint64_t packet) const { return m_overloaded.contains(packet); }
    [[nodiscard]] std::uint64_t packets() const { return m_packets; } ///< That arrived, injected ones apart.

private:
    void chooseCandidates(const simulator::Scenario& scenario, const TruthOptions& options);
    void findReasons(const simulator::Scenario& scenario, const TruthOptions& options);
    void findReasons(const simulator::Scenario& scenario, const TruthOptions& options,
                     const std::vector<std::uint32_t>& members, std::vector<base::Nanoseconds>& most);
    [[nodiscard]] std::vector<base::Nanoseconds> gainsIn(const simulator::Scenario& other,
                                                         const TruthOptions& options) const;
    void findOverloads();
    void keepLatest(double share);
    void index();

    std::vector<Victim> m_victims;
    std::unordered_map<std::uint64_t, std::size_t> m_index; ///< By packet.
    /// By element that refused packets although nothing was put in: since when, from the begin of the run.
    std::unordered_map<std::uint32_t, base::Nanoseconds> m_refusing;
    std::unordered_set<std::uint64_t> m_overloaded; ///< Packets.
    std::uint64_t m_packets = 0;
};

} // namespace vnscope::evaluation
