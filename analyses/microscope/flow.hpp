// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace vnscope::analyses::microscope {

/// Five-tuple of a packet, one way.
struct Flow {
    std::array<std::uint8_t, 16> source{};      ///< As on the wire; IPv4 uses the first four bytes.
    std::array<std::uint8_t, 16> destination{}; ///< As on the wire; IPv4 uses the first four bytes.
    std::uint16_t sourcePort = 0;               ///< 0 without ports.
    std::uint16_t destinationPort = 0;
    std::uint8_t protocol = 0;  ///< IP protocol number.
    std::uint8_t ipVersion = 0; ///< 4 or 6; 0: not known.

    friend auto operator<=>(const Flow&, const Flow&) = default;
};

} // namespace vnscope::analyses::microscope
