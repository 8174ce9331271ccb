// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/microscope/network.hpp"
#include "analyses/microscope/polled_queue.hpp"

namespace vnscope::analyses::microscope {

/// All queues of a session that are known by their polls: of NICs and backlogs (napi_poll), of DPDK's ports
/// (rte_eth_rx_burst). Memory: at most kMost queues and kMostFound periods and stalls, each.
class PolledQueues final {
public:
    static constexpr std::size_t kMost = Network::kMost; ///< A trace could invent addresses without end.
    static constexpr std::size_t kMostFound = 500'000;

    enum class Kind : std::uint8_t { Napi, Backlog, Dpdk };

    /// One that built up at least once.
    struct Shown {
        Kind kind = Kind::Napi;
        std::string host;
        std::string name;
        base::DeviceId device; ///< Invalid: a backlog.
        const PolledQueue* queue = nullptr;
        std::vector<PolledQueue::Period> periods;
        std::vector<PolledQueue::Stall> stalls;
    };

    [[nodiscard]] static std::vector<tracepoints::EventType> subscriptions();
    /// Any other event is ignored.
    void process(const Event& event, const trackers::Trackers& state);
    void finish();
    /// After finish(), in the order of first polls. Of several with one name, all but the first get numbers. Pointers
    /// as long as this lives.
    [[nodiscard]] std::vector<Shown> shown(const trackers::Trackers& state) const;
    void reportDefects(std::vector<base::DataQuality>& quality) const;

private:
    struct Key {
        Kind kind = Kind::Napi;
        std::uint32_t host = 0;
        base::StringId device;
        std::uint64_t address = 0; ///< Of the napi_struct; port << 16 | queue.

        auto operator<=>(const Key&) const = default;
    };
    struct Entry {
        Key key;
        base::DeviceId device;
        std::uint16_t cpu = 0; ///< Of its first poll.
        std::uint32_t epoch = 0;
        PolledQueue queue;
    };
    /// What was found of a queue, while its guess was such.
    template <typename Thing> struct Found {
        std::uint32_t queue = 0;
        std::uint32_t guess = 0;
        Thing thing;
    };

    void onPoll(const Event& event, const trackers::Trackers& state);
    void onBurst(const Event& event, const trackers::Trackers& state);
    void add(const Key& key, PollTime time, const Poll& poll, const trackers::Trackers& state);
    template <typename Thing>
    void keep(std::vector<Found<Thing>>& list, std::uint32_t queue, const std::optional<Thing>& thing);
    [[nodiscard]] std::string nameOf(const Entry& entry, const trackers::Trackers& state) const;

    std::vector<Entry> m_queues;
    std::map<Key, std::uint32_t> m_numbers;
    std::vector<Found<PolledQueue::Period>> m_periods;
    std::vector<Found<PolledQueue::Stall>> m_stalls;
    std::vector<std::uint32_t> m_epochs; ///< By host: how often its events were lost.
    std::uint64_t m_refusedPolls = 0;    ///< Of queues beyond kMost.
    std::uint64_t m_forgotten = 0;       ///< Found beyond kMostFound.
};

[[nodiscard]] std::string_view toText(PolledQueues::Kind kind);

} // namespace vnscope::analyses::microscope
