// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scripted_source.hpp"

#include <stdexcept>

#include "analyses/catalog.hpp"
#include "analyses/runner/runner.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::tests::support {

using tracepoints::EventType;
using tracepoints::PacketHeaders;

namespace {

constexpr std::uint16_t kIpHeader = 20;

PacketHeaders ipv4(std::uint8_t from, std::uint8_t to, std::uint16_t aboveIp, std::uint16_t ipId)
{
    PacketHeaders headers;
    headers.network = tracepoints::NetworkProtocol::Ipv4;
    headers.headerWords = kIpHeader / 4;
    headers.totalLength = static_cast<std::uint16_t>(kIpHeader + aboveIp);
    headers.ipId = ipId;
    headers.ttl = 64;
    headers.source = {10, 0, 0, from};
    headers.destination = {10, 0, 0, to};
    return headers;
}

} // namespace

PacketHeaders udp(std::uint8_t from, std::uint16_t fromPort, std::uint8_t to, std::uint16_t toPort,
                  std::uint16_t payload, std::uint16_t ipId)
{
    constexpr std::uint16_t kUdpHeader = 8;
    PacketHeaders headers = ipv4(from, to, static_cast<std::uint16_t>(payload + kUdpHeader), ipId);
    headers.transport = tracepoints::TransportProtocol::Udp;
    headers.ipProtocol = 17;
    headers.udpLength = static_cast<std::uint16_t>(payload + kUdpHeader);
    headers.sourcePort = fromPort;
    headers.destinationPort = toPort;
    return headers;
}

PacketHeaders tcp(std::uint8_t from, std::uint16_t fromPort, std::uint8_t to, std::uint16_t toPort,
                  std::uint16_t payload, std::uint16_t ipId, std::uint32_t sequence)
{
    constexpr std::uint16_t kTcpHeader = 20;
    PacketHeaders headers = ipv4(from, to, static_cast<std::uint16_t>(payload + kTcpHeader), ipId);
    headers.transport = tracepoints::TransportProtocol::Tcp;
    headers.ipProtocol = 6;
    headers.tcpHeaderWords = kTcpHeader / 4;
    headers.tcpSequence = sequence;
    headers.sourcePort = fromPort;
    headers.destinationPort = toPort;
    return headers;
}

ScriptedSource::ScriptedSource()
{
    tracepoints::TraceInfo trace;
    trace.host = "host";
    trace.domain = "kernel";
    trace.kernelRelease = "6.1.0-test";
    m_session.traces.push_back(trace);
    tracepoints::StreamInfo stream;
    stream.trace = {0};
    stream.name = "ch_0";
    m_session.streams.push_back(stream);
    for (const tracepoints::Schema& schema : tracepoints::schemas())
        m_session.eventClasses.push_back({{0}, std::string(schema.name), 0, std::string(schema.name), {}});
}

tracepoints::SkbAtDevice ScriptedSource::at(std::uint64_t skb, std::string_view device, std::uint32_t length,
                                            const PacketHeaders& headers)
{
    return {skb, length, name(device), headers};
}

ScriptedSource& ScriptedSource::crossVeth(std::int64_t timeNs, std::uint16_t cpu, std::uint64_t skb,
                                          std::string_view from, std::string_view to, std::uint32_t length,
                                          const PacketHeaders& headers)
{
    constexpr std::uint32_t kEthernet = 14;
    add(timeNs, cpu, EventType::NetDevQueue, at(skb, from, length, headers));
    add(timeNs + 1, cpu, EventType::NetIfRx, at(skb, to, length - kEthernet, headers));
    add(timeNs + 2, cpu, EventType::NetDevXmit, tracepoints::NetDevXmit{skb, length, 0, name(from)});
    return add(timeNs + 3, cpu, EventType::NetIfReceiveSkb, at(skb, to, length - kEthernet, headers));
}

base::Result<const tracepoints::EventBatch*> ScriptedSource::next()
{
    if (m_isDelivered)
        return nullptr;
    m_isDelivered = true;
    m_batch = tracepoints::EventBatch(m_events, reinterpret_cast<const std::byte*>(m_arena.data()));
    return &m_batch;
}

AnalysedScript::AnalysedScript(tracepoints::EventSource& source, analyses::VictimRule victims, std::uint64_t mostEvents)
{
    const auto path = m_scratch.path() / "script.vns";
    const auto tables = analyses::allTables();
    auto writer = storage::StoreWriter::create(path, tables);
    if (!writer)
        throw std::runtime_error(writer.error().text());
    analyses::runner::RunOptions options;
    options.victims = victims;
    options.mostEvents = mostEvents;
    if (auto summary = analyses::runner::run(source, **writer, std::move(options), {}); !summary)
        throw std::runtime_error(summary.error().text());
    if (auto finished = (*writer)->finish(); !finished)
        throw std::runtime_error(finished.error().text());
    auto store = storage::Store::open(path);
    if (!store)
        throw std::runtime_error(store.error().text());
    m_store.push_back(std::move(*store));
}

storage::Table AnalysedScript::read(const storage::Select& select) const
{
    auto table = m_store.front().read(select);
    if (!table)
        throw std::runtime_error(table.error().text());
    return std::move(*table);
}

} // namespace vnscope::tests::support
