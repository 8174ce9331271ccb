/* SPDX-License-Identifier: MIT */
/* What one event of the provider carries. Devices are named by (netns, ifindex); netns is the inode of the namespace.
 * Units, meanings and the contract's versions: README.md. Strings are never NULL. */
#ifndef VNSCOPE_STATEDUMP_RECORDS_H
#define VNSCOPE_STATEDUMP_RECORDS_H

#include <stdint.h>

#define VNSCOPE_STATEDUMP_VERSION 1U

struct vnscope_statedump_link {
    uint32_t netns, ifindex, master, link, link_netns, flags, mtu;
    uint16_t vlan;
    uint8_t mac[6];
    const char *name, *kind;
};

struct vnscope_statedump_bridge {
    uint32_t netns, ifindex, ageing_ms;
    uint8_t vlan_filtering;
};

struct vnscope_statedump_bridge_vlan {
    uint32_t netns, ifindex;
    uint16_t vlan, flags;
};

struct vnscope_statedump_tunnel {
    uint32_t netns, ifindex, id;
    uint8_t family;
    uint8_t local[16], remote[16];
};

struct vnscope_statedump_address {
    uint32_t netns, ifindex;
    uint8_t family, prefix;
    uint8_t address[16];
};

struct vnscope_statedump_fdb {
    uint32_t netns, ifindex, bridge;
    uint16_t vlan, state, flags;
    uint8_t mac[6];
};

struct vnscope_statedump_ovs_port {
    uint32_t netns, ifindex, number;
    uint16_t tag;
    const char *name, *bridge, *kind, *peer, *trunks;
};

struct vnscope_statedump_connection {
    uint32_t netns, pid;
    int32_t fd;
    uint8_t is_accepted, family;
    uint16_t local_port, remote_port;
    uint8_t local[16], remote[16];
    const char *process;
};

#endif
