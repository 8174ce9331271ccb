// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

namespace vnscope::base {

/// A dense index that cannot be mixed up with another kind of index. The default value means "none".
template <typename Tag> struct Id {
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t value = kNone;

    [[nodiscard]] constexpr bool isValid() const { return value != kNone; }
    auto operator<=>(const Id&) const = default;
};

/// A machine whose trace is part of the session.
using HostId = Id<struct HostTag>;
/// One CTF trace of the session.
using TraceId = Id<struct TraceTag>;
/// One CTF data stream (for LTTng: one channel of one CPU).
using StreamId = Id<struct StreamTag>;
/// One network device over its life, as far as evidence tells devices apart.
using DeviceId = Id<struct DeviceTag>;
/// An interned string of the session (device names mostly).
using StringId = Id<struct StringTag>;

} // namespace vnscope::base

template <typename Tag> struct std::hash<vnscope::base::Id<Tag>> {
    std::size_t operator()(vnscope::base::Id<Tag> id) const noexcept { return std::hash<std::uint32_t>{}(id.value); }
};
