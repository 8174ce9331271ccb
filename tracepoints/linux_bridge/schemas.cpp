// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::linux_bridge {

namespace {

using enum FieldKind;

constexpr std::array kBridgeFdb{
    FieldSpec{"br_dev", String, VNSCOPE_MEMBER(BridgeFdb, bridge)},
    FieldSpec{"dev", String, VNSCOPE_MEMBER(BridgeFdb, device), kRequired},
    FieldSpec{"br_ifindex", Integer, VNSCOPE_MEMBER(BridgeFdb, bridgeIfindex)},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(BridgeFdb, ifindex)},
    FieldSpec{"net_ns", Integer, VNSCOPE_MEMBER(BridgeFdb, netns)},
    FieldSpec{"addr", Bytes, VNSCOPE_MEMBER(BridgeFdb, mac), kRequired},
    FieldSpec{"vid", Integer, VNSCOPE_MEMBER(BridgeFdb, vlan)},
    FieldSpec{"flags|ndm_flags|added_by_user", Integer, VNSCOPE_MEMBER(BridgeFdb, flags)},
};

constexpr std::array<std::string_view, 3> kUpdateNames{"br_fdb_update", "bridge:br_fdb_update", "bridge_br_fdb_update"};
constexpr std::array<std::string_view, 3> kAddNames{"br_fdb_add", "bridge:br_fdb_add", "bridge_br_fdb_add"};
constexpr std::array<std::string_view, 3> kLearnNames{"br_fdb_external_learn_add", "bridge:br_fdb_external_learn_add",
                                                      "bridge_br_fdb_external_learn_add"};
constexpr std::array<std::string_view, 3> kDeleteNames{"fdb_delete", "bridge:fdb_delete", "bridge_fdb_delete"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"br_fdb_update", EventType::BrFdbUpdate, kUpdateNames, kBridgeFdb, defaultBytes<BridgeFdb>(),
               "a bridge learned a MAC, or it moved to another port"},
        Schema{"br_fdb_add", EventType::BrFdbAdd, kAddNames, kBridgeFdb, defaultBytes<BridgeFdb>(),
               "a MAC was added to a bridge from user space"},
        Schema{"br_fdb_external_learn_add", EventType::BrFdbExternalLearn, kLearnNames, kBridgeFdb,
               defaultBytes<BridgeFdb>(), "a switch's hardware told a bridge of a MAC"},
        Schema{"fdb_delete", EventType::FdbDelete, kDeleteNames, kBridgeFdb, defaultBytes<BridgeFdb>(),
               "a MAC aged out of a bridge or was deleted"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::linux_bridge
