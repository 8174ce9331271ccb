/* SPDX-License-Identifier: MIT */
#include "tracepoints/dpdk_nf/packets.h"

#include <string.h>

enum {
    ETHERNET_BYTES = 14,
    TYPE_OFFSET = 12,
    TAG_BYTES = 4,
    MAX_TAGS = 2,
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_VLAN = 0x8100,
    TYPE_SERVICE_VLAN = 0x88a8,
    IPV4_BYTES = 20,
    IPV6_BYTES = 40,
    FRAGMENT_OFFSET_MASK = 0x1fff,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_SCTP = 132,
    PORTS_BYTES = 4,
    SEQUENCE_BYTES = 4,
};

/* The IP header of a frame, at least as long as its version's fixed part. */
struct ip_header {
    const uint8_t *start;
    size_t bytes; /* To the end of the segment. */
    uint8_t version;
};

static uint16_t read16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static struct ip_header find_ip(const uint8_t *frame, size_t bytes)
{
    const struct ip_header none = {NULL, 0, 0};
    size_t offset = TYPE_OFFSET;
    for (int tags = 0; tags < MAX_TAGS && offset + 2 <= bytes; ++tags) {
        const uint16_t type = read16(frame + offset);
        if (type != TYPE_VLAN && type != TYPE_SERVICE_VLAN)
            break;
        offset += TAG_BYTES;
    }
    if (offset + 2 > bytes)
        return none;
    const struct ip_header found = {frame + offset + 2, bytes - offset - 2, 0};
    switch (read16(frame + offset)) {
    case TYPE_IPV4:
        return found.bytes >= IPV4_BYTES && found.start[0] >> 4 == 4 ? (struct ip_header){found.start, found.bytes, 4}
                                                                     : none;
    case TYPE_IPV6:
        return found.bytes >= IPV6_BYTES && found.start[0] >> 4 == 6 ? (struct ip_header){found.start, found.bytes, 6}
                                                                     : none;
    default: return none;
    }
}

static int is_first_fragment(const struct ip_header *ip)
{
    return ip->version == 6 || (read16(ip->start + 6) & FRAGMENT_OFFSET_MASK) == 0;
}

/* What follows the IP header if it has ports and `wanted` bytes of it are there; IPv6's extension headers are none. */
static const uint8_t *find_transport(const struct ip_header *ip, uint8_t protocol, size_t wanted)
{
    const size_t header = ip->version == 6 ? IPV6_BYTES : (size_t)(ip->start[0] & 0x0f) * 4;
    const int has_ports = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;
    const int is_there = header >= IPV4_BYTES && header + wanted <= ip->bytes;
    return has_ports && is_there && is_first_fragment(ip) ? ip->start + header : NULL;
}

static void read_addresses(const struct ip_header *ip, struct vnscope_nf_flow *flow)
{
    const size_t size = ip->version == 4 ? 4 : 16;
    const uint8_t *const source = ip->start + (ip->version == 4 ? 12 : 8);
    memset(flow->saddr, 0, sizeof flow->saddr);
    memset(flow->daddr, 0, sizeof flow->daddr);
    memcpy(flow->saddr, source, size);
    memcpy(flow->daddr, source + size, size);
}

static void read_flow(const struct ip_header *ip, struct vnscope_nf_flow *flow)
{
    flow->ip_version = ip->version;
    flow->protocol = ip->start[ip->version == 4 ? 9 : 6];
    flow->length = ip->version == 4 ? read16(ip->start + 2) : (uint32_t)read16(ip->start + 4) + IPV6_BYTES;
    read_addresses(ip, flow);
    const uint8_t *const ports = find_transport(ip, flow->protocol, PORTS_BYTES);
    flow->sport = ports != NULL ? read16(ports) : 0;
    flow->dport = ports != NULL ? read16(ports + 2) : 0;
}

uint16_t vnscope_dpdk_ipv4_id_behind_tags(const uint8_t *frame, size_t bytes)
{
    const struct ip_header ip = find_ip(frame, bytes);
    return ip.version == 4 ? read16(ip.start + 4) : 0;
}

int vnscope_dpdk_flow(const uint8_t *frame, size_t bytes, struct vnscope_nf_flow *flow)
{
    const struct ip_header ip = find_ip(frame, bytes);
    if (ip.version == 0)
        return 0;
    read_flow(&ip, flow);
    return 1;
}

/* Multiplying spreads a bit upwards, the shift brings it down again. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static uint64_t mix_bytes(uint64_t hash, const uint8_t *bytes, size_t words)
{
    for (size_t i = 0; i < words; ++i) {
        uint64_t word;
        memcpy(&word, bytes + i * sizeof word, sizeof word);
        hash = mix(hash, word);
    }
    return hash;
}

/* Both ports, and where there is one, the sequence number that follows them. */
static uint64_t read_transport(const struct ip_header *ip, uint8_t protocol)
{
    uint64_t ports_and_sequence = 0;
    const size_t wanted = protocol == PROTOCOL_TCP ? PORTS_BYTES + SEQUENCE_BYTES : PORTS_BYTES;
    const uint8_t *transport = find_transport(ip, protocol, wanted);
    if (transport != NULL)
        memcpy(&ports_and_sequence, transport, wanted);
    return ports_and_sequence;
}

uint64_t vnscope_dpdk_hash(const uint8_t *frame, size_t bytes)
{
    const struct ip_header ip = find_ip(frame, bytes);
    if (ip.version == 0)
        return 0;
    const int is_v4 = ip.version == 4;
    const uint8_t protocol = ip.start[is_v4 ? 9 : 6];
    const uint64_t length = read16(ip.start + (is_v4 ? 2 : 4));
    const uint64_t id = is_v4 ? read16(ip.start + 4) : 0;
    uint64_t hash = mix(0, (uint64_t)ip.version << 56 | (uint64_t)protocol << 48 | length << 16 | id);
    hash = mix(hash, read_transport(&ip, protocol));
    return mix_bytes(hash, ip.start + (is_v4 ? 12 : 8), is_v4 ? 1 : 4);
}
