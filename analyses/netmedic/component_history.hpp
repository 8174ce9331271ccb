// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyses/netmedic/history.hpp"
#include "analyses/netmedic/queue_content.hpp"

namespace vnscope::analyses::netmedic {

/// Adds up what one component does in each window. Times do not go back; the axis is the same in all calls.
class ComponentHistory final {
public:
    void onRead(const WindowAxis& axis, base::Timestamp at, std::uint32_t packets, const Waits& waits);
    void onWrite(const WindowAxis& axis, base::Timestamp at, std::uint32_t packets);
    void onDrop(const WindowAxis& axis, base::Timestamp at);
    /// So many packets are in front of it from now on.
    void onQueue(const WindowAxis& axis, base::Timestamp at, std::uint64_t packets);

    /// Its state in each of the first `windows` windows. `end` is not before any call's time, and in the last of them.
    [[nodiscard]] std::vector<State> states(const WindowAxis& axis, std::size_t windows, base::Timestamp end) const;

private:
    /// Counts of a window; exact as long as they fit into 53 bits.
    struct Sums {
        double busyNs = 0;
        double received = 0;
        double sent = 0;
        double queuedNs = 0; ///< Packets times nanoseconds.
        double queueMax = 0;
        double latencyNs = 0; ///< Of all packets together.
        double latencyMaxNs = 0;
        double latencyPackets = 0;
    };

    /// Packets read and not known to be done.
    struct Batch {
        base::Timestamp readAt;
        base::Timestamp doneAt; ///< Last output so far; readAt without any.
        Waits waits;
    };

    Sums& at(std::size_t window);
    void onOutput(const WindowAxis& axis, base::Timestamp at);
    void closeBatch(const WindowAxis& axis);
    template <typename Add> void spread(const WindowAxis& axis, base::Timestamp begin, base::Timestamp end, Add add);
    [[nodiscard]] static State stateOf(const Sums& sums, base::Nanoseconds width);

    std::vector<Sums> m_sums; ///< By window, up to the last one in which something happened.
    std::optional<Batch> m_batch;
    std::uint64_t m_queued = 0;
    base::Timestamp m_queuedSince;
};

} // namespace vnscope::analyses::netmedic
