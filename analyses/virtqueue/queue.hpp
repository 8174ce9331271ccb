// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/base/time.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::virtqueue {

/// How long something took, each time.
struct Durations {
    std::uint64_t count = 0;
    base::Nanoseconds total = 0;
    base::Nanoseconds longest = 0;

    void add(base::Nanoseconds length)
    {
        ++count;
        total += length;
        longest = std::max(longest, length);
    }
    [[nodiscard]] std::optional<base::Nanoseconds> mean() const
    {
        return count == 0 ? std::nullopt : std::optional(total / static_cast<base::Nanoseconds>(count));
    }
    [[nodiscard]] std::optional<base::Nanoseconds> max() const
    {
        return count == 0 ? std::nullopt : std::optional(longest);
    }
};

/// One queue as its events come. Memory: the requests that QEMU holds, at most as many as a virtqueue can have.
class Queue final {
public:
    void onGuestNotify(base::Timestamp at, const tracepoints::VirtioNotify& note);
    void onHostNotify(const tracepoints::VirtioNotify& note);
    void onPop(base::Timestamp at, std::uint64_t element);
    void onFill(const tracepoints::VirtqueueFill& fill);
    void onFlush(base::Timestamp at, std::uint32_t count);
    /// Events are missing: what was begun has no known end.
    void forget();

    [[nodiscard]] const std::optional<std::uint64_t>& device() const { return m_device; }
    [[nodiscard]] const std::optional<std::int32_t>& number() const { return m_number; }
    [[nodiscard]] std::uint64_t pops() const { return m_pops; }
    [[nodiscard]] std::uint64_t flushed() const { return m_flushed; }
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }
    [[nodiscard]] std::uint64_t guestNotifies() const { return m_guestNotifies; }
    [[nodiscard]] std::uint64_t hostNotifies() const { return m_hostNotifies; }
    [[nodiscard]] std::size_t maxDepth() const { return m_maxDepth; }
    [[nodiscard]] const Durations& popWaits() const { return m_popWaits; }
    [[nodiscard]] const Durations& services() const { return m_services; }

private:
    static constexpr std::size_t kMaxElements = 32'768; ///< VIRTIO 1.2, 2.7: the largest queue.

    std::optional<std::uint64_t> m_device;
    std::optional<std::int32_t> m_number;
    std::uint64_t m_pops = 0;
    std::uint64_t m_flushed = 0;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_guestNotifies = 0;
    std::uint64_t m_hostNotifies = 0;
    std::size_t m_maxDepth = 0;
    Durations m_popWaits;
    Durations m_services;
    std::optional<base::Timestamp> m_notified;                   ///< By the guest, and nothing was popped since.
    std::unordered_map<std::uint64_t, base::Timestamp> m_popped; ///< Requests that QEMU holds.
    std::vector<base::Timestamp> m_filled;                       ///< Pops of those that the next flush answers.
};

} // namespace vnscope::analyses::virtqueue
