// SPDX-License-Identifier: Apache-2.0
#include "evaluation/labelled_trace.hpp"

namespace vnscope::evaluation {

using tracepoints::EventRecord;
using tracepoints::EventType;
using tracepoints::NfFlow;

LabelledTrace::LabelledTrace(const simulator::Scenario& scenario, unsigned idBits)
    : m_idBits(idBits), m_trace(scenario, this)
{
}

void LabelledTrace::onEnd(const simulator::Journey& journey)
{
    if (journey.lostAt != simulator::kNone || journey.hops.empty())
        return;
    m_ended[simulator::toldElement(journey.hops.back().element)].push_back({journey.packet, journey.id, journey.flow});
    if (journey.injection == simulator::kNone && journey.packet % kSample == 0)
        m_ways.emplace(journey.packet, TrueWay{journey.hops});
}

/// Packets leave an element in the order of its flow events; those whose event was lost are passed over.
std::uint64_t LabelledTrace::labelOf(const NfFlow& event)
{
    std::deque<Ended>& ended = m_ended[event.element];
    while (!ended.empty()) {
        const Ended first = ended.front();
        ended.pop_front();
        if (first.id != event.packet || first.flow.sourcePort != event.sourcePort ||
            first.flow.destinationPort != event.destinationPort)
            continue;
        m_packets.push_back(first.packet);
        return m_packets.size();
    }
    return 0;
}

std::uint64_t LabelledTrace::packetOf(std::uint64_t labelledId) const
{
    const std::uint64_t label = labelledId >> m_idBits;
    return label == 0 || label > m_packets.size() ? kUnknown : m_packets[label - 1];
}

const TrueWay* LabelledTrace::wayOf(std::uint64_t packet) const
{
    const auto found = m_ways.find(packet);
    return found == m_ways.end() ? nullptr : &found->second;
}

void LabelledTrace::run(const Sink& sink)
{
    // A simulated run cannot fail: its scenario has been checked.
    for (auto batch = m_trace.next(); batch && *batch != nullptr; batch = m_trace.next()) {
        for (const EventRecord& record : (*batch)->events()) {
            if (record.type != EventType::NfFlow) {
                sink(record, **batch);
                continue;
            }
            NfFlow flow = (*batch)->payload<NfFlow>(record);
            flow.packet |= labelOf(flow) << m_idBits;
            EventRecord labelled = record;
            labelled.payload = 0;
            sink(labelled, tracepoints::EventBatch({&labelled, 1}, reinterpret_cast<const std::byte*>(&flow)));
        }
    }
}

} // namespace vnscope::evaluation
