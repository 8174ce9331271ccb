// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyses/microscope/diagnoser.hpp"
#include "analyses/microscope/intake.hpp"
#include "analyses/microscope/reconstruction.hpp"
#include "analyses/microscope/throughput_watch.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::analyses::microscope {

/// A packet that fared badly.
enum class VictimKind : std::uint8_t {
    Latency,
    Loss,
    Throughput, ///< It stands for a flow of which hardly anything came for a moment.
};
inline constexpr std::size_t kVictimKinds = 3;

/// Why a victim waited at one element of its way.
struct HopDiagnosis {
    Hop hop;
    std::shared_ptr<const Explanation> why; ///< Never null.
};

/// One suspect of a victim.
struct Suspect {
    Culprit culprit;
    double seconds = 0;                 ///< Of the victim's wait that are laid on it.
    std::shared_ptr<const Blame> blame; ///< The largest part of it.
};

struct Diagnosis {
    VictimKind kind = VictimKind::Latency;
    std::uint64_t number = 0; ///< Of the journey, in the order of beginning.
    Journey journey;
    std::vector<HopDiagnosis> hops; ///< Those where it fared unusually, the last one first.
    std::vector<Suspect> suspects;  ///< The one with the most seconds first.
    bool isPersistent = false; ///< A queue on its way has not been empty for long: overload, a matter for PerfSight.
};

struct EngineOptions {
    Reconstruction::Options reconstruction;
    DiagnosisOptions diagnosis;
    Abnormality abnormality = Abnormality::MedianAndMad;
    double percentile = 0.99;                          ///< A packet whose latency is above this of all is a victim.
    std::optional<base::Nanoseconds> latencyThreshold; ///< Instead of the percentile.
    std::map<std::string, double> rates;           ///< Packets per second of elements, by name, where they are known.
    base::Nanoseconds step = 100 * base::kNsPerMs; ///< How often stock is taken.
    base::Nanoseconds memory = base::kNsPerSecond; ///< How far back causes are looked for.
    /// Decides instead of latencies and flows which packets are victims.
    std::function<bool(const Journey&)> isVictim;
};

/// Journeys, queues and victims of a session in one pass. Memory: what happened within EngineOptions::memory.
class Engine final {
public:
    /// `onDiagnosis` is told of each victim soon after its end; `onSettled` each time when stock is taken, before
    /// anything is forgotten. With a percentile, up to twice as many victims are told of as are asked for: which of
    /// them belong to it, latencyThreshold() knows at the end.
    Engine(EngineOptions options, std::function<void(const Diagnosis&)> onDiagnosis,
           std::function<void(base::Timestamp)> onSettled = {});

    void process(const tracepoints::EventRecord& record, const tracepoints::EventBatch& batch,
                 const tracepoints::StringTable& strings, std::uint32_t host, const std::string& hostName);
    void finish();

    [[nodiscard]] Reconstruction& network() { return m_network; }
    [[nodiscard]] const Reconstruction& network() const { return m_network; }
    /// For who is told of a diagnosis: how it came about.
    [[nodiscard]] Diagnoser& diagnoser() { return m_diagnoser; }
    /// Of the packets that have arrived so far.
    [[nodiscard]] base::Nanoseconds latencyThreshold() const;
    /// So much of all packets that were seen to begin and to arrive took less; 0: there are none.
    [[nodiscard]] base::Nanoseconds latencyQuantile(double share) const;
    /// So much of all packets that were seen to begin and to arrive took no longer.
    [[nodiscard]] double shareWithin(base::Nanoseconds latency) const;
    [[nodiscard]] std::uint64_t arrived() const { return m_arrived; }
    [[nodiscard]] std::uint64_t lost() const { return m_lost; }
    [[nodiscard]] std::uint64_t cutJourneys() const { return m_cutJourneys; } ///< Arrived, but not seen to begin.

private:
    void settle(base::Timestamp now);
    void countLatencies(const std::vector<std::uint64_t>& ended);
    [[nodiscard]] bool isVictim(const Journey& journey) const;
    void diagnoseEnded();
    [[nodiscard]] std::vector<Hop> unusualHops(const Journey& journey) const;
    void diagnoseRefusal(Diagnosis& victim);
    static void addSuspects(Diagnosis& diagnosis);
    void giveRates();

    EngineOptions m_options;
    std::function<void(const Diagnosis&)> m_onDiagnosis;
    std::function<void(base::Timestamp)> m_onSettled;
    Reconstruction m_network;
    Intake m_intake;
    Diagnoser m_diagnoser;
    std::optional<base::Timestamp> m_nextStep;
    base::Timestamp m_last;
    std::vector<std::uint64_t> m_ended; ///< Journeys that may be victims; their culprits' flows are known a step later.
    ThroughputWatch m_throughput;
    std::vector<std::uint64_t> m_heldUp;    ///< Journeys that stand for slow flows, as m_ended.
    std::vector<std::uint64_t> m_latencies; ///< Counts by delayBucket().
    std::uint64_t m_arrived = 0;
    std::uint64_t m_lost = 0;
    std::uint64_t m_cutJourneys = 0;
    base::Nanoseconds m_victimAbove = 0; ///< In this step.
};

} // namespace vnscope::analyses::microscope
