// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "storage/base/time.hpp"

namespace vnscope::analyses::netmedic {

/// How long the packets of a batch were in the queue.
struct Waits {
    std::uint32_t packets = 0; ///< Those whose arrival was seen.
    double sumNs = 0;
    base::Nanoseconds longestNs = 0;

    void add(base::Nanoseconds wait, std::uint32_t count);
};

/// When the packets of one queue came. First in, first out; packets are counted, not told apart. Records may be lost:
/// what the queue cannot hold has left it unseen.
class QueueContent final {
public:
    /// Packets; 0: unknown.
    void setCapacity(std::uint32_t capacity) { m_capacity = capacity; }

    void put(base::Timestamp at, std::uint32_t packets);
    Waits take(base::Timestamp at, std::uint32_t packets);
    /// A read at this time found no more: what came earlier is gone.
    void emptyBefore(base::Timestamp at);

    [[nodiscard]] std::uint64_t packets() const { return m_packets; }

private:
    struct Arrival {
        base::Timestamp at;
        std::uint32_t packets = 0;
    };

    void dropOldest(std::uint64_t packets);

    std::deque<Arrival> m_arrivals; ///< Oldest first.
    std::uint64_t m_packets = 0;
    std::uint32_t m_capacity = 0;
};

} // namespace vnscope::analyses::netmedic
