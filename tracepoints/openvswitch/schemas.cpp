// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::openvswitch {

namespace {

using enum FieldKind;

constexpr std::array kOvsPacket{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(OvsPacket, skb), kRequired},
    FieldSpec{"dp_name", String, VNSCOPE_MEMBER(OvsPacket, datapath)},
    FieldSpec{"dev_name", String, VNSCOPE_MEMBER(OvsPacket, device)},
    FieldSpec{"net_ns", Integer, VNSCOPE_MEMBER(OvsPacket, netns)},
    FieldSpec{"len", Integer, VNSCOPE_MEMBER(OvsPacket, length)},
    FieldSpec{"key_in_port", Integer, VNSCOPE_MEMBER(OvsPacket, inPort)},
    FieldSpec{"recirc_id", Integer, VNSCOPE_MEMBER(OvsPacket, recirculationId)},
    FieldSpec{"ovs_flow_hash", Integer, VNSCOPE_MEMBER(OvsPacket, flowHash)},
    FieldSpec{"upcall_cmd", Integer, VNSCOPE_MEMBER(OvsPacket, upcallCommand)},
    FieldSpec{"upcall_portid|upcall_port", Integer, VNSCOPE_MEMBER(OvsPacket, upcallPort)},
    FieldSpec{"action_type", Integer, VNSCOPE_MEMBER(OvsPacket, actionType)},
    FieldSpec{"is_last", Integer, VNSCOPE_MEMBER(OvsPacket, isLastAction)},
    FieldSpec{"key_vlan_tci", Integer, VNSCOPE_MEMBER(OvsPacket, vlanTci)},
    FieldSpec{"action_arg", Integer, VNSCOPE_MEMBER(OvsPacket, actionArgument)},
    FieldSpec{"key_eth_src", Bytes, VNSCOPE_MEMBER(OvsPacket, macSource)},
    FieldSpec{"key_eth_dst", Bytes, VNSCOPE_MEMBER(OvsPacket, macDestination)},
    FieldSpec{"key_eth_type", Integer, VNSCOPE_MEMBER(OvsPacket, etherType)},
};

constexpr std::array<std::string_view, 2> kActionNames{"ovs_do_execute_action", "openvswitch:ovs_do_execute_action"};
constexpr std::array<std::string_view, 2> kUpcallNames{"ovs_dp_upcall", "openvswitch:ovs_dp_upcall"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"ovs_do_execute_action", EventType::OvsExecuteAction, kActionNames, kOvsPacket,
               defaultBytes<OvsPacket>(), "Open vSwitch's datapath carries out one action on a packet"},
        Schema{"ovs_dp_upcall", EventType::OvsUpcall, kUpcallNames, kOvsPacket, defaultBytes<OvsPacket>(),
               "no flow matched: the packet goes to ovs-vswitchd"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::openvswitch
