// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "apps/statedump/writers.hpp"

// LTTng's macros are C; they convert and cast in the C way.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#include "tracepoints/statedump/provider.h"

namespace vnscope::statedump {

namespace {

template <typename From, typename To> void copy(const From& from, To& to)
{
    std::copy(from.begin(), from.end(), to);
}

void emit(const Netns& it)
{
    lttng_ust_tracepoint(vnscope_statedump, netns, it.inode, it.pid, it.name.c_str());
}

void emit(const Link& it)
{
    vnscope_statedump_link record{it.netns, it.ifindex, it.master, it.link,         it.linkNetns,   it.flags,
                                  it.mtu,   it.vlan,    {},        it.name.c_str(), it.kind.c_str()};
    copy(it.mac, record.mac);
    lttng_ust_tracepoint(vnscope_statedump, link, &record);
}

void emit(const Bridge& it)
{
    const vnscope_statedump_bridge record{it.netns, it.ifindex, it.ageingMs, it.isVlanFiltering};
    lttng_ust_tracepoint(vnscope_statedump, bridge, &record);
}

void emit(const BridgeVlan& it)
{
    const vnscope_statedump_bridge_vlan record{it.netns, it.ifindex, it.vlan, it.flags};
    lttng_ust_tracepoint(vnscope_statedump, bridge_vlan, &record);
}

void emit(const Tunnel& it)
{
    vnscope_statedump_tunnel record{it.netns, it.ifindex, it.id, it.family, {}, {}};
    copy(it.local, record.local);
    copy(it.remote, record.remote);
    lttng_ust_tracepoint(vnscope_statedump, tunnel, &record);
}

void emit(const Address& it)
{
    vnscope_statedump_address record{it.netns, it.ifindex, it.family, it.prefix, {}};
    copy(it.address, record.address);
    lttng_ust_tracepoint(vnscope_statedump, address, &record);
}

void emit(const FdbEntry& it)
{
    vnscope_statedump_fdb record{it.netns, it.ifindex, it.bridge, it.vlan, it.state, it.flags, {}};
    copy(it.mac, record.mac);
    lttng_ust_tracepoint(vnscope_statedump, fdb, &record);
}

void emit(const TapOwner& it)
{
    lttng_ust_tracepoint(vnscope_statedump, tap_owner, it.netns, it.device.c_str(), it.pid, it.process.c_str());
}

void emit(const OvsPort& it)
{
    const vnscope_statedump_ovs_port record{it.netns,        it.ifindex,      it.number,
                                            it.tag,          it.name.c_str(), it.bridge.c_str(),
                                            it.kind.c_str(), it.peer.c_str(), it.trunks.c_str()};
    lttng_ust_tracepoint(vnscope_statedump, ovs_port, &record);
}

void emit(const Connection& it)
{
    vnscope_statedump_connection record{it.netns,
                                        it.pid,
                                        it.fd,
                                        it.isAccepted,
                                        it.socket.family,
                                        it.socket.localPort,
                                        it.socket.remotePort,
                                        {},
                                        {},
                                        it.process.c_str()};
    copy(it.socket.local, record.local);
    copy(it.socket.remote, record.remote);
    lttng_ust_tracepoint(vnscope_statedump, connection, &record);
}

} // namespace

void writeTrace(const HostState& state)
{
    const auto emitAll = [](const auto& records) {
        for (const auto& record : records)
            emit(record);
    };
    lttng_ust_tracepoint(vnscope_statedump, begin, VNSCOPE_STATEDUMP_VERSION);
    emitAll(state.namespaces);
    emitAll(state.links);
    emitAll(state.bridges);
    emitAll(state.bridgeVlans);
    emitAll(state.tunnels);
    emitAll(state.addresses);
    emitAll(state.fdb);
    emitAll(state.tapOwners);
    emitAll(state.ovsPorts);
    emitAll(state.connections);
    lttng_ust_tracepoint(vnscope_statedump, end, VNSCOPE_STATEDUMP_VERSION,
                         static_cast<std::uint32_t>(state.problems.size()));
}

} // namespace vnscope::statedump
#pragma GCC diagnostic pop
