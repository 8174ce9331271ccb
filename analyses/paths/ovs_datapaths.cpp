// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/ovs_datapaths.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::analyses::paths {

namespace {

using tracepoints::OvsPacket;
using tracepoints::PacketHeaders;

/// OVS_PACKET_CMD_MISS (include/uapi/linux/openvswitch.h); the other command is an action that asks on purpose.
constexpr std::uint32_t kMiss = 1;
/// Netlink, generic netlink and the flow key around an upcalled packet: at least the headers alone, at most what the
/// longest key takes (queue_userspace_packet, net/openvswitch/datapath.c).
constexpr std::uint32_t kLeastAround = 64;
constexpr std::uint32_t kMostAround = 1024;

bool isAnswer(const OvsPacket& question, const OvsPacket& action)
{
    return question.datapath == action.datapath && question.netns == action.netns && question.device == action.device &&
           question.inPort == action.inPort && question.length == action.length &&
           question.etherType == action.etherType;
}

storage::Value timeOf(base::Timestamp at)
{
    return at.ns == 0 ? storage::Value() : storage::Value(at);
}

std::string_view nameOf(base::DeviceId datapath, const trackers::Trackers& state)
{
    return datapath.isValid() ? state.text(state.devices().at(datapath).name) : std::string_view();
}

/// The only element that `fits`; nullptr when there is none, or more than one.
template <typename Fits> Upcall* single(std::deque<Upcall>& upcalls, Fits&& fits)
{
    Upcall* found = nullptr;
    for (Upcall& upcall : upcalls) {
        if (!fits(upcall))
            continue;
        if (found != nullptr)
            return nullptr;
        found = &upcall;
    }
    return found;
}

} // namespace

void OvsDatapaths::begin(RunContext& context)
{
    m_state = &context.trackers;
    m_rows = context.store.table("ovs_upcall", {"packet_id", "datapath", "datapath_id", "host", "command", "handler",
                                                "device_id", "bytes", "upcall_ns", "read_ns", "return_ns", "sent_ns"});
}

void OvsDatapaths::ask(Upcall upcall)
{
    if (upcall.question.upcallCommand == kMiss)
        ++m_datapaths[upcall.datapath].misses;
    if (m_waiting.size() >= kMostWaiting) {
        append(m_waiting.front(), {});
        m_waiting.pop_front();
    }
    m_waiting.push_back(std::move(upcall));
}

void OvsDatapaths::sawRead(std::uint32_t host, std::uint32_t bytes, base::Timestamp at)
{
    Upcall* read = single(m_waiting, [&](const Upcall& upcall) {
        return upcall.host == host && upcall.read.ns == 0 && upcall.returned.ns == 0 &&
               bytes >= upcall.question.length + kLeastAround && bytes <= upcall.question.length + kMostAround;
    });
    if (read != nullptr)
        read->read = at;
}

void OvsDatapaths::sawReturn(std::uint32_t host, const OvsPacket& action, base::Timestamp at)
{
    Upcall* upcall = single(m_waiting, [&](const Upcall& one) {
        return one.host == host && one.returned.ns == 0 && isAnswer(one.question, action);
    });
    if (upcall != nullptr)
        upcall->returned = at;
}

Upcall* OvsDatapaths::waiting(std::uint32_t host, const OvsPacket& action, const PacketHeaders* headers)
{
    return single(m_waiting, [&](const Upcall& upcall) {
        if (upcall.host != host || !isAnswer(upcall.question, action))
            return false;
        return headers == nullptr || !upcall.hasHeaders || trackers::isSamePacket(upcall.headers, *headers);
    });
}

Upcall* OvsDatapaths::waiting(std::uint32_t host, const PacketHeaders& headers)
{
    return single(m_waiting, [&](const Upcall& upcall) {
        return upcall.host == host && upcall.hasHeaders && trackers::isSamePacket(upcall.headers, headers);
    });
}

void OvsDatapaths::append(const Upcall& upcall, base::Timestamp sent)
{
    const OvsPacket& question = upcall.question;
    m_rows.append(upcall.packet == kNoPacket ? storage::Value() : storage::Value(upcall.packet),
                  nameOf(upcall.datapath, *m_state), upcall.datapath, m_state->hostName(upcall.host),
                  question.upcallCommand == kMiss ? "miss" : "action", question.upcallPort, upcall.device,
                  question.length, upcall.asked, timeOf(upcall.read), timeOf(upcall.returned), timeOf(sent));
}

void OvsDatapaths::answer(Upcall& upcall, base::Timestamp at)
{
    append(upcall, at);
    Datapath& datapath = m_datapaths[upcall.datapath];
    datapath.cost.add(at - upcall.asked);
    if (upcall.read.ns != 0 && upcall.returned.ns != 0) {
        datapath.toRead.add(upcall.read - upcall.asked);
        datapath.inDaemon.add(upcall.returned - upcall.read);
    }
    m_waiting.erase(std::ranges::find_if(m_waiting, [&](const Upcall& one) { return &one == &upcall; }));
}

void OvsDatapaths::giveUp(base::Timestamp until)
{
    for (; !m_waiting.empty() && m_waiting.front().asked < until; m_waiting.pop_front())
        append(m_waiting.front(), {});
}

OvsDatapaths::Port& OvsDatapaths::port(base::DeviceId device)
{
    if (m_ports.size() <= device.value)
        m_ports.resize(device.value + std::size_t{1});
    return m_ports[device.value];
}

void OvsDatapaths::sawLookup(base::DeviceId device, bool isTransmit)
{
    if (device.isValid())
        ++(isTransmit ? port(device).sent : port(device).received);
}

void OvsDatapaths::sawPort(base::DeviceId device, base::DeviceId datapath)
{
    if (!device.isValid())
        return;
    port(device).datapath = datapath;
    m_datapaths.try_emplace(datapath);
}

/// Every packet that a port receives, or that the host sends by an internal port, is looked up once.
std::uint64_t OvsDatapaths::lookupsOf(base::DeviceId datapath, const trackers::DeviceTracker& devices) const
{
    std::uint64_t lookups = 0;
    for (std::uint32_t index = 0; index < m_ports.size(); ++index) {
        if (m_ports[index].datapath != datapath)
            continue;
        const bool isInternal = devices.at(base::DeviceId{index}).kind == trackers::DeviceKind::Ovs;
        lookups += isInternal ? m_ports[index].sent : m_ports[index].received;
    }
    return lookups;
}

void OvsDatapaths::write(RunContext& context)
{
    constexpr double kMedian = 0.5;
    constexpr double kTail = 0.99;
    storage::TableWriter rows = context.store.table(
        "ovs_datapath", {"datapath_id", "name", "label", "lookups", "hits", "misses", "hit_rate", "upcall_p50_ns",
                         "upcall_p99_ns", "upcall_max_ns", "to_vswitchd_p50_ns", "in_vswitchd_p50_ns"});
    const auto known = [](const LatencySketch& sketch, base::Nanoseconds value) {
        return sketch.count() == 0 ? storage::Value() : storage::Value(value);
    };
    for (const auto& [device, datapath] : m_datapaths) {
        const std::string label = device.isValid() ? context.trackers.deviceLabel(device) : std::string();
        const std::uint64_t lookups = std::max(lookupsOf(device, context.trackers.devices()), datapath.misses);
        const std::uint64_t hits = lookups - datapath.misses;
        const double rate = lookups == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(lookups);
        rows.append(device, nameOf(device, context.trackers), label, lookups, hits, datapath.misses,
                    lookups == 0 ? storage::Value() : storage::Value(rate),
                    known(datapath.cost, datapath.cost.quantile(kMedian)),
                    known(datapath.cost, datapath.cost.quantile(kTail)), known(datapath.cost, datapath.cost.max()),
                    known(datapath.toRead, datapath.toRead.quantile(kMedian)),
                    known(datapath.inDaemon, datapath.inDaemon.quantile(kMedian)));
        if (lookups > 0)
            report(context, device.isValid() ? context.trackers.deviceInWords(device) : std::string(), datapath,
                   lookups);
    }
}

void OvsDatapaths::report(RunContext& context, std::string_view name, const Datapath& datapath, std::uint64_t lookups)
{
    constexpr double kNotableMissShare = 0.05;
    const double missShare = static_cast<double>(datapath.misses) / static_cast<double>(lookups);
    context.findings.push_back(
        {missShare >= kNotableMissShare ? 0.5 : 0.2, "trace", -1,
         fmt::format("Open vSwitch datapath {} answered {:.3g} % of {} lookups from its flow table", name,
                     100.0 * (1.0 - missShare), lookups),
         fmt::format("{} went up to ovs-vswitchd; at most {} passed until such a packet went on. See ovs_datapath and "
                     "ovs_upcall.",
                     datapath.misses, base::formatDuration(datapath.cost.max())),
         context.range, ""});
}

} // namespace vnscope::analyses::paths
