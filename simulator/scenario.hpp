// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"

/// Networks of network functions (NFs) that run in simulated time and tell the events of tracepoints/nf, so that what
/// an analysis says can be held against what truly happened. Times count from the begin of the run.
namespace vnscope::simulator {

inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Addresses of IPv4 and ports, in host order.
struct FiveTuple {
    std::uint32_t source = 0;
    std::uint32_t destination = 0;
    std::uint16_t sourcePort = 0;
    std::uint16_t destinationPort = 0;
    std::uint8_t protocol = 17; ///< IP's number.

    auto operator<=>(const FiveTuple&) const = default;
};

/// One instance of an NF: a thread that reads batches from one queue, works, and writes each batch when all of it is
/// done.
struct Element {
    std::string name;
    std::string kind = "nf"; ///< "nat", "firewall", "monitor", "vpn", any.
    double serviceNs = 2000; ///< Mean time for a packet.
    double spread = 0.2;     ///< A packet takes serviceNs * U(1 - spread, 1 + spread).
    double tailSigma = 0;    ///< Beside that a log-normal factor of mean 1; 0: none.
    std::uint32_t batch = 32;
    std::uint32_t capacity = 1024;      ///< Packets that the queue holds.
    std::vector<std::uint32_t> next;    ///< Elements that it writes to, one for each flow by hash; none: out.
    std::vector<std::uint32_t> matched; ///< As `next`, for flows that match a rule of the element.
    double matchedShare = 0;            ///< Share of flows, by hash, that match.
    bool rewritesIds = false; ///< Packets leave it with new ids, as from a VPN that encapsulates: at random, never 0.
};

/// Where packets come from.
struct Source {
    std::string name = "source";
    double packetsPerSecond = 1.2e6;
    bool isConstant = false;      ///< Equal gaps instead of a Poisson process.
    std::uint32_t flows = 40'000; ///< Number of its flows, made from the seed; 0: only `flow`.
    double zipf = 0.9;            ///< Share of the k-th flow: k^-zipf.
    FiveTuple flow;               ///< When `flows` is 0.
    std::vector<std::uint32_t> next;
    base::Nanoseconds batchWindowNs = 0; ///< Packets of such a window are written together at its end; 0: one by one.
};

/// Flows that an element sends to one next element whatever their hash says.
struct Route {
    std::uint32_t element = 0;
    std::uint32_t to = 0;
    FiveTuple first; ///< Addresses and protocol; the first ports.
    std::uint16_t lastSourcePort = 0;
    std::uint16_t lastDestinationPort = 0;
};

/// What the packet ids of the events are.
enum class IdMode {
    Random16,      ///< IPv4 identifications drawn at random: what the paper takes them for.
    Composite32,   ///< The same, with 16 bits of a hash over fields that no NF changes.
    FlowCounter16, ///< Counted up in each flow, as Linux does.
};

/// What makes a run like a real one.
struct Noise {
    double interruptsPerSecond = 0; ///< Of each NF, at random times.
    base::Nanoseconds interruptMinNs = 20'000;
    base::Nanoseconds interruptMaxNs = 150'000;
    double slowdownsPerSecond = 0; ///< Times in which all NFs are slow together, as when memory is contended for.
    base::Nanoseconds slowdownMinNs = 200'000;
    base::Nanoseconds slowdownMaxNs = 1'000'000;
    double slowdownFactor = 1.5;         ///< On service times.
    double lostRecords = 0;              ///< Share of events that the trace lacks.
    base::Nanoseconds jitterNs = 0;      ///< Times are told wrong by up to this, either way.
    base::Nanoseconds clockOffsetNs = 0; ///< The clock of each element is off by up to this, either way.
    double clockDriftPpm = 0;            ///< And runs wrong by up to this.
    IdMode ids = IdMode::Random16;
    double zeroIds = 0; ///< Share of packets whose IPv4 identification is 0.
};

enum class InjectionKind { Burst, Interrupt, Bug };

/// A problem that is put into a run, and so is known. `id` numbers its packets: a run without it is the same run
/// otherwise.
struct Injection {
    std::uint32_t id = 0;
    InjectionKind kind = InjectionKind::Burst;
    base::Nanoseconds timeNs = 0;
    std::uint32_t source = 0;       ///< Burst, bug: where its packets enter.
    FiveTuple flow;                 ///< Burst, bug.
    std::uint32_t packets = 0;      ///< Burst, bug.
    double packetsPerSecond = 5e6;  ///< Burst, bug: of its packets at the source.
    std::uint32_t element = kNone;  ///< Interrupt, bug: where.
    base::Nanoseconds lengthNs = 0; ///< Interrupt.
    double serviceNs = 20'000;      ///< Bug: what each of its packets takes at the element.
};

/// All that a run depends on: the same scenario gives the same run, on every machine.
struct Scenario {
    std::string name;
    std::uint64_t seed = 1;
    base::Nanoseconds durationNs = 5 * base::kNsPerSecond;
    std::vector<Source> sources;
    std::vector<Element> elements;
    std::vector<Route> routes;
    Noise noise;
    std::vector<Injection> injections; ///< In any order.
};

/// Limits of what is simulated: values beyond them are taken for mistakes.
inline constexpr std::size_t kMaxElements = 4096;
inline constexpr std::size_t kMaxSources = 64;
inline constexpr std::size_t kMaxFlows = 8'000'000;
inline constexpr std::size_t kMaxInjections = 1'000'000;
inline constexpr std::uint32_t kMaxBatch = 1024;
inline constexpr std::uint32_t kMaxCapacity = 1U << 20U;
inline constexpr double kMaxPacketsPerSecond = 1e9;
inline constexpr base::Nanoseconds kMaxDurationNs = 24 * 3600 * base::kNsPerSecond;

/// Whether a scenario can be run; else one sentence that says what is wrong with it (code Usage).
[[nodiscard]] base::Result<void> check(const Scenario& scenario);

/// Elements so that each comes before those it writes to; fails when packets could go in a circle.
[[nodiscard]] base::Result<std::vector<std::uint32_t>> topologicalOrder(const Scenario& scenario);

} // namespace vnscope::simulator
