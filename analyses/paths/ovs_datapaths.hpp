// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "analyses/paths/journeys.hpp"
#include "analyses/paths/latency_sketch.hpp"
#include "analyses/trackers/trackers.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::analyses::paths {

/// A packet that the kernel had no flow for, until it comes back from ovs-vswitchd or is given up.
struct Upcall {
    Journeys::Handle journey = 0;
    PacketId packet = kNoPacket; ///< None: the packet was seen at no device.
    bool hasHeaders = false;
    tracepoints::PacketHeaders headers;
    tracepoints::OvsPacket question;
    std::uint32_t host = 0;
    base::DeviceId device;   ///< Where it came in.
    base::DeviceId datapath; ///< The device that stands for it; invalid where the event did not name it.
    base::Timestamp asked;
    base::Timestamp read;     ///< ovs-vswitchd copied it; 0: not known which copy it was.
    base::Timestamp returned; ///< Its actions began; 0: not yet.
};

/// Open vSwitch's datapaths: what missed the flow table, what ovs-vswitchd made of it, and how long that took.
class OvsDatapaths final {
public:
    void begin(RunContext& context);
    void ask(Upcall upcall);
    /// A datagram of `bytes` that belongs to no packet was read by a program: maybe ovs-vswitchd reads an upcall.
    void sawRead(std::uint32_t host, std::uint32_t bytes, base::Timestamp at);
    /// Actions begin on a packet of unknown origin: the only upcall that they can be for is back.
    void sawReturn(std::uint32_t host, const tracepoints::OvsPacket& action, base::Timestamp at);
    /// The only packet that waits and that these actions can be for; by `headers` where the two have any.
    [[nodiscard]] Upcall* waiting(std::uint32_t host, const tracepoints::OvsPacket& action,
                                  const tracepoints::PacketHeaders* headers);
    [[nodiscard]] Upcall* waiting(std::uint32_t host, const tracepoints::PacketHeaders& headers);
    /// The upcall's packet went on at `at`; its row is written and `upcall` forgotten.
    void answer(Upcall& upcall, base::Timestamp at);
    /// Upcalls from before `until` are taken for not answered.
    void giveUp(base::Timestamp until);

    /// A lookup in the datapath that `device` is a port of, if it is one.
    void sawLookup(base::DeviceId device, bool isTransmit);
    void sawPort(base::DeviceId device, base::DeviceId datapath);
    void write(RunContext& context);

private:
    struct Datapath {
        std::uint64_t misses = 0;
        LatencySketch cost;
        LatencySketch toRead;
        LatencySketch inDaemon;
    };
    struct Port {
        std::uint64_t received = 0;
        std::uint64_t sent = 0; ///< By an internal port: the host's own packets.
        base::DeviceId datapath;
    };
    static constexpr std::size_t kMostWaiting = 65536;

    static void report(RunContext& context, std::string_view name, const Datapath& datapath, std::uint64_t lookups);
    void append(const Upcall& upcall, base::Timestamp sent);
    [[nodiscard]] Port& port(base::DeviceId device);
    [[nodiscard]] std::uint64_t lookupsOf(base::DeviceId datapath, const trackers::DeviceTracker& devices) const;

    std::deque<Upcall> m_waiting; ///< Oldest first.
    std::map<base::DeviceId, Datapath> m_datapaths;
    std::vector<Port> m_ports; ///< By device.
    storage::TableWriter m_rows;
    const trackers::Trackers* m_state = nullptr; ///< Of the run, from begin() on.
};

} // namespace vnscope::analyses::paths
