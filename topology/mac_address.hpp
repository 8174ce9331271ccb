// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "topology/hash.hpp"

namespace vnscope::topology {

/// An Ethernet address; the first byte on the wire is the most significant of the 48 bits. 0 means "none".
struct MacAddress {
    std::uint64_t bits = 0;

    [[nodiscard]] static MacAddress fromBytes(const std::array<std::uint8_t, 6>& bytes);
    /// Reads `52:54:00:00:00:01`, either case; nothing when the text is anything else.
    [[nodiscard]] static std::optional<MacAddress> parse(std::string_view text);

    [[nodiscard]] constexpr bool isSet() const { return bits != 0; }
    /// A group address (multicast, broadcast): never the source of a frame, so never a station.
    [[nodiscard]] constexpr bool isGroup() const { return ((bits >> 40U) & 1U) != 0; }
    /// `52:54:00:00:00:01`, the store's spelling.
    [[nodiscard]] std::string text() const;

    auto operator<=>(const MacAddress&) const = default;
};

} // namespace vnscope::topology

template <> struct std::hash<vnscope::topology::MacAddress> {
    std::size_t operator()(vnscope::topology::MacAddress mac) const noexcept
    {
        return vnscope::topology::mixed(mac.bits);
    }
};
