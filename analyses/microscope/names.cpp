// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/names.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyses/system_calls/connection.hpp"

namespace vnscope::analyses::microscope {

std::string nameOf(const Network& network, ElementId element)
{
    if (!element.isValid())
        return "outside";
    const std::string& host = network[element].host;
    const bool hasSeveralHosts =
        std::ranges::any_of(network.elements(), [&](const Element& other) { return other.host != host; });
    return hasSeveralHosts ? fmt::format("{}: {}", host, network[element].name) : network[element].name;
}

std::string addressText(const std::array<std::uint8_t, 16>& address, std::uint8_t ipVersion)
{
    using tracepoints::NetworkProtocol;
    if (ipVersion == 0)
        return {};
    return system_calls::addressText(ipVersion == 4 ? NetworkProtocol::Ipv4 : NetworkProtocol::Ipv6, address);
}

std::string textOf(const Flow& flow)
{
    return fmt::format(
        "{} -> {}, protocol {}", system_calls::withPort(addressText(flow.source, flow.ipVersion), flow.sourcePort),
        system_calls::withPort(addressText(flow.destination, flow.ipVersion), flow.destinationPort), flow.protocol);
}

} // namespace vnscope::analyses::microscope
