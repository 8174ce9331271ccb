// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <unordered_map>

#include "analyses/paths/latency_sketch.hpp"
#include "analyses/paths/places.hpp"
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
    /// `l3Bytes`: without Ethernet header; the header is added when the kinds of devices are known.
    void add(const Step& step, std::uint64_t l3Bytes, const Places& places, const trackers::DeviceTracker& devices)
    {
        Traffic& traffic = open(step, places, devices);
        ++traffic.packets;
        traffic.l3Bytes += l3Bytes;
    }
    void add(const Step& step, std::uint64_t l3Bytes, base::Nanoseconds latency, const Places& places,
             const trackers::DeviceTracker& devices)
    {
        Traffic& traffic = open(step, places, devices);
        ++traffic.packets;
        traffic.l3Bytes += l3Bytes;
        traffic.latency.add(latency);
    }
    void finish(const Places& places, const trackers::DeviceTracker& devices);
    /// How often everything had to be written to make room.
    [[nodiscard]] std::uint64_t parts() const { return m_part; }

private:
    struct Traffic {
        std::uint64_t packets = 0;
        std::uint64_t l3Bytes = 0;
        LatencySketch latency;
    };
    struct Hash {
        std::size_t operator()(const Step& step) const;
    };
    Traffic& open(const Step& step, const Places& places, const trackers::DeviceTracker& devices);
    void flush(const Places& places, const trackers::DeviceTracker& devices);

    std::unordered_map<Step, Traffic, Hash> m_open;
    std::unordered_map<Step, Traffic, Hash> m_sums; ///< Over all conversations.
    storage::TableWriter m_streamRows;
    storage::TableWriter m_rows;
    std::uint64_t m_part = 0;
};

} // namespace vnscope::analyses::paths
