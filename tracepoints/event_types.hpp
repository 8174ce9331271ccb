// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>

#include "storage/base/ids.hpp"

/// The vocabulary: one plain struct per kind of event, whatever tracer wrote it. Each struct says its units and where
/// the kernel defines it. Values absent from a trace keep the default given here.
namespace vnscope::tracepoints {

/// What happened. The order is not stored anywhere; names are.
enum class EventType : std::uint16_t {
    EventsLost,          ///< In-band: the tracer lost events on one stream (EventsLost).
    NetDevQueue,         ///< skb handed to a device's queue (SkbAtDevice; len with Ethernet header).
    NetDevXmit,          ///< The driver returned (NetDevXmit; len with Ethernet header).
    NetIfRx,             ///< skb put on a CPU's backlog (SkbAtDevice; len without Ethernet header).
    NetIfReceiveSkb,     ///< skb enters the stack (SkbAtDevice; len without Ethernet header).
    NapiGroReceiveEntry, ///< A frame enters GRO (SkbOnly). `napi_gro_frags` too.
    NetIfReceiveEntry,   ///< `netif_receive_skb` was called (SkbOnly).
    NetIfRxEntry,        ///< `netif_rx` was called (SkbOnly).
    NapiPoll,            ///< End of one NAPI poll (NapiPoll).
    SkbKfree,            ///< skb freed by kfree_skb (SkbKfree): maybe a drop.
    SkbConsume,          ///< skb freed by consume_skb (SkbOnly): not a drop.
    SkbCopyDatagram,     ///< Payload copied to user space (SkbCopyDatagram).
    SockRcvqueueFull,    ///< A socket's receive queue is full (SockRcvqueueFull).
    UdpFailQueueRcvSkb,  ///< UDP could not queue a datagram (UdpFailQueueRcvSkb).
    SoftirqRaise,        ///< Softirq
    SoftirqEntry,        ///< Softirq
    SoftirqExit,         ///< Softirq
    IrqHandlerEntry,     ///< IrqHandler
    IrqHandlerExit,      ///< IrqHandler
    BrFdbUpdate,         ///< BridgeFdb: entry learned or moved.
    BrFdbAdd,            ///< BridgeFdb: entry added from user space (no bridge name).
    BrFdbExternalLearn,  ///< BridgeFdb
    FdbDelete,           ///< BridgeFdb
    OvsExecuteAction,    ///< OvsPacket
    OvsUpcall,           ///< OvsPacket
    QdiscEnqueue,        ///< QdiscOperation
    QdiscDequeue,        ///< QdiscOperation (skb 0: the queue was empty).
    StatedumpInterface,  ///< StatedumpInterface
    StatedumpBegin,      ///< StatedumpMark: our own state dump of a host begins.
    StatedumpEnd,        ///< StatedumpMark: it is complete.
    StatedumpNetns,      ///< StatedumpNetns: a network namespace.
    StatedumpLink,       ///< StatedumpLink: a device.
    StatedumpBridge,     ///< StatedumpBridge: settings of a bridge.
    StatedumpBridgeVlan, ///< StatedumpBridgeVlan: a VLAN of a bridge port.
    StatedumpTunnel,     ///< StatedumpTunnel: ends of a tunnel device.
    StatedumpAddress,    ///< StatedumpAddress: an IP address of a device.
    StatedumpFdb,        ///< StatedumpFdb: a MAC that a bridge knows.
    StatedumpTapOwner,   ///< StatedumpTapOwner: a process that holds a tap's file.
    StatedumpOvsPort,    ///< StatedumpOvsPort: a port of an Open vSwitch bridge.
    StatedumpConnection, ///< StatedumpConnection: a TCP connection and a process that holds it.
    EthdevRxBurst,       ///< EthdevBurst: DPDK rte_eth_rx_burst returned.
    EthdevTxBurst,       ///< EthdevBurst: DPDK rte_eth_tx_burst returned.
    ElementDefine,       ///< ElementDefine: an element of the data plane exists.
    ElementNeighbour,    ///< ElementNeighbour: packets go from one element to another.
    ElementSample,       ///< ElementSample: counters of an element at this time.
    ElementAttribute,    ///< ElementAttribute: any other value of an element at this time.
    IoCounters,          ///< IoCounters: what a process read from and wrote to one peer, or all.
    IoCall,              ///< IoCall: one read or write returned.
    NfElement,           ///< NfElement: a network function exists.
    NfQueue,             ///< NfQueue: a queue in front of a network function exists.
    NfRead,              ///< NfBatch: packets were taken from a queue.
    NfWrite,             ///< NfBatch: packets were put into a queue.
    NfFlow,              ///< NfFlow: the headers of a packet at the edge.
    NfDrop,              ///< NfDrop: packets were given up.
    SocketRead,          ///< SocketCall: a system call that may read a socket begins.
    SocketWrite,         ///< SocketCall: a system call that may write a socket begins.
    SocketTransfer,      ///< SocketTransfer: a system call from one descriptor to another begins.
    SocketWait,          ///< SocketWait: a system call that waits for descriptors begins.
    SocketConnect,       ///< SocketConnect: connect() begins.
    SocketAccept,        ///< SocketCall: accept() begins.
    SocketAccepted,      ///< SocketAccepted: accept() returned.
    DescriptorClose,     ///< SocketCall: close() begins.
    SystemCallExit,      ///< SystemCallExit: one of the others returned.
    SocketState,         ///< SocketState: a TCP connection changes its state.
    SocketUse,           ///< SocketUse: the socket that the thread's system call is working on.
    TaskName,            ///< TaskName: a thread has this name.
    TaskFork,            ///< TaskFork: a thread or process begins.
    TaskExit,            ///< TaskExit: a thread ends.
    VirtqueueAlloc,      ///< VirtqueueElement: QEMU made room for an element that it is about to pop.
    VirtqueuePop,        ///< VirtqueueElement: QEMU took a request from a guest's queue.
    VirtqueueFill,       ///< VirtqueueFill: QEMU wrote an element's answer.
    VirtqueueFlush,      ///< VirtqueueFlush: answers became visible to the guest.
    VirtioQueueNotify,   ///< VirtioNotify: the guest told QEMU to look at a queue.
    VirtioNotify,        ///< VirtioNotify: QEMU told the guest to look at a queue.
    VirtioNotifyIrqfd,   ///< VirtioNotify: the same, by an irqfd.
    VirtioSetStatus,     ///< VirtioStatus: the guest's driver changed a device's status.
    Count
};

inline constexpr std::size_t kEventTypeCount = static_cast<std::size_t>(EventType::Count);

/// EtherType-level protocol of a packet whose headers were recorded.
enum class NetworkProtocol : std::uint8_t { Unknown = 0, Ipv4 = 4, Ipv6 = 6 };

/// IP protocol numbers of the transport headers that tracers record.
enum class TransportProtocol : std::uint8_t { Unknown = 0, Icmp = 1, Tcp = 6, Udp = 17, Icmpv6 = 58 };

/// The headers of one packet, in host byte order except the addresses, which stay as on the wire.
/// Source: lttng-modules include/instrumentation/events/net.h (2.13).
struct PacketHeaders {
    NetworkProtocol network = NetworkProtocol::Unknown;
    TransportProtocol transport = TransportProtocol::Unknown; ///< Unknown: no transport header was recorded.
    std::uint8_t ipProtocol = 0;                ///< IPv4 protocol / IPv6 next header, also when `transport` is unknown.
    std::uint8_t headerWords = 0;               ///< IPv4 ihl, in 32-bit words.
    std::uint16_t totalLength = 0;              ///< IPv4 tot_len / IPv6 payload_len, bytes; 0 for jumbo super-packets.
    std::uint16_t ipId = 0;                     ///< IPv4 identification.
    std::uint16_t fragmentOffset = 0;           ///< IPv4 frag_off with its flag bits.
    std::uint8_t ttl = 0;                       ///< IPv4 TTL / IPv6 hop limit.
    std::uint8_t tcpHeaderWords = 0;            ///< TCP data offset, in 32-bit words.
    std::array<std::uint8_t, 16> source{};      ///< IPv4 uses the first four bytes.
    std::array<std::uint8_t, 16> destination{}; ///< IPv4 uses the first four bytes.
    std::uint16_t sourcePort = 0;
    std::uint16_t destinationPort = 0;
    std::uint32_t tcpSequence = 0;
    std::uint32_t tcpAcknowledgement = 0;
    std::uint16_t tcpFlags = 0; ///< Low nine bits: NS CWR ECE URG ACK PSH RST SYN FIN.
    std::uint8_t icmpType = 0;
    std::uint8_t icmpCode = 0;
    std::uint32_t icmpRest = 0;  ///< Second word; echo: identifier << 16 | sequence.
    std::uint16_t udpLength = 0; ///< UDP length with its 8-byte header.
};

inline constexpr std::uint16_t kTcpFin = 0x01;
inline constexpr std::uint16_t kTcpSyn = 0x02;
inline constexpr std::uint16_t kTcpRst = 0x04;
inline constexpr std::uint16_t kTcpAck = 0x10;

/// include/trace/events/net.h: net_dev_template. No namespace and no ifindex: a name is all there is.
struct SkbAtDevice {
    std::uint64_t skb = 0;    ///< Kernel address: an identity only until it is reused.
    std::uint32_t length = 0; ///< Bytes; see EventType for whether the Ethernet header counts.
    base::StringId device;
    PacketHeaders headers;
};

/// include/trace/events/net.h: net_dev_xmit.
struct NetDevXmit {
    std::uint64_t skb = 0;
    std::uint32_t length = 0; ///< Bytes with Ethernet header.
    std::int32_t rc = 0;      ///< 0 sent; 0x10 NETDEV_TX_BUSY (will be tried again); else see linux/netdevice.h.
    base::StringId device;
};

/// Entry events and consume_skb: which skb, and for perf's entry events at which device (LTTng's do not tell).
struct SkbOnly {
    std::uint64_t skb = 0;
    base::StringId device;
};

/// include/trace/events/napi.h. Fires at the end of a poll, so it names what came before it on its CPU.
struct NapiPoll {
    std::uint64_t napi = 0;
    base::StringId device;  ///< "(no_device)" is the per-CPU backlog.
    std::int32_t work = -1; ///< Packets handled; -1: kernel < 4.8 does not tell.
    std::int32_t budget = -1;
};

/// include/trace/events/skb.h: kfree_skb.
struct SkbKfree {
    static constexpr std::uint32_t kNoReason = 0xffff'ffff; ///< Kernel < 5.17.

    std::uint64_t skb = 0;
    std::uint64_t location = 0; ///< Return address in the kernel (KASLR: only the same boot's kallsyms resolves it).
    std::uint32_t reason = kNoReason; ///< enum skb_drop_reason *of the traced kernel*; lttng-modules keeps 8 bits.
    std::uint16_t protocol = 0;       ///< EtherType in host order (0x0800 IPv4); 0: never was a network packet.
};

struct SkbCopyDatagram {
    std::uint64_t skb = 0;
    std::uint32_t length = 0; ///< Bytes copied.
};

/// include/trace/events/sock.h.
struct SockRcvqueueFull {
    std::uint32_t allocatedBytes = 0; ///< rmem_alloc
    std::uint32_t packetBytes = 0;    ///< truesize
    std::uint32_t limitBytes = 0;     ///< sk_rcvbuf
};

/// include/trace/events/udp.h.
struct UdpFailQueueRcvSkb {
    std::int32_t rc = 0;
    std::uint16_t localPort = 0;
};

/// include/trace/events/irq.h; vector numbers of include/linux/interrupt.h.
struct Softirq {
    static constexpr std::uint32_t kNetTx = 2;
    static constexpr std::uint32_t kNetRx = 3;

    std::uint32_t vector = 0;
};

struct IrqHandler {
    std::int32_t irq = 0;
    base::StringId name;  ///< Entry only.
    std::int32_t ret = 0; ///< Exit only.
};

/// include/trace/events/bridge.h (4.15 and later).
struct BridgeFdb {
    base::StringId bridge;           ///< None for br_fdb_add.
    base::StringId device;           ///< Port; "null" when the entry is the bridge's own.
    std::uint32_t bridgeIfindex = 0; ///< 0: not recorded.
    std::uint32_t ifindex = 0;       ///< 0: not recorded.
    std::uint32_t netns = 0;         ///< Inode of the bridge's namespace; 0: not recorded.
    std::array<std::uint8_t, 6> mac{};
    std::uint16_t vlan = 0;
    std::uint32_t flags = 0;
};

/// include/trace/events/openvswitch.h (net/openvswitch/openvswitch_trace.h, 5.15 and later).
struct OvsPacket {
    std::uint64_t skb = 0;
    base::StringId datapath;
    base::StringId device;   ///< The device the packet came in by.
    std::uint32_t netns = 0; ///< Inode of the datapath's namespace; 0: not recorded.
    std::uint32_t length = 0;
    std::uint32_t inPort = 0; ///< Datapath port number (not OpenFlow's).
    std::uint32_t recirculationId = 0;
    std::uint32_t flowHash = 0;
    std::uint32_t upcallCommand = 0;
    std::uint32_t upcallPort = 0; ///< Netlink port id of the handler.
    std::uint8_t actionType = 0;  ///< OVS_ACTION_ATTR_*; 1 is OUTPUT.
    std::uint8_t isLastAction = 0;
    std::uint16_t vlanTci = 0;
    std::uint16_t etherType = 0;
    std::uint32_t actionArgument = 0; ///< OUTPUT: datapath port number; PUSH_VLAN: TPID and TCI as on the wire.
    std::array<std::uint8_t, 6> macSource{};
    std::array<std::uint8_t, 6> macDestination{};

    static constexpr std::uint8_t kOutput = 1;            ///< OVS_ACTION_ATTR_OUTPUT
    static constexpr std::uint16_t kVlanPresent = 0x1000; ///< In vlanTci: the packet carries a tag.
    static constexpr std::uint16_t kVlanIdMask = 0x0fff;
};

/// include/trace/events/qdisc.h.
struct QdiscOperation {
    std::uint64_t skb = 0;
    std::uint64_t qdisc = 0;
    base::StringId device;
    base::StringId kind;
    std::uint32_t ifindex = 0;
    std::uint32_t netns = 0; ///< Inode of the device's namespace; 0: not recorded.
    std::uint32_t handle = 0;
    std::uint32_t parent = 0;
    std::uint32_t queueLength = 0; ///< Packets.
    std::int32_t packets = 0;      ///< Dequeue only.
};

/// lttng_statedump_network_interface: the initial namespace's devices that have an address.
struct StatedumpInterface {
    base::StringId device;
    std::uint32_t addressIpv4 = 0; ///< As recorded, network order.
};

// The state dump of ours (tracepoints/statedump/README.md). Devices are named by (netns, ifindex), which is unique on a
// host; `netns` is the inode of the namespace.

struct StatedumpMark {
    std::uint32_t version = 0;  ///< Of the events' contract.
    std::uint32_t problems = 0; ///< End only: what could not be read (a namespace that vanished, no rights).
};

struct StatedumpNetns {
    std::uint32_t netns = 0;
    std::uint32_t pid = 0; ///< A process in it; 0: none.
    base::StringId name;   ///< As `ip netns` knows it; may be empty.
};

struct StatedumpLink {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t master = 0;    ///< ifindex of the bridge (or bond, …) in the same namespace; 0: none.
    std::uint32_t link = 0;      ///< ifindex of a veth's peer, or of the device below a VLAN; 0: none.
    std::uint32_t linkNetns = 0; ///< Namespace that `link` is in; 0: could not be told.
    std::uint32_t flags = 0;     ///< IFF_*
    std::uint32_t mtu = 0;       ///< Bytes.
    std::uint16_t vlan = 0;      ///< Of a VLAN device; 0: none.
    std::array<std::uint8_t, 6> mac{};
    base::StringId name;
    base::StringId kind; ///< As rtnetlink says it: bridge veth vlan tun vxlan openvswitch …; empty: hardware.
};

struct StatedumpBridge {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t ageingMs = 0;
    std::uint8_t isVlanFiltering = 0;
};

struct StatedumpBridgeVlan {
    static constexpr std::uint16_t kPvid = 2;     ///< BRIDGE_VLAN_INFO_PVID
    static constexpr std::uint16_t kUntagged = 4; ///< BRIDGE_VLAN_INFO_UNTAGGED

    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint16_t vlan = 0;
    std::uint16_t flags = 0;
};

struct StatedumpTunnel {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint32_t id = 0;    ///< VNI.
    std::uint8_t family = 0; ///< 4, 6 or 0: addresses unknown.
    std::array<std::uint8_t, 16> local{};
    std::array<std::uint8_t, 16> remote{};
};

struct StatedumpAddress {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0;
    std::uint8_t family = 0; ///< 4 or 6.
    std::uint8_t prefix = 0; ///< Bits.
    std::array<std::uint8_t, 16> address{};
};

struct StatedumpFdb {
    static constexpr std::uint16_t kPermanent = 0x80; ///< NUD_PERMANENT: a local address or one added by hand.

    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0; ///< Port; the bridge itself for its own addresses.
    std::uint32_t bridge = 0;  ///< ifindex.
    std::uint16_t vlan = 0;
    std::uint16_t state = 0; ///< NUD_*
    std::uint16_t flags = 0; ///< NTF_*
    std::array<std::uint8_t, 6> mac{};
};

struct StatedumpTapOwner {
    std::uint32_t netns = 0; ///< Of the process.
    std::uint32_t pid = 0;
    base::StringId device;
    base::StringId process; ///< comm: "qemu-system-x86".
};

struct StatedumpOvsPort {
    std::uint32_t netns = 0;
    std::uint32_t ifindex = 0; ///< 0: no kernel device (a patch port).
    std::uint32_t number = 0;  ///< Datapath port number; kNoNumber: not in a kernel datapath.
    std::uint16_t tag = 0;     ///< Access VLAN; 0: a trunk.
    base::StringId name;
    base::StringId bridge;
    base::StringId kind;   ///< system internal patch vxlan …
    base::StringId peer;   ///< Other end of a patch port.
    base::StringId trunks; ///< "10,20"; empty on a trunk: all VLANs.

    static constexpr std::uint32_t kNoNumber = 0xffff'ffff;
};

struct StatedumpConnection {
    std::uint32_t netns = 0;
    std::uint32_t pid = 0;
    std::int32_t fd = -1;
    std::uint8_t isAccepted = 0; ///< The process (or one that gave it the descriptor) accepted it.
    std::uint8_t family = 0;     ///< 4 or 6.
    std::uint16_t localPort = 0;
    std::uint16_t remotePort = 0;
    std::array<std::uint8_t, 16> local{}; ///< IPv4 uses the first four bytes.
    std::array<std::uint8_t, 16> remote{};
    base::StringId process; ///< comm
};

/// DPDK lib/ethdev/rte_ethdev_trace_fp.h: no bytes, no headers; packet rates are exact, bit rates cannot be had.
struct EthdevBurst {
    std::uint16_t port = 0;
    std::uint16_t queue = 0;
    std::uint16_t packets = 0; ///< Received, or handed to the driver.
};

// What middleboxes and other elements tell of themselves (tracepoints/element, io and nf: a README each). Counters are
// cumulative since the element, or the process, began.

/// tracepoints/element: `define`. An element is named by `id`, which is unique on a host.
struct ElementDefine {
    std::uint64_t id = 0;
    std::uint64_t parent = 0;      ///< Element that this one is a part of; 0: none.
    std::uint64_t capacityBps = 0; ///< Bits per second that it can carry; 0: unknown.
    std::uint32_t version = 0;     ///< Of the events' contract.
    base::StringId name;
    base::StringId kind;   ///< Free: "haproxy", "tap", "qdisc", …
    base::StringId layer;  ///< nic driver softirq switch hypervisor guest middlebox
    base::StringId tenant; ///< May be empty.
    base::StringId vm;     ///< May be empty.
};

/// tracepoints/element: `neighbour`. Packets (or bytes) go `from` → `to`.
struct ElementNeighbour {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    base::StringId coupling; ///< "tcp": who cannot write waits; "packet": loses instead; "call": same thread.
};

/// tracepoints/element: `sample`.
struct ElementSample {
    static constexpr std::uint64_t kNotCounted = ~std::uint64_t{0}; ///< The element does not count this.

    std::uint64_t id = 0;
    std::uint64_t inPackets = kNotCounted;
    std::uint64_t outPackets = kNotCounted;
    std::uint64_t inBytes = kNotCounted;
    std::uint64_t outBytes = kNotCounted;
    std::uint64_t dropPackets = kNotCounted;
    std::uint64_t inTimeNs = kNotCounted;      ///< Spent in the input method, waiting included.
    std::uint64_t outTimeNs = kNotCounted;     ///< Spent in the output method, waiting included.
    std::uint64_t queuedPackets = kNotCounted; ///< Now, not cumulative.
};

/// tracepoints/element: `attribute`.
struct ElementAttribute {
    std::uint64_t id = 0;
    std::int64_t value = 0;
    base::StringId attribute; ///< The unit is its suffix: "cpu_ns", "memory_bytes".
};

/// One direction of IoCounters.
struct IoDirection {
    std::uint64_t calls = 0;   ///< Those that failed or would have blocked count too.
    std::uint64_t packets = 0; ///< Messages: those of one recvmmsg() count singly, on a byte stream one for each call.
    std::uint64_t bytes = 0;
    std::uint64_t timeNs = 0; ///< Inside the calls.
    std::uint64_t waitNs = 0; ///< Outside of them, until a call that would have blocked could be repeated.
};

/// tracepoints/io: `counters`.
struct IoCounters {
    std::uint32_t version = 0; ///< Of the events' contract.
    std::uint32_t pid = 0;     ///< In the process' own PID namespace.
    base::StringId element;    ///< Name of the middlebox.
    base::StringId peer;       ///< "10.0.0.1:80", or whatever the writer calls it; empty: all peers together.
    base::StringId local;      ///< Its own address towards the peer; empty: not known.
    IoDirection in;
    IoDirection out;
    std::uint64_t idleNs = 0; ///< Waited without anything that a direction wanted. All peers only.
};

/// tracepoints/io: `call`.
struct IoCall {
    static constexpr std::uint8_t kIn = 0;
    static constexpr std::uint8_t kOut = 1;

    std::int64_t bytes = 0; ///< Negative: errno.
    std::uint64_t durationNs = 0;
    std::int32_t fd = -1;
    std::uint8_t direction = kIn;
    std::uint8_t isBlocking = 0; ///< The call could wait.
    base::StringId peer;
};

/// Numbers of one event. What is more than there is room for is left out.
template <std::size_t Capacity> struct NumberList {
    std::uint64_t count = 0; ///< As the trace has it: may be more than `Capacity`.
    std::array<std::uint64_t, Capacity> numbers{};

    [[nodiscard]] std::span<const std::uint64_t> view() const
    {
        return std::span(numbers).first(std::min<std::uint64_t>(count, Capacity));
    }
};

/// Packet ids of one event. 64 are two bursts of DPDK; our writers divide what is longer.
using PacketIds = NumberList<64>;

/// tracepoints/nf: `element`.
struct NfElement {
    std::uint32_t version = 0; ///< Of the events' contract.
    std::uint32_t element = 0; ///< Unique on a host.
    base::StringId name;
    base::StringId kind; ///< "firewall", "nat", …; "source": where packets come from.
};

/// tracepoints/nf: `queue`.
struct NfQueue {
    static constexpr std::uint32_t kNone = 0xffff'ffff;

    std::uint32_t version = 0;      ///< Of the events' contract.
    std::uint32_t queue = 0;        ///< Unique on a host.
    std::uint32_t reader = kNone;   ///< Element that reads it; kNone: leads out of what is traced.
    std::uint32_t capacity = 0;     ///< Packets; 0: unknown.
    std::uint16_t batchPackets = 0; ///< A read that gives fewer emptied the queue; 0: unknown.
    base::StringId name;
};

/// tracepoints/nf: `read`, `write`.
struct NfBatch {
    std::uint32_t element = 0;
    std::uint32_t queue = 0;
    std::uint16_t packets = 0; ///< Of the whole batch.
    std::uint16_t first = 0;   ///< Place of the first of `ids` in the batch: long batches take several events.
    PacketIds ids;             ///< None: the element does not tell packets apart.
};

/// tracepoints/nf: `flow`.
struct NfFlow {
    std::uint64_t packet = 0;
    std::uint32_t element = 0;
    std::uint32_t length = 0;     ///< Bytes, from the IP header on; 0: unknown.
    std::uint8_t ipVersion = 0;   ///< 4 or 6.
    std::uint8_t protocol = 0;    ///< IP protocol number.
    std::uint16_t sourcePort = 0; ///< 0 without ports.
    std::uint16_t destinationPort = 0;
    std::array<std::uint8_t, 16> source{};      ///< As on the wire; IPv4 uses the first four bytes.
    std::array<std::uint8_t, 16> destination{}; ///< As on the wire; IPv4 uses the first four bytes.
};

/// tracepoints/nf: `drop`.
struct NfDrop {
    std::uint32_t element = 0;
    std::uint32_t queue = NfQueue::kNone; ///< That had no room; kNone: the element itself gave them up.
    std::uint16_t packets = 0;
    std::uint16_t first = 0; ///< As NfBatch.
    base::StringId reason;   ///< "full", "policy", "error", …
    PacketIds ids;
};

// System calls of a program on its sockets, as the kernel tells them without the program's help: tracers' records of
// raw_syscalls, and the tracepoints around them.

/// Who is in the kernel.
struct SystemCall {
    std::uint32_t tid = 0;
    std::uint32_t pid = 0; ///< Thread group; 0: not recorded.
    base::StringId name;   ///< Of the thread, if the tracer adds it to each event.
};

/// epoll_wait, poll, select and their kin.
struct SocketWait {
    SystemCall caller;
};

/// read, write, recv…, send… and their kin; accept; close.
struct SocketCall {
    static constexpr std::uint32_t kNoFlags = 0xffff'ffff; ///< The call has none: read, write, accept, close.
    static constexpr std::uint32_t kPeek = 0x02;           ///< MSG_PEEK
    static constexpr std::uint32_t kDontWait = 0x40;       ///< MSG_DONTWAIT
    static constexpr std::uint32_t kErrorQueue = 0x2000;   ///< MSG_ERRQUEUE
    static constexpr std::uint32_t kNonblocking = 0x800;   ///< SOCK_NONBLOCK, of accept4

    SystemCall caller;
    std::int32_t fd = -1;
    std::uint32_t flags = kNoFlags;
    std::uint64_t asked = 0; ///< Bytes; 0: not recorded.
};

/// sendfile, splice.
struct SocketTransfer {
    SystemCall caller;
    std::int32_t inFd = -1;
    std::int32_t outFd = -1;
    std::uint64_t asked = 0; ///< Bytes.
};

/// An end of a connection as lttng-modules decodes it; family 0: not recorded.
struct SocketAddress {
    std::uint16_t family = 0; ///< AF_INET 2, AF_INET6 10.
    std::uint16_t port = 0;
    std::array<std::uint8_t, 16> address{}; ///< As on the wire; IPv4 uses the first four bytes.
};

struct SocketConnect {
    SystemCall caller;
    std::int32_t fd = -1;
    SocketAddress peer;
};

struct SocketAccepted {
    SystemCall caller;
    std::int64_t result = 0; ///< The new descriptor; negative: errno.
    SocketAddress peer;
};

struct SystemCallExit {
    SystemCall caller;
    std::int64_t result = 0; ///< Negative: errno.
};

/// include/trace/events/sock.h: inet_sock_set_state.
struct SocketState {
    static constexpr std::int32_t kEstablished = 1; ///< include/net/tcp_states.h
    static constexpr std::int32_t kSynSent = 2;
    static constexpr std::int32_t kClosed = 7;

    std::uint32_t tid = 0; ///< In whose context; often anybody's. 0: not recorded.
    std::uint64_t sk = 0;  ///< Kernel address: an identity until it is closed.
    std::int32_t before = 0;
    std::int32_t after = 0;
    std::uint16_t localPort = 0;
    std::uint16_t remotePort = 0;
    std::uint16_t family = 0;
    std::array<std::uint8_t, 16> local{}; ///< As on the wire; IPv4 mapped into IPv6.
    std::array<std::uint8_t, 16> remote{};
    /// perf's converter to CTF (6.1) takes addresses for texts: unprintable bytes as "\x0a", and nothing from the first
    /// zero on. Then these are there, and `local` and `remote` are not to be used.
    base::StringId localText;
    base::StringId remoteText;
    base::StringId localText6;
    base::StringId remoteText6;
};

/// include/trace/events/sock.h: sock_send_length, sock_recv_length (Linux 6.4).
struct SocketUse {
    SystemCall caller;
    std::uint64_t sk = 0;
};

struct TaskName {
    std::uint32_t tid = 0;
    base::StringId name; ///< Or the path of the program that it executes.
};

struct TaskFork {
    std::uint32_t parentTid = 0;
    std::uint32_t childTid = 0;
    base::StringId childName;
};

struct TaskExit {
    std::uint32_t tid = 0;
};

// QEMU's own events (hw/virtio/trace-events of 7.2). Devices, queues and elements are addresses in the QEMU
// process: identities within one run of it, and of elements only until they are flushed.

/// `virtqueue_alloc_element`, `virtqueue_pop`.
struct VirtqueueElement {
    std::uint64_t vq = 0; ///< 0: virtqueue_alloc_element does not tell.
    std::uint64_t element = 0;
    std::uint64_t bytes = 0; ///< Of QEMU's own record of the element; virtqueue_alloc_element only.
    std::uint32_t in = 0;    ///< Buffers that QEMU may write.
    std::uint32_t out = 0;   ///< Buffers that QEMU may read.
};

/// `virtqueue_fill`.
struct VirtqueueFill {
    std::uint64_t vq = 0;
    std::uint64_t element = 0;
    std::uint32_t length = 0; ///< Bytes written into the guest's buffers.
    std::uint32_t index = 0;  ///< Among those that the next flush makes visible.
};

/// `virtqueue_flush`.
struct VirtqueueFlush {
    std::uint64_t vq = 0;
    std::uint32_t count = 0; ///< Elements.
};

/// `virtio_queue_notify`, `virtio_notify`, `virtio_notify_irqfd`.
struct VirtioNotify {
    std::uint64_t device = 0;
    std::uint64_t vq = 0;
    std::int32_t queue = -1; ///< Number of the device's queue; -1: only virtio_queue_notify tells.
};

/// `virtio_set_status`.
struct VirtioStatus {
    std::uint64_t device = 0;
    std::uint8_t status = 0; ///< VIRTIO_CONFIG_S_*: 1 acknowledged, 2 driver found, 4 driver ready, 8 features agreed.
};

/// In-band mark: between `begin` and this event's time the tracer lost events on this stream.
struct EventsLost {
    static constexpr std::uint64_t kUnknownCount = 0;

    std::int64_t beginNs = 0;
    std::uint64_t events = kUnknownCount; ///< 0: unknown how many.
    std::uint64_t packets = 0;            ///< CTF packets lost whole (overwritten sub-buffers).
};

} // namespace vnscope::tracepoints
