// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/trackers/conversations.hpp"
#include "analyses/trackers/device_tracker.hpp"
#include "analyses/trackers/drop_reasons.hpp"
#include "analyses/trackers/skb_tracker.hpp"
#include "analyses/trackers/symbols.hpp"
#include "analyses/trackers/verdict.hpp"

namespace vnscope::analyses::trackers {

/// How a packet came to be where it is seen.
enum class Appearance : std::uint8_t {
    Unknown,   ///< Not a sighting of a packet at a device.
    Local,     ///< Sent on this host: its first device's queue.
    External,  ///< Came into this host by a device that nothing of this host fed.
    Continued, ///< A packet seen before, further on its way.
    Copy,      ///< A clone or a segment of a packet seen before (flooding, software GSO).
};

/// By which door an skb entered the stack: decides when its device counts it as received.
enum class ReceivePath : std::uint8_t {
    None,
    Backlog,    ///< netif_rx before: counted there.
    Gro,        ///< GRO before: its frames are counted at the NAPI poll.
    Direct,     ///< Straight from the driver: counted now.
    Reinjected, ///< From a lower device of this host (bridge, OVS internal port): counted now, without Ethernet header.
};

/// What a packet under a new address is a copy of.
enum class CopyOf : std::uint8_t {
    Nothing,
    Received,  ///< Of the packet that this CPU is receiving: flooding.
    Queued,    ///< Of the packet that this CPU queued last: a segment of it.
    Upcalled,  ///< Of a packet that ovs-vswitchd was asked about.
    OvsAction, ///< Of the packet that Open vSwitch was just doing something with.
};

/// What the trackers know of the event that is being processed.
struct Sighting {
    base::DeviceId device;
    base::DeviceId datapath; ///< Open vSwitch's events: the device that stands for the datapath, if they name it.
    Appearance appearance = Appearance::Unknown;
    ReceivePath path = ReceivePath::None;
    SkbState* skb = nullptr; ///< The packet's state after this event; null for an skb never seen at a device.
    CopyOf copyOf = CopyOf::Nothing;
    /// Of a packet at a device, without what cannot be trusted in them; null for other events.
    const tracepoints::PacketHeaders* headers = nullptr;
    std::uint64_t replacedJourney = SkbState::kNoJourney; ///< Of the life at this address that this event ended.
    bool isNewForConversation = false;                    ///< Its conversation has not counted this packet yet.
    /// The conversation that the headers belong to; set when they are new for this life.
    std::uint32_t conversation = Conversations::kNone;
    std::uint32_t closedConversation = Conversations::kNone; ///< Closed to make room for it.
    bool isBackFromUpcall = false; ///< A packet that ovs-vswitchd was asked about goes on, by a port or to the host.
    bool leftByNapi = false;       ///< net_dev_xmit: handed to a veth peer that polls by NAPI, not by its backlog.
    /// `stream.stream_id` of what the packet's headers belong to; counted there or not.
    std::uint32_t stream = Conversations::kNone;
    bool wasQueuedHere = false; ///< net_dev_xmit: this very skb was queued at this device (else: a segment).
};

/// What one CPU is doing.
struct CpuState {
    std::uint32_t host = 0;
    std::uint16_t cpu = 0;
    /// The skb whose reception this CPU is working on, until the next one or the softirq's end.
    std::uint64_t receiving = 0;
    tracepoints::PacketHeaders receivingHeaders;
    bool receivingHasHeaders = false;
    /// The last queue on this CPU: software segments are transmitted right after it, under other addresses.
    base::DeviceId queueDevice;
    std::uint64_t queueConversation = 0;
    std::uint32_t queueStream = Conversations::kNone; ///< `stream.stream_id` of that.
    /// Open vSwitch was about to do something with a packet, and nothing has come of it yet on this CPU.
    bool isInOvsAction = false;
};

/// Facts from beside the trace that make kernel numbers readable.
struct KernelFacts {
    SymbolTable symbols;
    DropReasons reasons; ///< As given by the user; else each trace's kernel release decides.
};

/// Shared short-lived state, kept once for all analyses: who owns this skb now, which device a name means, what a CPU
/// is doing. Brought up to each event before the analyses see it.
class Trackers final {
public:
    Trackers(const tracepoints::StringTable& strings, const tracepoints::SessionInfo& session, KernelFacts facts);

    void update(const Event& event);
    /// Called after the analyses: lives that ended with this event are forgotten.
    void settle();

    [[nodiscard]] const Sighting& sighting() const { return m_sighting; }
    [[nodiscard]] CpuState& cpu() { return *m_cpu; }
    [[nodiscard]] std::uint32_t host() const { return m_host; }
    [[nodiscard]] const std::string& hostName(std::uint32_t host) const { return m_hostNames[host]; }
    [[nodiscard]] const std::vector<CpuState>& cpus() const { return m_cpus; }
    [[nodiscard]] std::uint32_t cpuIndex() const { return m_cpuIndex; }

    [[nodiscard]] const DeviceTracker& devices() const { return m_devices; }
    [[nodiscard]] const Conversations& conversations() const { return m_conversations; }
    [[nodiscard]] const SkbTracker& skbs() const { return m_skbs; }
    [[nodiscard]] const SymbolTable& symbols() const { return m_facts.symbols; }
    /// What reason numbers mean in the trace that the current event comes from.
    [[nodiscard]] const DropReasons& reasons() const;
    /// What is known of a free, ready to be judged.
    [[nodiscard]] FreeFacts factsOf(const tracepoints::SkbKfree& freed) const;
    /// At skb_consume: Open vSwitch looked this packet up at one of its ports and no rule sent it on. It frees such a
    /// packet without a drop event; no action and no upcall were seen (ovs_dp_process_packet, net/openvswitch, <= 6.6).
    [[nodiscard]] bool isRefusedByOvs() const;
    /// Open vSwitch's own events are in the trace.
    [[nodiscard]] bool sawOvs() const { return m_sawOvs; }
    [[nodiscard]] std::string deviceLabel(base::DeviceId device) const;
    /// The same in a sentence: of which host, if the session has several. Complete when all events have been seen.
    [[nodiscard]] std::string deviceInWords(base::DeviceId device) const;
    /// A device's name, whether the trace gave it or we made it ("dpdk:0").
    [[nodiscard]] std::string_view text(base::StringId id) const;

    /// Events that showed a packet at a device, and whether any of them carried its headers.
    [[nodiscard]] std::uint64_t packetEvents() const { return m_packetEvents; }
    [[nodiscard]] bool hasHeaders() const { return m_hasHeaders; }

    void write(storage::StoreWriter& store) const;

private:
    /// Names that no event carries; their ids have the top bit set.
    static constexpr std::uint32_t kOwnString = 0x8000'0000U;

    void locate(const Event& event);
    [[nodiscard]] bool continuesAtQueue(const SkbState& skb, const Event& event, const tracepoints::SkbAtDevice& at,
                                        base::DeviceId device) const;
    void onQueue(const Event& event);
    void onXmit(const Event& event);
    void onBacklog(const Event& event);
    void onReceive(const Event& event);
    void onGroEntry(const Event& event);
    base::DeviceId receiverOfSent(const SkbState& skb, const Event& event, base::StringId named);
    void onFree(std::uint64_t skb);
    void point(std::uint64_t skb);
    void onBridge(const Event& event);
    void onOvs(const Event& event);
    void onPoll(const Event& event);
    void onBurst(const Event& event);
    void onNetns(const Event& event);
    void onLink(const Event& event);
    void onLost();

    base::DeviceId named(base::StringId name, base::Timestamp at, std::uint32_t netns = 0);
    void see(SkbState& skb, const Event& event, const tracepoints::SkbAtDevice& at, base::DeviceId device);
    void trustHeaders(const tracepoints::PacketHeaders& headers, bool isFromDriver);
    void learnLinkHeader(base::DeviceId device, const tracepoints::SkbAtDevice& at);
    /// Enters the packet's conversation into its life, and tells whether that conversation should count it.
    void judgeConversation(SkbState& skb, const tracepoints::PacketHeaders& headers);
    void countConversation(SkbState& skb, const tracepoints::PacketHeaders& headers, std::uint64_t conversation);
    SkbState& beginLife(const Event& event, std::uint64_t skb, base::DeviceId device);
    bool isSegmentReceivedBy(base::DeviceId receiver, const tracepoints::PacketHeaders& headers);
    [[nodiscard]] bool isSegmentOfQueued(const tracepoints::PacketHeaders& headers) const;
    [[nodiscard]] bool isBackFromUpcall(const tracepoints::PacketHeaders& headers) const;
    [[nodiscard]] bool isCloneOfReceived(const tracepoints::PacketHeaders& headers) const;

    const tracepoints::StringTable& m_strings;
    const tracepoints::SessionInfo& m_session;
    KernelFacts m_facts;
    tracepoints::StringTable m_ownStrings;
    std::vector<base::StringId> m_dpdkNames; ///< By port number.
    std::vector<DropReasons> m_reasonsByTrace;
    std::vector<std::string> m_hostNames;
    std::vector<std::uint32_t> m_hostByTrace;
    std::vector<std::vector<std::uint32_t>> m_cpuIndexByHost; ///< [host][cpu] to index into m_cpus.
    std::vector<CpuState> m_cpus;

    DeviceTracker m_devices;
    SkbTracker m_skbs;
    Conversations m_conversations;

    /// Headers of packets that went up to ovs-vswitchd and may come back under another address.
    static constexpr std::size_t kUpcallsRemembered = 256;
    std::array<tracepoints::PacketHeaders, kUpcallsRemembered> m_upcalls{};
    std::size_t m_upcallCount = 0;
    std::uint64_t m_packetEvents = 0;
    bool m_hasHeaders = false;
    bool m_sawBacklog = false; ///< The trace shows what is put on backlogs.
    bool m_sawConsume = false; ///< The trace shows where sent skbs end.
    bool m_sawOvs = false;

    // Of the current event:
    Sighting m_sighting;
    tracepoints::PacketHeaders m_trusted; ///< Sighting::headers, when they had to be corrected.
    CpuState* m_cpu = nullptr;
    std::uint32_t m_cpuIndex = 0;
    std::uint32_t m_host = 0;
    std::uint32_t m_trace = 0;
    std::uint64_t m_ending = 0;
};

} // namespace vnscope::analyses::trackers
