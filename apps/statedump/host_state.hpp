// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "recording/host/namespaces.hpp"
#include "recording/host/tap_owners.hpp"
#include "recording/host/tcp_sockets.hpp"

/// What the state dump knows of a host: the records of tracepoints/statedump/README.md as values.
namespace vnscope::statedump {

using recording::host::Connection;
using recording::host::Netns;
using recording::host::TapOwner;

using Mac = std::array<std::uint8_t, 6>;
/// IPv4 uses the first four bytes.
using IpAddress = std::array<std::uint8_t, 16>;

struct Link {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t master = 0;
    std::uint32_t link = 0;
    std::uint32_t linkNetns = 0;
    std::uint32_t flags = 0;
    std::uint32_t mtu = 0;
    std::uint16_t vlan = 0;
    Mac mac{};
    std::string name;
    std::string kind;
};

struct Bridge {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t ageingMs = 0;
    bool isVlanFiltering = false;
};

struct BridgeVlan {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint16_t vlan = 0;
    std::uint16_t flags = 0;
};

struct Tunnel {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t id = 0;
    std::uint8_t family = 0; ///< 4, 6 or 0: addresses unknown.
    IpAddress local{};
    IpAddress remote{};
};

struct Address {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint8_t family = 0; ///< 4 or 6.
    std::uint8_t prefix = 0;
    IpAddress address{};
};

struct FdbEntry {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t bridge = 0;
    std::uint16_t vlan = 0;
    std::uint16_t state = 0;
    std::uint16_t flags = 0;
    Mac mac{};
};

struct OvsPort {
    static constexpr std::uint32_t kNoNumber = 0xffff'ffff;

    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t number = kNoNumber;
    std::uint16_t tag = 0;
    std::string name;
    std::string bridge;
    std::string kind;
    std::string peer;
    std::string trunks;
};

struct HostState {
    std::vector<Netns> namespaces;
    std::vector<Link> links;
    std::vector<Bridge> bridges;
    std::vector<BridgeVlan> bridgeVlans;
    std::vector<Tunnel> tunnels;
    std::vector<Address> addresses;
    std::vector<FdbEntry> fdb;
    std::vector<TapOwner> tapOwners;
    std::vector<OvsPort> ovsPorts;
    std::vector<Connection> connections;
    std::vector<std::string> problems; ///< One sentence for each thing that could not be read.
};

/// Reads the whole host as this process may see it: every namespace that a process or a name holds.
/// Must run on the main thread with no other thread alive: it enters one namespace after the other.
/// Asks the ovsdb-servers at `ovsdbSockets`; none given: at those that it finds.
[[nodiscard]] HostState readHost(const std::vector<std::string>& ovsdbSockets);

} // namespace vnscope::statedump
