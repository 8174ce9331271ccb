// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "analyses/microscope/flow.hpp"
#include "analyses/microscope/patterns/address.hpp"

namespace vnscope::analyses::microscope::patterns {

/// One side of a relation: a flow at a place.
struct Endpoint {
    std::uint8_t ipVersion = 0;
    Address source;
    Address destination;
    std::uint8_t protocol = 0;
    std::uint16_t sourcePort = 0;
    std::uint16_t destinationPort = 0;
    std::uint32_t place = 0;

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// Bits of an address; 0 where the version is not known.
constexpr unsigned addressBits(std::uint8_t ipVersion)
{
    return ipVersion == 4 ? 32 : ipVersion == 6 ? 128 : 0;
}

/// Ignores what the flow's version does not use.
Endpoint endpointOf(const Flow& flow, std::uint32_t place);

struct EndpointHash {
    std::size_t operator()(const Endpoint& endpoint) const;
};

} // namespace vnscope::analyses::microscope::patterns
