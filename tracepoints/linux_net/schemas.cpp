// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::linux_net {

namespace {

using enum FieldKind;

// lttng-modules 2.9 and later record headers as nested variants:
// network_header/<ipv4|ipv6>/transport_header/<tcp|udp|icmp>. perf and ftrace record no headers: those fields stay at
// their defaults.
constexpr std::array kSkbAtDevice{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(SkbAtDevice, skb), kRequired},
    FieldSpec{"len", Integer, VNSCOPE_MEMBER(SkbAtDevice, length), kRequired},
    FieldSpec{"name", String, VNSCOPE_MEMBER(SkbAtDevice, device), kRequired},
    constantField("network_header/ipv4", VNSCOPE_MEMBER(SkbAtDevice, headers.network), NetworkProtocol::Ipv4),
    FieldSpec{"network_header/ipv4/ihl|ihl", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.headerWords)},
    FieldSpec{"network_header/ipv4/tot_len|tot_len", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.totalLength)},
    FieldSpec{"network_header/ipv4/id", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.ipId)},
    FieldSpec{"network_header/ipv4/frag_off", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.fragmentOffset)},
    FieldSpec{"network_header/ipv4/ttl", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.ttl)},
    FieldSpec{"network_header/ipv4/protocol", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.ipProtocol)},
    FieldSpec{"network_header/ipv4/saddr", Bytes, static_cast<std::uint16_t>(offsetof(SkbAtDevice, headers.source)), 4},
    FieldSpec{"network_header/ipv4/daddr", Bytes,
              static_cast<std::uint16_t>(offsetof(SkbAtDevice, headers.destination)), 4},
    constantField("network_header/ipv4/transport_header/tcp", VNSCOPE_MEMBER(SkbAtDevice, headers.transport),
                  TransportProtocol::Tcp),
    FieldSpec{"network_header/ipv4/transport_header/tcp/source_port|sport", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.sourcePort)},
    FieldSpec{"network_header/ipv4/transport_header/tcp/dest_port|dport", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.destinationPort)},
    FieldSpec{"network_header/ipv4/transport_header/tcp/seq|seq", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpSequence)},
    FieldSpec{"network_header/ipv4/transport_header/tcp/ack_seq|ack_seq", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpAcknowledgement)},
    FieldSpec{"network_header/ipv4/transport_header/tcp/data_offset|doff", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpHeaderWords)},
    FieldSpec{"network_header/ipv4/transport_header/tcp/flags|tcp_flags", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpFlags)},
    constantField("network_header/ipv4/transport_header/udp", VNSCOPE_MEMBER(SkbAtDevice, headers.transport),
                  TransportProtocol::Udp),
    FieldSpec{"network_header/ipv4/transport_header/udp/source_port", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.sourcePort)},
    FieldSpec{"network_header/ipv4/transport_header/udp/dest_port", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.destinationPort)},
    FieldSpec{"network_header/ipv4/transport_header/udp/len", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.udpLength)},
    constantField("network_header/ipv4/transport_header/icmp", VNSCOPE_MEMBER(SkbAtDevice, headers.transport),
                  TransportProtocol::Icmp),
    FieldSpec{"network_header/ipv4/transport_header/icmp/type", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.icmpType)},
    FieldSpec{"network_header/ipv4/transport_header/icmp/code", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.icmpCode)},
    FieldSpec{"network_header/ipv4/transport_header/icmp/gateway", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.icmpRest)},
    constantField("network_header/ipv6", VNSCOPE_MEMBER(SkbAtDevice, headers.network), NetworkProtocol::Ipv6),
    FieldSpec{"network_header/ipv6/payload_len", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.totalLength)},
    FieldSpec{"network_header/ipv6/nexthdr", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.ipProtocol)},
    FieldSpec{"network_header/ipv6/hop_limit", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.ttl)},
    FieldSpec{"network_header/ipv6/saddr", Words, VNSCOPE_MEMBER(SkbAtDevice, headers.source)},
    FieldSpec{"network_header/ipv6/daddr", Words, VNSCOPE_MEMBER(SkbAtDevice, headers.destination)},
    constantField("network_header/ipv6/transport_header/tcp", VNSCOPE_MEMBER(SkbAtDevice, headers.transport),
                  TransportProtocol::Tcp),
    FieldSpec{"network_header/ipv6/transport_header/tcp/source_port", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.sourcePort)},
    FieldSpec{"network_header/ipv6/transport_header/tcp/dest_port", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.destinationPort)},
    FieldSpec{"network_header/ipv6/transport_header/tcp/seq", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpSequence)},
    FieldSpec{"network_header/ipv6/transport_header/tcp/ack_seq", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpAcknowledgement)},
    FieldSpec{"network_header/ipv6/transport_header/tcp/data_offset", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.tcpHeaderWords)},
    FieldSpec{"network_header/ipv6/transport_header/tcp/flags", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.tcpFlags)},
    constantField("network_header/ipv6/transport_header/udp", VNSCOPE_MEMBER(SkbAtDevice, headers.transport),
                  TransportProtocol::Udp),
    FieldSpec{"network_header/ipv6/transport_header/udp/source_port", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.sourcePort)},
    FieldSpec{"network_header/ipv6/transport_header/udp/dest_port", Integer,
              VNSCOPE_MEMBER(SkbAtDevice, headers.destinationPort)},
    FieldSpec{"network_header/ipv6/transport_header/udp/len", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.udpLength)},
    // "icmp" under IPv6 is ICMPv4 carried by IPv6: lttng-modules never decodes ICMPv6 (ipProtocol 58 tells it).
    // tracepoints/ust_net writes the headers flat, beside the same names as alternatives above.
    FieldSpec{"ip_version", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.network)},
    FieldSpec{"transport", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.transport)},
    FieldSpec{"transport", Integer, VNSCOPE_MEMBER(SkbAtDevice, headers.ipProtocol)},
    FieldSpec{"saddr", Bytes, VNSCOPE_MEMBER(SkbAtDevice, headers.source)},
    FieldSpec{"daddr", Bytes, VNSCOPE_MEMBER(SkbAtDevice, headers.destination)},
};

constexpr std::array kNetDevXmit{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(NetDevXmit, skb), kRequired},
    FieldSpec{"len", Integer, VNSCOPE_MEMBER(NetDevXmit, length), kRequired},
    FieldSpec{"rc", Integer, VNSCOPE_MEMBER(NetDevXmit, rc)},
    FieldSpec{"name", String, VNSCOPE_MEMBER(NetDevXmit, device), kRequired},
};

constexpr std::array kSkbEntry{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(SkbOnly, skb), kRequired},
    FieldSpec{"name", String, VNSCOPE_MEMBER(SkbOnly, device)},
};

constexpr std::array kSkbConsume{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(SkbOnly, skb), kRequired},
};

constexpr std::array kNapiPoll{
    FieldSpec{"napi", Integer, VNSCOPE_MEMBER(NapiPoll, napi)},
    FieldSpec{"dev_name", String, VNSCOPE_MEMBER(NapiPoll, device), kRequired},
    FieldSpec{"work", Integer, VNSCOPE_MEMBER(NapiPoll, work)},
    FieldSpec{"budget", Integer, VNSCOPE_MEMBER(NapiPoll, budget)},
};

constexpr std::array kSkbKfree{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(SkbKfree, skb), kRequired},
    FieldSpec{"location", Integer, VNSCOPE_MEMBER(SkbKfree, location)},
    FieldSpec{"protocol", Integer, VNSCOPE_MEMBER(SkbKfree, protocol)},
    FieldSpec{"reason", Integer, VNSCOPE_MEMBER(SkbKfree, reason)},
};

constexpr std::array kSkbCopyDatagram{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(SkbCopyDatagram, skb), kRequired},
    FieldSpec{"len", Integer, VNSCOPE_MEMBER(SkbCopyDatagram, length)},
};

constexpr std::array kSockRcvqueueFull{
    FieldSpec{"rmem_alloc", Integer, VNSCOPE_MEMBER(SockRcvqueueFull, allocatedBytes)},
    FieldSpec{"truesize", Integer, VNSCOPE_MEMBER(SockRcvqueueFull, packetBytes)},
    FieldSpec{"sk_rcvbuf", Integer, VNSCOPE_MEMBER(SockRcvqueueFull, limitBytes)},
};

constexpr std::array kUdpFailQueueRcvSkb{
    FieldSpec{"rc", Integer, VNSCOPE_MEMBER(UdpFailQueueRcvSkb, rc)},
    FieldSpec{"lport|dport", Integer, VNSCOPE_MEMBER(UdpFailQueueRcvSkb, localPort)},
};

constexpr std::array kQdiscOperation{
    FieldSpec{"skbaddr", Integer, VNSCOPE_MEMBER(QdiscOperation, skb), kRequired},
    FieldSpec{"qdisc", Integer, VNSCOPE_MEMBER(QdiscOperation, qdisc)},
    FieldSpec{"dev", String, VNSCOPE_MEMBER(QdiscOperation, device)},
    FieldSpec{"kind", String, VNSCOPE_MEMBER(QdiscOperation, kind)},
    FieldSpec{"ifindex", Integer, VNSCOPE_MEMBER(QdiscOperation, ifindex)},
    FieldSpec{"net_ns", Integer, VNSCOPE_MEMBER(QdiscOperation, netns)},
    FieldSpec{"handle", Integer, VNSCOPE_MEMBER(QdiscOperation, handle)},
    FieldSpec{"parent", Integer, VNSCOPE_MEMBER(QdiscOperation, parent)},
    FieldSpec{"qlen", Integer, VNSCOPE_MEMBER(QdiscOperation, queueLength)},
    FieldSpec{"packets", Integer, VNSCOPE_MEMBER(QdiscOperation, packets)},
};

// Spellings: lttng-modules >= 2.7, lttng-modules <= 2.6, perf.
constexpr std::array<std::string_view, 2> kQueueNames{"net_dev_queue", "net:net_dev_queue"};
constexpr std::array<std::string_view, 2> kXmitNames{"net_dev_xmit", "net:net_dev_xmit"};
constexpr std::array<std::string_view, 3> kRxNames{"net_if_rx", "netif_rx", "net:netif_rx"};
constexpr std::array<std::string_view, 3> kReceiveNames{"net_if_receive_skb", "netif_receive_skb",
                                                        "net:netif_receive_skb"};
constexpr std::array<std::string_view, 6> kGroEntryNames{"net_napi_gro_receive_entry", "net_napi_gro_frags_entry",
                                                         "napi_gro_receive_entry",     "napi_gro_frags_entry",
                                                         "net:napi_gro_receive_entry", "net:napi_gro_frags_entry"};
// netif_receive_skb_list_entry fires once per list and names its head only: listed for its own sake it would count
// wrong.
constexpr std::array<std::string_view, 3> kReceiveEntryNames{"net_if_receive_skb_entry", "netif_receive_skb_entry",
                                                             "net:netif_receive_skb_entry"};
constexpr std::array<std::string_view, 6> kRxEntryNames{"net_if_rx_entry",    "net_if_rx_ni_entry",
                                                        "netif_rx_entry",     "netif_rx_ni_entry",
                                                        "net:netif_rx_entry", "net:netif_rx_ni_entry"};
constexpr std::array<std::string_view, 2> kNapiPollNames{"napi_poll", "napi:napi_poll"};
constexpr std::array<std::string_view, 3> kKfreeNames{"skb_kfree", "kfree_skb", "skb:kfree_skb"};
constexpr std::array<std::string_view, 3> kConsumeNames{"skb_consume", "consume_skb", "skb:consume_skb"};
constexpr std::array<std::string_view, 2> kCopyNames{"skb_copy_datagram_iovec", "skb:skb_copy_datagram_iovec"};
constexpr std::array<std::string_view, 2> kRcvqueueNames{"sock_rcvqueue_full", "sock:sock_rcvqueue_full"};
constexpr std::array<std::string_view, 2> kUdpFailNames{"udp_fail_queue_rcv_skb", "udp:udp_fail_queue_rcv_skb"};
constexpr std::array<std::string_view, 2> kQdiscEnqueueNames{"qdisc_enqueue", "qdisc:qdisc_enqueue"};
constexpr std::array<std::string_view, 2> kQdiscDequeueNames{"qdisc_dequeue", "qdisc:qdisc_dequeue"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"net_dev_queue", EventType::NetDevQueue, kQueueNames, kSkbAtDevice, defaultBytes<SkbAtDevice>(),
               "an skb is handed to a device's queue"},
        Schema{"net_dev_xmit", EventType::NetDevXmit, kXmitNames, kNetDevXmit, defaultBytes<NetDevXmit>(),
               "the driver took an skb, or refused it (rc)"},
        Schema{"net_if_rx", EventType::NetIfRx, kRxNames, kSkbAtDevice, defaultBytes<SkbAtDevice>(),
               "a received skb is put on a CPU's backlog (veth, loopback, tun)"},
        Schema{"net_if_receive_skb", EventType::NetIfReceiveSkb, kReceiveNames, kSkbAtDevice,
               defaultBytes<SkbAtDevice>(), "a received skb enters the network stack"},
        Schema{"net_napi_gro_receive_entry", EventType::NapiGroReceiveEntry, kGroEntryNames, kSkbEntry,
               defaultBytes<SkbOnly>(), "a received frame enters GRO"},
        Schema{"net_if_receive_skb_entry", EventType::NetIfReceiveEntry, kReceiveEntryNames, kSkbEntry,
               defaultBytes<SkbOnly>(), "netif_receive_skb was called"},
        Schema{"net_if_rx_entry", EventType::NetIfRxEntry, kRxEntryNames, kSkbEntry, defaultBytes<SkbOnly>(),
               "netif_rx was called"},
        Schema{"napi_poll", EventType::NapiPoll, kNapiPollNames, kNapiPoll, defaultBytes<NapiPoll>(),
               "end of one NAPI poll"},
        Schema{"skb_kfree", EventType::SkbKfree, kKfreeNames, kSkbKfree, defaultBytes<SkbKfree>(),
               "an skb is freed, maybe because it is dropped"},
        Schema{"skb_consume", EventType::SkbConsume, kConsumeNames, kSkbConsume, defaultBytes<SkbOnly>(),
               "an skb is freed after use"},
        Schema{"skb_copy_datagram_iovec", EventType::SkbCopyDatagram, kCopyNames, kSkbCopyDatagram,
               defaultBytes<SkbCopyDatagram>(), "payload is copied to user space"},
        Schema{"sock_rcvqueue_full", EventType::SockRcvqueueFull, kRcvqueueNames, kSockRcvqueueFull,
               defaultBytes<SockRcvqueueFull>(), "a socket's receive queue is full"},
        Schema{"udp_fail_queue_rcv_skb", EventType::UdpFailQueueRcvSkb, kUdpFailNames, kUdpFailQueueRcvSkb,
               defaultBytes<UdpFailQueueRcvSkb>(), "UDP could not queue a datagram"},
        Schema{"qdisc_enqueue", EventType::QdiscEnqueue, kQdiscEnqueueNames, kQdiscOperation,
               defaultBytes<QdiscOperation>(), "an skb enters a queueing discipline"},
        Schema{"qdisc_dequeue", EventType::QdiscDequeue, kQdiscDequeueNames, kQdiscOperation,
               defaultBytes<QdiscOperation>(), "an skb leaves a queueing discipline (skb 0: it was empty)"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::linux_net
