// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "storage/base/data_quality.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::netmedic {

/// What is known of a component in one window. A traffic source has but `Sent`; its others stay 0.
enum class Variable : std::uint8_t {
    Busy,        ///< Share of the window between a read and the last output of its batch, 0..1.
    Received,    ///< Packets per second read from its queues.
    Sent,        ///< Packets per second written.
    QueueMean,   ///< Packets in front of it, by time.
    QueueMax,    ///< Packets.
    LatencyMean, ///< Nanoseconds from a packet's arrival in the queue to the end of its batch, by packet.
    LatencyMax,  ///< Nanoseconds.
    Count
};

inline constexpr std::size_t kVariables = static_cast<std::size_t>(Variable::Count);

/// By Variable.
using State = std::array<float, kVariables>;

/// Windows of equal width, one after the other.
struct WindowAxis {
    base::Timestamp begin;
    base::Nanoseconds width = base::kNsPerMs;

    /// `at` is not before `begin`.
    [[nodiscard]] std::size_t indexOf(base::Timestamp at) const
    {
        // Unsigned: any two times are less than 2^64 ns apart.
        const std::uint64_t since = static_cast<std::uint64_t>(at.ns) - static_cast<std::uint64_t>(begin.ns);
        return since / static_cast<std::uint64_t>(width);
    }
    [[nodiscard]] base::Timestamp beginOf(std::size_t window) const
    {
        return begin + static_cast<base::Nanoseconds>(window) * width;
    }
};

/// A network function or a source of traffic.
struct Component {
    std::uint32_t element = 0;
    std::vector<State> states; ///< By window.
};

/// Packets go from one component's output to the queue of the other. Indices into History::components.
struct Edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;

    auto operator<=>(const Edge&) const = default;
};

/// All that NetMedic knows: a graph of components and their states over time.
struct History {
    WindowAxis axis;
    std::size_t windows = 0;
    std::vector<Component> components; ///< By element.
    std::vector<Edge> edges;           ///< Sorted, each once.
    std::vector<base::DataQuality> quality;
};

} // namespace vnscope::analyses::netmedic
