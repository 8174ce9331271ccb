// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::statedump {

namespace {

using enum FieldKind;

constexpr std::array kMark{
    FieldSpec{"version", Integer, VNSCOPE_MEMBER(StatedumpMark, version), kRequired},
    FieldSpec{"problems", Integer, VNSCOPE_MEMBER(StatedumpMark, problems)},
};

constexpr std::array kNetns{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpNetns, netns), kRequired},
    FieldSpec{"pid", Integer, VNSCOPE_MEMBER(StatedumpNetns, pid)},
    FieldSpec{"name", String, VNSCOPE_MEMBER(StatedumpNetns, name)},
};

constexpr std::array kLink{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpLink, netns), kRequired},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpLink, ifindex), kRequired},
    FieldSpec{"name", String, VNSCOPE_MEMBER(StatedumpLink, name), kRequired},
    FieldSpec{"kind", String, VNSCOPE_MEMBER(StatedumpLink, kind)},
    FieldSpec{"mac", Bytes, VNSCOPE_MEMBER(StatedumpLink, mac)},
    FieldSpec{"master", Integer, VNSCOPE_MEMBER(StatedumpLink, master)},
    FieldSpec{"link", Integer, VNSCOPE_MEMBER(StatedumpLink, link)},
    FieldSpec{"link_netns", Integer, VNSCOPE_MEMBER(StatedumpLink, linkNetns)},
    FieldSpec{"vlan", Integer, VNSCOPE_MEMBER(StatedumpLink, vlan)},
    FieldSpec{"flags", Integer, VNSCOPE_MEMBER(StatedumpLink, flags)},
    FieldSpec{"mtu", Integer, VNSCOPE_MEMBER(StatedumpLink, mtu)},
};

constexpr std::array kBridge{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpBridge, netns), kRequired},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpBridge, ifindex), kRequired},
    FieldSpec{"vlan_filtering", Integer, VNSCOPE_MEMBER(StatedumpBridge, isVlanFiltering), kRequired},
    FieldSpec{"ageing_ms", Integer, VNSCOPE_MEMBER(StatedumpBridge, ageingMs)},
};

constexpr std::array kBridgeVlan{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpBridgeVlan, netns), kRequired},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpBridgeVlan, ifindex), kRequired},
    FieldSpec{"vlan", Integer, VNSCOPE_MEMBER(StatedumpBridgeVlan, vlan), kRequired},
    FieldSpec{"flags", Integer, VNSCOPE_MEMBER(StatedumpBridgeVlan, flags)},
};

constexpr std::array kTunnel{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpTunnel, netns), kRequired},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpTunnel, ifindex), kRequired},
    FieldSpec{"id", Integer, VNSCOPE_MEMBER(StatedumpTunnel, id)},
    FieldSpec{"family", Integer, VNSCOPE_MEMBER(StatedumpTunnel, family)},
    FieldSpec{"local", Bytes, VNSCOPE_MEMBER(StatedumpTunnel, local)},
    FieldSpec{"remote", Bytes, VNSCOPE_MEMBER(StatedumpTunnel, remote)},
};

constexpr std::array kAddress{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpAddress, netns), kRequired},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpAddress, ifindex), kRequired},
    FieldSpec{"family", Integer, VNSCOPE_MEMBER(StatedumpAddress, family), kRequired},
    FieldSpec{"prefix", Integer, VNSCOPE_MEMBER(StatedumpAddress, prefix)},
    FieldSpec{"address", Bytes, VNSCOPE_MEMBER(StatedumpAddress, address), kRequired},
};

constexpr std::array kFdb{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpFdb, netns), kRequired},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpFdb, ifindex), kRequired},
    FieldSpec{"bridge", Integer, VNSCOPE_MEMBER(StatedumpFdb, bridge), kRequired},
    FieldSpec{"mac", Bytes, VNSCOPE_MEMBER(StatedumpFdb, mac), kRequired},
    FieldSpec{"vlan", Integer, VNSCOPE_MEMBER(StatedumpFdb, vlan)},
    FieldSpec{"state", Integer, VNSCOPE_MEMBER(StatedumpFdb, state)},
    FieldSpec{"flags", Integer, VNSCOPE_MEMBER(StatedumpFdb, flags)},
};

constexpr std::array kTapOwner{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpTapOwner, netns)},
    FieldSpec{"name", String, VNSCOPE_MEMBER(StatedumpTapOwner, device), kRequired},
    FieldSpec{"pid", Integer, VNSCOPE_MEMBER(StatedumpTapOwner, pid), kRequired},
    FieldSpec{"process", String, VNSCOPE_MEMBER(StatedumpTapOwner, process)},
};

constexpr std::array kOvsPort{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpOvsPort, netns)},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(StatedumpOvsPort, ifindex)},
    FieldSpec{"number", Integer, VNSCOPE_MEMBER(StatedumpOvsPort, number)},
    FieldSpec{"name", String, VNSCOPE_MEMBER(StatedumpOvsPort, name), kRequired},
    FieldSpec{"bridge", String, VNSCOPE_MEMBER(StatedumpOvsPort, bridge), kRequired},
    FieldSpec{"kind", String, VNSCOPE_MEMBER(StatedumpOvsPort, kind)},
    FieldSpec{"peer", String, VNSCOPE_MEMBER(StatedumpOvsPort, peer)},
    FieldSpec{"tag", Integer, VNSCOPE_MEMBER(StatedumpOvsPort, tag)},
    FieldSpec{"trunks", String, VNSCOPE_MEMBER(StatedumpOvsPort, trunks)},
};

// tracepoints/statedump/provider.h writes them, and is the only one that does.
constexpr std::array kConnection{
    FieldSpec{"netns", Integer, VNSCOPE_MEMBER(StatedumpConnection, netns)},
    FieldSpec{"pid", Integer, VNSCOPE_MEMBER(StatedumpConnection, pid), kRequired},
    FieldSpec{"fd", Integer, VNSCOPE_MEMBER(StatedumpConnection, fd), kRequired},
    FieldSpec{"process", String, VNSCOPE_MEMBER(StatedumpConnection, process)},
    FieldSpec{"is_accepted", Integer, VNSCOPE_MEMBER(StatedumpConnection, isAccepted), kRequired},
    FieldSpec{"family", Integer, VNSCOPE_MEMBER(StatedumpConnection, family), kRequired},
    FieldSpec{"local", Bytes, VNSCOPE_MEMBER(StatedumpConnection, local), kRequired},
    FieldSpec{"local_port", Integer, VNSCOPE_MEMBER(StatedumpConnection, localPort), kRequired},
    FieldSpec{"remote", Bytes, VNSCOPE_MEMBER(StatedumpConnection, remote), kRequired},
    FieldSpec{"remote_port", Integer, VNSCOPE_MEMBER(StatedumpConnection, remotePort), kRequired},
};

constexpr std::array<std::string_view, 1> kBeginNames{"vnscope_statedump:begin"};
constexpr std::array<std::string_view, 1> kEndNames{"vnscope_statedump:end"};
constexpr std::array<std::string_view, 1> kNetnsNames{"vnscope_statedump:netns"};
constexpr std::array<std::string_view, 1> kLinkNames{"vnscope_statedump:link"};
constexpr std::array<std::string_view, 1> kBridgeNames{"vnscope_statedump:bridge"};
constexpr std::array<std::string_view, 1> kBridgeVlanNames{"vnscope_statedump:bridge_vlan"};
constexpr std::array<std::string_view, 1> kTunnelNames{"vnscope_statedump:tunnel"};
constexpr std::array<std::string_view, 1> kAddressNames{"vnscope_statedump:address"};
constexpr std::array<std::string_view, 1> kFdbNames{"vnscope_statedump:fdb"};
constexpr std::array<std::string_view, 1> kTapOwnerNames{"vnscope_statedump:tap_owner"};
constexpr std::array<std::string_view, 1> kOvsPortNames{"vnscope_statedump:ovs_port"};
constexpr std::array<std::string_view, 1> kConnectionNames{"vnscope_statedump:connection"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"vnscope_statedump:begin", EventType::StatedumpBegin, kBeginNames, kMark, defaultBytes<StatedumpMark>(),
               "our state dump of a host begins"},
        Schema{"vnscope_statedump:end", EventType::StatedumpEnd, kEndNames, kMark, defaultBytes<StatedumpMark>(),
               "our state dump of a host is complete"},
        Schema{"vnscope_statedump:netns", EventType::StatedumpNetns, kNetnsNames, kNetns,
               defaultBytes<StatedumpNetns>(), "a network namespace"},
        Schema{"vnscope_statedump:link", EventType::StatedumpLink, kLinkNames, kLink, defaultBytes<StatedumpLink>(),
               "a device: MAC, kind, master, peer"},
        Schema{"vnscope_statedump:bridge", EventType::StatedumpBridge, kBridgeNames, kBridge,
               defaultBytes<StatedumpBridge>(), "a bridge's VLAN filtering and ageing time"},
        Schema{"vnscope_statedump:bridge_vlan", EventType::StatedumpBridgeVlan, kBridgeVlanNames, kBridgeVlan,
               defaultBytes<StatedumpBridgeVlan>(), "a VLAN of a bridge port"},
        Schema{"vnscope_statedump:tunnel", EventType::StatedumpTunnel, kTunnelNames, kTunnel,
               defaultBytes<StatedumpTunnel>(), "the ends of a tunnel device"},
        Schema{"vnscope_statedump:address", EventType::StatedumpAddress, kAddressNames, kAddress,
               defaultBytes<StatedumpAddress>(), "an IP address of a device"},
        Schema{"vnscope_statedump:fdb", EventType::StatedumpFdb, kFdbNames, kFdb, defaultBytes<StatedumpFdb>(),
               "a MAC that a bridge knows"},
        Schema{"vnscope_statedump:tap_owner", EventType::StatedumpTapOwner, kTapOwnerNames, kTapOwner,
               defaultBytes<StatedumpTapOwner>(), "a process that holds a tap device"},
        Schema{"vnscope_statedump:ovs_port", EventType::StatedumpOvsPort, kOvsPortNames, kOvsPort,
               defaultBytes<StatedumpOvsPort>(), "a port of an Open vSwitch bridge, with its VLANs"},
        Schema{"vnscope_statedump:connection", EventType::StatedumpConnection, kConnectionNames, kConnection,
               defaultBytes<StatedumpConnection>(), "a TCP connection and a process that holds it"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::statedump
