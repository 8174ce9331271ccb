// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "simulator/network.hpp"
#include "simulator/observer.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::simulator {

/// One event as the instrumentation of a node tells it; numbers are the network's.
struct ToldEvent {
    base::Nanoseconds timeNs = 0; ///< As told, from the begin of the run.
    std::uint32_t node = 0;
    std::uint32_t queue = 0;   ///< Definitions: which queue. Batches: the reader's number, or kNone for the way out.
    std::uint32_t flow = 0;    ///< Flows.
    std::uint32_t ids = 0;     ///< Where in EventLog::ids() its ids begin.
    std::uint16_t packets = 0; ///< Of the whole batch.
    std::uint16_t first = 0;
    std::uint16_t count = 0; ///< Of ids.
    tracepoints::EventType type = tracepoints::EventType::Count;
};

/// Gathers what the nodes of a network tell, slice by slice, with the noise of clocks and of lost records, and puts it
/// in the order of told times. Memory follows a slice, and how far clocks are off.
class EventLog final : public BatchListener {
public:
    EventLog(const Scenario& scenario, const Network& network);

    void onRead(std::uint32_t element, base::Nanoseconds timeNs, std::span<const Packet> batch) override;
    void onWrite(std::uint32_t link, std::span<const Packet> batch) override;
    void onDrop(std::uint32_t link, std::span<const Packet> batch) override;

    /// Everything that happens before `endNs` has been told: makes ready() what no later event can come before.
    void settle(base::Nanoseconds endNs);
    /// As settle(), at the end of the run: all.
    void finish();
    /// In the order of told times; valid until the next call of any function.
    [[nodiscard]] std::span<const ToldEvent> ready() const { return m_ready; }
    [[nodiscard]] std::span<const std::uint32_t> ids(const ToldEvent& event) const
    {
        return std::span(m_readyIds).subspan(event.ids, event.count);
    }
    [[nodiscard]] std::uint64_t lostRecords() const { return m_lost; }

private:
    /// What one node told, in two stages: of this slice by true times, then by told times.
    struct Stream {
        std::vector<ToldEvent> fresh;
        std::vector<ToldEvent> told;
        std::vector<std::uint32_t> ids;
        double offsetNs = 0;
        double drift = 0;
        base::Nanoseconds lastNs = 0;
    };

    /// Where the merge is in a stream.
    struct Cursor {
        const Stream* stream = nullptr;
        std::uint32_t node = 0;
        std::size_t next = 0;

        [[nodiscard]] bool hasBefore(base::Nanoseconds endNs) const;
    };

    void tell(std::uint32_t node, base::Nanoseconds timeNs, std::uint32_t queue, tracepoints::EventType type,
              std::span<const Packet> batch);
    void tellFlows(std::uint32_t node, std::span<const Packet> batch);
    void define(base::Nanoseconds timeNs);
    void stampFresh(Stream& stream, std::uint64_t jitterStream);
    [[nodiscard]] static double shiftAt(const Stream& stream, base::Nanoseconds timeNs);
    [[nodiscard]] base::Nanoseconds horizon(base::Nanoseconds endNs) const;
    void merge(base::Nanoseconds beforeNs);
    void copyToReady(const Stream& stream, ToldEvent event);
    [[nodiscard]] static bool isLater(const Cursor& a, const Cursor& b);
    static void siftDown(std::vector<Cursor>& heap);
    static void forget(Stream& stream, std::size_t count);

    const Network* m_network;
    std::vector<Stream> m_streams; ///< By node.
    double m_lostShare;
    std::uint64_t m_lostStream;
    base::Nanoseconds m_jitterNs;
    std::uint64_t m_jitterStream;
    base::Nanoseconds m_nextDefinition = 0;
    std::uint64_t m_lost = 0;
    std::vector<ToldEvent> m_ready;
    std::vector<std::uint32_t> m_readyIds;
};

} // namespace vnscope::simulator
