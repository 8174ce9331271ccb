// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "simulator/scenario.hpp"

namespace vnscope::simulator {

/// A packet on its way.
struct Packet {
    std::uint64_t number = 0;       ///< Of the run; the same in every run of the seed.
    base::Nanoseconds timeNs = 0;   ///< When it was put into the queue where it is.
    base::Nanoseconds sourceNs = 0; ///< When its source made it.
    std::uint32_t flow = 0;         ///< Network::flow().
    std::uint32_t id = 0;           ///< What the events tell of it.
    std::uint32_t journey = kNone;  ///< Its record, when somebody wants one.
};

/// Packets of sources and of injections are numbered apart, so that no injection changes the number of any other.
[[nodiscard]] constexpr std::uint64_t sourcePacket(std::uint32_t source, std::uint64_t sequence)
{
    return (std::uint64_t{source} << 48U) | sequence;
}

[[nodiscard]] constexpr std::uint64_t injectedPacket(std::uint32_t injection, std::uint32_t sequence)
{
    return (std::uint64_t{1} << 63U) | (std::uint64_t{injection} << 32U) | sequence;
}

/// Which injection made a packet; kNone: none.
[[nodiscard]] constexpr std::uint32_t injectionOf(std::uint64_t number)
{
    return (number >> 63U) == 0 ? kNone : static_cast<std::uint32_t>(number >> 32U) & 0x7fff'ffffU;
}

} // namespace vnscope::simulator
