// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "analyses/paths/latency_sketch.hpp"
#include "analyses/paths/places.hpp"
#include "analyses/trackers/conversations.hpp"
#include "analyses/trackers/device_tracker.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::analyses::paths {

/// One step of packets from a place to the next.
struct Step {
    std::uint32_t conversation = 0; ///< trackers::Conversations::kNone: none.
    PlaceId from;
    PlaceId to;

    bool operator==(const Step&) const = default;
};

/// Traffic between places, per conversation and in sum.
class Edges final {
public:
    /// Pairs of conversation and edge kept at once; beyond it all are written, and go on in a further part.
    static constexpr std::size_t kMostOpen = 1U << 16U;

    void begin(storage::StoreWriter& store);
    /// One packet more. `later`: the conversation that NAT or a tunnel made of its first one; it counts the packet too.
    /// `l3Bytes`: without Ethernet header; the header is added when the kinds of devices are known. `latency`: from its
    /// arrival at the place before; nothing: not known.
    void add(const Step& step, std::uint32_t later, std::uint64_t l3Bytes, std::optional<base::Nanoseconds> latency,
             const Places& places, const trackers::DeviceTracker& devices)
    {
        open(m_open, step, places, devices).add(l3Bytes, latency);
        if (later != trackers::Conversations::kNone)
            open(m_later, {later, step.from, step.to}, places, devices).add(l3Bytes, latency);
    }
    void finish(const Places& places, const trackers::DeviceTracker& devices);
    /// How often everything had to be written to make room.
    [[nodiscard]] std::uint64_t parts() const { return m_part; }

private:
    struct Traffic {
        std::uint64_t packets = 0;
        std::uint64_t l3Bytes = 0;
        LatencySketch latency;

        void add(std::uint64_t bytes, std::optional<base::Nanoseconds> waited)
        {
            ++packets;
            l3Bytes += bytes;
            if (waited)
                latency.add(*waited);
        }
        void merge(const Traffic& other);
    };
    struct Hash {
        std::size_t operator()(const Step& step) const;
    };
    using Open = std::unordered_map<Step, Traffic, Hash>;
    Traffic& open(Open& in, const Step& step, const Places& places, const trackers::DeviceTracker& devices);
    void flush(const Places& places, const trackers::DeviceTracker& devices);

    Open m_open;
    Open m_later; ///< Of packets that are in m_open under their first conversation.
    Open m_sums;  ///< Over all conversations.
    storage::TableWriter m_streamRows;
    storage::TableWriter m_rows;
    std::uint64_t m_part = 0;
};

} // namespace vnscope::analyses::paths
