// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/pool.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope::patterns {

namespace {

/// Of a whole's score: a part with that much stands for it.
constexpr double kNearlyAll = 0.9;
/// Times its share of the endpoints.
constexpr double kFarAbove = 2;

void widen(Prefix& prefix, Address address)
{
    const unsigned length = std::min<unsigned>(prefix.length, commonLength(prefix.address, address));
    prefix = {firstBits(prefix.address, length), static_cast<std::uint8_t>(length)};
}

void widen(PortRange& range, std::uint16_t port)
{
    range = {std::min(range.first, port), std::max(range.last, port)};
}

void widen(PlaceSet& set, std::uint32_t place, std::span<const std::uint32_t> typeOfPlace)
{
    if (set.scope == PlaceScope::Instance && set.place != place)
        set = {PlaceScope::Type, typeOfPlace[set.place]};
    if (set.scope == PlaceScope::Type && set.place != typeOfPlace[place])
        set = {PlaceScope::Any, 0};
}

} // namespace

bool standsOut(const Tally& part, const Tally& whole)
{
    return part.score >= kNearlyAll * whole.score || part.score * static_cast<double>(whole.endpoints) >=
                                                         kFarAbove * whole.score * static_cast<double>(part.endpoints);
}

Aggregate hull(const Pool& pool, const Members& members)
{
    const Endpoint& first = pool.endpoints[members.front()];
    const auto bits = static_cast<std::uint8_t>(addressBits(first.ipVersion));
    Aggregate all{.ipVersion = first.ipVersion,
                  .source = {first.source, bits},
                  .destination = {first.destination, bits},
                  .protocol = first.protocol,
                  .sourcePorts = {first.sourcePort, first.sourcePort},
                  .destinationPorts = {first.destinationPort, first.destinationPort},
                  .place = {PlaceScope::Instance, first.place}};
    for (const std::uint32_t member : members) {
        const Endpoint& endpoint = pool.endpoints[member];
        widen(all.source, endpoint.source);
        widen(all.destination, endpoint.destination);
        widen(all.sourcePorts, endpoint.sourcePort);
        widen(all.destinationPorts, endpoint.destinationPort);
        widen(all.place, endpoint.place, pool.typeOfPlace);
        if (all.protocol != endpoint.protocol)
            all.protocol.reset();
    }
    return all;
}

} // namespace vnscope::analyses::microscope::patterns
