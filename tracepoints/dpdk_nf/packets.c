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
    SEQUENCE_OFFSET = 4,
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

uint16_t vnscope_dpdk_ipv4_id(const uint8_t *frame, size_t bytes)
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

/* The finaliser of MurmurHash3: every bit of `word` changes about half of the result's. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash ^= word;
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdu;
    hash ^= hash >> 33;
    hash *= 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

static uint64_t mix_address(uint64_t hash, const uint8_t address[16], uint8_t version)
{
    uint64_t words[2];
    memcpy(words, address, sizeof words);
    hash = mix(hash, words[0]);
    return version == 6 ? mix(hash, words[1]) : hash;
}

uint64_t vnscope_dpdk_hash(const uint8_t *frame, size_t bytes)
{
    const struct ip_header ip = find_ip(frame, bytes);
    struct vnscope_nf_flow flow;
    if (ip.version == 0)
        return 0;
    read_flow(&ip, &flow);
    uint32_t sequence = 0;
    const uint8_t *const transport = find_transport(&ip, flow.protocol, SEQUENCE_OFFSET + SEQUENCE_BYTES);
    if (transport != NULL && flow.protocol == PROTOCOL_TCP)
        memcpy(&sequence, transport + SEQUENCE_OFFSET, sizeof sequence);
    const uint16_t id = ip.version == 4 ? read16(ip.start + 4) : 0;
    uint64_t hash = mix(flow.protocol, (uint64_t)flow.sport << 48 | (uint64_t)flow.dport << 32 | sequence);
    hash = mix(hash, (uint64_t)flow.length << 16 | id);
    hash = mix_address(hash, flow.saddr, flow.ip_version);
    return mix_address(hash, flow.daddr, flow.ip_version);
}
