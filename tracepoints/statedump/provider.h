/* SPDX-License-Identifier: MIT */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER vnscope_statedump

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints/statedump/provider.h"

#if !defined(VNSCOPE_STATEDUMP_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define VNSCOPE_STATEDUMP_PROVIDER_H

#include <lttng/tracepoint.h>
#include <stdint.h>

#include "tracepoints/statedump/records.h"

/* A dump of this host begins; all events up to `end` belong to it. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, begin,
    LTTNG_UST_TP_ARGS(uint32_t, version),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, version, version)
    )
)

/* The dump is complete, but for `problems` things that could not be read. */
LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, end,
    LTTNG_UST_TP_ARGS(uint32_t, version, uint32_t, problems),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, version, version)
        lttng_ust_field_integer(uint32_t, problems, problems)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, netns,
    LTTNG_UST_TP_ARGS(uint32_t, netns, uint32_t, pid, const char *, name),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, netns)
        lttng_ust_field_integer(uint32_t, pid, pid)
        lttng_ust_field_string(name, name)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, link,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_link *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_string(name, r->name)
        lttng_ust_field_string(kind, r->kind)
        lttng_ust_field_array(uint8_t, mac, r->mac, 6)
        lttng_ust_field_integer(uint32_t, master, r->master)
        lttng_ust_field_integer(uint32_t, link, r->link)
        lttng_ust_field_integer(uint32_t, link_netns, r->link_netns)
        lttng_ust_field_integer(uint16_t, vlan, r->vlan)
        lttng_ust_field_integer_hex(uint32_t, flags, r->flags)
        lttng_ust_field_integer(uint32_t, mtu, r->mtu)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, bridge,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_bridge *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_integer(uint8_t, vlan_filtering, r->vlan_filtering)
        lttng_ust_field_integer(uint32_t, ageing_ms, r->ageing_ms)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, bridge_vlan,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_bridge_vlan *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_integer(uint16_t, vlan, r->vlan)
        lttng_ust_field_integer_hex(uint16_t, flags, r->flags)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, tunnel,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_tunnel *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_integer(uint32_t, id, r->id)
        lttng_ust_field_integer(uint8_t, family, r->family)
        lttng_ust_field_array(uint8_t, local, r->local, 16)
        lttng_ust_field_array(uint8_t, remote, r->remote, 16)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, address,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_address *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_integer(uint8_t, family, r->family)
        lttng_ust_field_integer(uint8_t, prefix, r->prefix)
        lttng_ust_field_array(uint8_t, address, r->address, 16)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, fdb,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_fdb *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_integer(uint32_t, bridge, r->bridge)
        lttng_ust_field_array(uint8_t, mac, r->mac, 6)
        lttng_ust_field_integer(uint16_t, vlan, r->vlan)
        lttng_ust_field_integer_hex(uint16_t, state, r->state)
        lttng_ust_field_integer_hex(uint16_t, flags, r->flags)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, tap_owner,
    LTTNG_UST_TP_ARGS(uint32_t, netns, const char *, name, uint32_t, pid, const char *, process),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, netns)
        lttng_ust_field_string(name, name)
        lttng_ust_field_integer(uint32_t, pid, pid)
        lttng_ust_field_string(process, process)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, ovs_port,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_ovs_port *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, ifindex, r->ifindex)
        lttng_ust_field_integer(uint32_t, number, r->number)
        lttng_ust_field_string(name, r->name)
        lttng_ust_field_string(bridge, r->bridge)
        lttng_ust_field_string(kind, r->kind)
        lttng_ust_field_string(peer, r->peer)
        lttng_ust_field_integer(uint16_t, tag, r->tag)
        lttng_ust_field_string(trunks, r->trunks)
    )
)

LTTNG_UST_TRACEPOINT_EVENT(
    vnscope_statedump, connection,
    LTTNG_UST_TP_ARGS(const struct vnscope_statedump_connection *, r),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint32_t, netns, r->netns)
        lttng_ust_field_integer(uint32_t, pid, r->pid)
        lttng_ust_field_integer(int32_t, fd, r->fd)
        lttng_ust_field_string(process, r->process)
        lttng_ust_field_integer(uint8_t, is_accepted, r->is_accepted)
        lttng_ust_field_integer(uint8_t, family, r->family)
        lttng_ust_field_array(uint8_t, local, r->local, 16)
        lttng_ust_field_integer(uint16_t, local_port, r->local_port)
        lttng_ust_field_array(uint8_t, remote, r->remote, 16)
        lttng_ust_field_integer(uint16_t, remote_port, r->remote_port)
    )
)

#endif /* VNSCOPE_STATEDUMP_PROVIDER_H */

#include <lttng/tracepoint-event.h>
