// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "apps/statedump/writers.hpp"

namespace vnscope::statedump {

namespace {

using nlohmann::ordered_json;

std::string toText(const Mac& mac)
{
    return fmt::format("{:02x}", fmt::join(mac, ":"));
}

std::string toText(const IpAddress& address, std::uint8_t family)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const char* const done =
        ::inet_ntop(family == 4 ? AF_INET : AF_INET6, address.data(), text.data(), static_cast<socklen_t>(text.size()));
    return family != 0 && done != nullptr ? done : "";
}

ordered_json toJson(const Netns& it)
{
    return {{"netns", it.inode}, {"pid", it.pid}, {"name", it.name}};
}

ordered_json toJson(const Link& it)
{
    return {{"netns", it.netns},     {"ifindex", it.ifindex}, {"name", it.name}, {"kind", it.kind},
            {"mac", toText(it.mac)}, {"master", it.master},   {"link", it.link}, {"link_netns", it.linkNetns},
            {"vlan", it.vlan},       {"flags", it.flags},     {"mtu", it.mtu}};
}

ordered_json toJson(const Bridge& it)
{
    return {{"netns", it.netns},
            {"ifindex", it.ifindex},
            {"vlan_filtering", it.isVlanFiltering},
            {"ageing_ms", it.ageingMs}};
}

ordered_json toJson(const BridgeVlan& it)
{
    return {{"netns", it.netns}, {"ifindex", it.ifindex}, {"vlan", it.vlan}, {"flags", it.flags}};
}

ordered_json toJson(const Tunnel& it)
{
    return {{"netns", it.netns},
            {"ifindex", it.ifindex},
            {"id", it.id},
            {"local", toText(it.local, it.family)},
            {"remote", toText(it.remote, it.family)}};
}

ordered_json toJson(const Address& it)
{
    return {{"netns", it.netns},
            {"ifindex", it.ifindex},
            {"address", toText(it.address, it.family)},
            {"prefix", it.prefix}};
}

ordered_json toJson(const FdbEntry& it)
{
    return {{"netns", it.netns}, {"ifindex", it.ifindex}, {"bridge", it.bridge}, {"mac", toText(it.mac)},
            {"vlan", it.vlan},   {"state", it.state},     {"flags", it.flags}};
}

ordered_json toJson(const TapOwner& it)
{
    return {{"netns", it.netns}, {"name", it.device}, {"pid", it.pid}, {"process", it.process}};
}

ordered_json toJson(const OvsPort& it)
{
    return {{"netns", it.netns}, {"ifindex", it.ifindex}, {"number", it.number},
            {"name", it.name},   {"bridge", it.bridge},   {"kind", it.kind},
            {"peer", it.peer},   {"tag", it.tag},         {"trunks", it.trunks}};
}

ordered_json toJson(const Connection& it)
{
    return {{"netns", it.netns},
            {"pid", it.pid},
            {"fd", it.fd},
            {"process", it.process},
            {"is_accepted", it.isAccepted},
            {"local", toText(it.socket.local, it.socket.family)},
            {"local_port", it.socket.localPort},
            {"remote", toText(it.socket.remote, it.socket.family)},
            {"remote_port", it.socket.remotePort}};
}

template <typename Record> ordered_json listOf(const std::vector<Record>& records)
{
    ordered_json list = ordered_json::array();
    for (const Record& record : records)
        list.push_back(toJson(record));
    return list;
}

} // namespace

std::string toJson(const HostState& state)
{
    const ordered_json all = {{"netns", listOf(state.namespaces)},  {"link", listOf(state.links)},
                              {"bridge", listOf(state.bridges)},    {"bridge_vlan", listOf(state.bridgeVlans)},
                              {"tunnel", listOf(state.tunnels)},    {"address", listOf(state.addresses)},
                              {"fdb", listOf(state.fdb)},           {"tap_owner", listOf(state.tapOwners)},
                              {"ovs_port", listOf(state.ovsPorts)}, {"connection", listOf(state.connections)},
                              {"problems", state.problems}};
    return all.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace vnscope::statedump
