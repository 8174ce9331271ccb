// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include "simulator/observer.hpp"
#include "simulator/simulated_trace.hpp"

namespace vnscope::evaluation {

/// A packet's true way, for a sample of packets.
struct TrueWay {
    std::vector<simulator::Hop> hops;
};

/// The events of a simulated run, and which packet each flow event truly is of. What an analysis sees of ids is what
/// the run tells; the packet's number only goes where the analysis does not look (the bits above those of ids).
class LabelledTrace final : public simulator::PacketObserver {
public:
    LabelledTrace(const simulator::Scenario& scenario, unsigned idBits);

    using Sink = std::function<void(const tracepoints::EventRecord&, const tracepoints::EventBatch&)>;
    /// Runs to the end.
    void run(const Sink& sink);
    [[nodiscard]] const tracepoints::StringTable& strings() const { return m_trace.strings(); }

    /// The packet that a label stands for; kUnknown: of an event that belongs to none.
    static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
    [[nodiscard]] std::uint64_t packetOf(std::uint64_t labelledId) const;
    /// Of one in kSample packets that no injection made and that arrived; else null. Each may be asked for once.
    [[nodiscard]] const TrueWay* wayOf(std::uint64_t packet) const;
    void forgetWay(std::uint64_t packet) { m_ways.erase(packet); }
    static constexpr std::uint64_t kSample = 16;

    void onEnd(const simulator::Journey& journey) override;

private:
    struct Ended {
        std::uint64_t packet = 0;
        std::uint32_t id = 0;
        simulator::FiveTuple flow;
    };
    [[nodiscard]] std::uint64_t labelOf(const tracepoints::NfFlow& event);

    unsigned m_idBits;
    std::unordered_map<std::uint32_t, std::deque<Ended>> m_ended; ///< By the element that they left from.
    std::vector<std::uint64_t> m_packets;                         ///< By label.
    std::unordered_map<std::uint64_t, TrueWay> m_ways;
    simulator::SimulatedTrace m_trace;
};

} // namespace vnscope::evaluation
