// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/endpoint.hpp"

#include <array>

namespace vnscope::analyses::microscope::patterns {

namespace {

Address addressOf(const std::array<std::uint8_t, 16>& bytes, unsigned bits)
{
    Address address;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::uint64_t& word = i < bytes.size() / 2 ? address.high : address.low;
        word = word << 8U | bytes[i];
    }
    return firstBits(address, bits);
}

/// The end of MurmurHash3: each bit of the word changes each bit of the result.
constexpr std::uint64_t mixed(std::uint64_t word)
{
    word = (word ^ word >> 33U) * 0xff51afd7ed558ccd;
    word = (word ^ word >> 33U) * 0xc4ceb9fe1a85ec53;
    return word ^ word >> 33U;
}

} // namespace

Endpoint endpointOf(const Flow& flow, std::uint32_t place)
{
    const unsigned bits = addressBits(flow.ipVersion);
    return {.ipVersion = bits == 0 ? std::uint8_t{0} : flow.ipVersion,
            .source = addressOf(flow.source, bits),
            .destination = addressOf(flow.destination, bits),
            .protocol = flow.protocol,
            .sourcePort = flow.sourcePort,
            .destinationPort = flow.destinationPort,
            .place = place};
}

std::size_t EndpointHash::operator()(const Endpoint& endpoint) const
{
    const std::uint64_t ports = std::uint64_t{endpoint.sourcePort} << 16U | endpoint.destinationPort;
    const std::uint64_t words[] = {
        endpoint.source.high,          endpoint.source.low,
        endpoint.destination.high,     endpoint.destination.low,
        ports << 32U | endpoint.place, std::uint64_t{endpoint.ipVersion} << 8U | endpoint.protocol,
    };
    std::uint64_t hash = 0;
    for (const std::uint64_t word : words)
        hash = mixed(hash + word + 0x9e3779b97f4a7c15);
    return hash;
}

} // namespace vnscope::analyses::microscope::patterns
