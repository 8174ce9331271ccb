// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <concepts>
#include <set>
#include <string_view>

#include "analyses/microscope/names.hpp"
#include "analyses/microscope/outcome.hpp"

namespace vnscope::analyses::microscope {

namespace {

using storage::TableWriter;
using storage::Value;

std::string_view textOf(VictimKind kind)
{
    switch (kind) {
    case VictimKind::Latency: return "latency";
    case VictimKind::Loss: return "loss";
    case VictimKind::Throughput: break;
    }
    return "throughput";
}

std::string_view textOf(Culprit::Kind kind)
{
    return kind == Culprit::Kind::Element ? "element" : "source";
}

Value orNull(double value)
{
    return value > 0 && std::isfinite(value) ? Value(value) : Value();
}

Value orNull(std::integral auto value)
{
    return value > 0 ? Value(value) : Value();
}

Value packetId(std::uint64_t packet)
{
    return packet == kUnnamed ? Value() : Value(packet);
}

class Writer final {
public:
    Writer(const Outcome& outcome, storage::StoreWriter& store) : m_outcome(outcome), m_store(store) {}
    void write();

private:
    void writeElements();
    void writeQueues();
    void writeSummary();
    void writeCulprits();
    void writeVictims();
    void writeHops(std::int64_t id, const Victim& victim);
    void writeRelations(std::int64_t id, const Victim& victim);
    void writeSteps(std::int64_t id, const std::vector<ReasoningStep>& steps);
    void writeFlows();
    [[nodiscard]] Value noted(FlowId flow);

    const Outcome& m_outcome;
    storage::StoreWriter& m_store;
    TableWriter m_hops;
    TableWriter m_relations;
    TableWriter m_steps;
    std::set<FlowId> m_named;
};

void Writer::write()
{
    writeElements();
    writeQueues();
    writeSummary();
    writeVictims();
    writeCulprits();
    writeFlows();
}

void Writer::writeElements()
{
    TableWriter rows = m_store.table("nf_element", {"element_id", "host", "name", "kind", "is_source", "function_key"});
    std::uint32_t id = 0;
    for (const Element& element : m_outcome.network().network().elements())
        rows.append(id++, element.host, element.name, element.kind, element.isSource, element.key);
}

void Writer::writeQueues()
{
    TableWriter rows = m_store.table("nf_queue", {"queue_id", "host", "name", "element_id", "capacity", "full_batch",
                                                  "packets", "refused", "peak_pps", "peak_low_pps", "peak_high_pps",
                                                  "peak_batches", "delay_median_ns", "delay_threshold_ns"});
    std::uint32_t id = 0;
    for (const Queue& queue : m_outcome.network().network().queues()) {
        const QueueLog& log = m_outcome.network().log(QueueId{id});
        const PeakRate::Estimate rate = log.rate().estimate();
        rows.append(id++, queue.host, queue.name, queue.reader, orNull(queue.capacity), orNull(queue.fullBatch),
                    log.passages().end(), log.refused(), orNull(rate.perSecond), orNull(rate.low), orNull(rate.high),
                    rate.batches, orNull(log.delays().median()), orNull(log.delays().threshold()));
    }
}

void Writer::writeSummary()
{
    const Engine& engine = m_outcome.engine;
    std::array<std::uint64_t, kVictimKinds> victims{};
    for (const VictimKind kind : {VictimKind::Latency, VictimKind::Loss, VictimKind::Throughput})
        victims[static_cast<std::size_t>(kind)] = m_outcome.victims.forgotten(kind);
    for (const Victim& victim : m_outcome.victims.victims())
        ++victims[static_cast<std::size_t>(victim.kind)];
    const auto [late, lost, slow] = victims;
    m_store
        .table("microscope_summary",
               {"packets_arrived", "packets_lost", "victims_late", "victims_lost", "victims_throughput", "percentile",
                "latency_median_ns", "latency_p999_ns", "latency_threshold_ns"})
        .append(engine.arrived(), engine.lost(), late, lost, slow, engine.shareWithin(m_outcome.latencyThreshold),
                orNull(engine.latencyQuantile(0.5)), orNull(engine.latencyQuantile(0.999)),
                orNull(m_outcome.latencyThreshold));
}

/// The flow's id, which gets its row at the end.
Value Writer::noted(FlowId flow)
{
    if (flow.isValid())
        m_named.insert(flow);
    return flow;
}

void Writer::writeVictims()
{
    TableWriter rows = m_store.table("victim", {"victim_id", "packet_id", "kind", "begin_ns", "end_ns", "latency_ns",
                                                "flow_id", "lost_queue_id", "is_persistent"});
    m_hops = m_store.table("victim_hop", {"victim_id", "queue_id", "element_id", "arrival_ns", "read_ns", "left_ns",
                                          "period_begin_ns", "packets_arrived", "packets_read", "peak_pps",
                                          "input_score", "processing_score", "seconds"});
    m_relations =
        m_store.table("causal_relation", {"victim_id", "victim_packet_id", "victim_element_id", "culprit_kind",
                                          "culprit_element_id", "score", "share", "depth", "culprit_begin_ns",
                                          "culprit_end_ns", "gap_ns", "culprit_packets", "culprit_flow_id"});
    m_steps = m_store.table("victim_step", {"victim_id", "step", "depth", "queue_id", "element_id", "share",
                                            "period_begin_ns", "period_end_ns", "packets_arrived", "packets_read",
                                            "peak_pps", "input_score", "processing_score", "spans"});
    std::int64_t id = 0;
    for (const Victim& victim : m_outcome.victims.victims()) {
        ++id;
        const bool isLate = victim.kind != VictimKind::Loss;
        rows.append(id, packetId(victim.packet), textOf(victim.kind), victim.begin, victim.end,
                    isLate ? Value(victim.length()) : Value(), noted(victim.flow), victim.lostQueue,
                    victim.isPersistent);
        writeHops(id, victim);
        writeRelations(id, victim);
        if (const std::vector<ReasoningStep>* const steps = m_outcome.reasonings.find(victim.number))
            writeSteps(id, *steps);
    }
}

void Writer::writeHops(std::int64_t id, const Victim& victim)
{
    for (const Victim::Hop& hop : victim.hops)
        m_hops.append(id, hop.queue, hop.element, hop.arrival, hop.read, hop.left, hop.periodBegin, hop.packetsArrived,
                      hop.packetsRead, orNull(hop.rate), hop.inputScore, hop.processingScore, hop.seconds);
}

void Writer::writeRelations(std::int64_t id, const Victim& victim)
{
    for (const Victim::Relation& relation : victim.relations)
        m_relations.append(id, packetId(victim.packet), relation.element, textOf(relation.culprit.kind),
                           relation.culprit.element, relation.seconds, relation.share, relation.depth,
                           relation.when.begin, relation.when.end, relation.gap, relation.packets,
                           noted(relation.flow()));
}

void Writer::writeSteps(std::int64_t id, const std::vector<ReasoningStep>& steps)
{
    std::int64_t number = 0;
    for (const ReasoningStep& step : steps)
        m_steps.append(id, ++number, step.depth, step.queue, m_outcome.network().network()[step.queue].reader,
                       step.share, step.period.begin, step.period.end, step.period.arrived, step.period.read,
                       orNull(step.rate), step.inputScore, step.processingScore, step.spans);
}

void Writer::writeCulprits()
{
    TableWriter rows = m_store.table("nf_culprit", {"culprit_rank", "culprit_kind", "culprit_element_id",
                                                    "victims_late", "victims_lost", "share", "worst_latency_ns"});
    std::int64_t rank = 0;
    for (const CulpritTally& tally : m_outcome.culprits)
        rows.append(++rank, textOf(tally.culprit.kind), tally.culprit.element, tally.late, tally.lost, tally.share,
                    orNull(tally.worstLatency));
}

void Writer::writeFlows()
{
    TableWriter rows = m_store.table(
        "nf_flow", {"flow_id", "ip_version", "protocol", "source", "source_port", "destination", "destination_port"});
    for (const FlowId id : m_named) {
        const Flow& flow = m_outcome.network().flows()[id];
        rows.append(id, flow.ipVersion, flow.protocol, addressText(flow.source, flow.ipVersion), flow.sourcePort,
                    addressText(flow.destination, flow.ipVersion), flow.destinationPort);
    }
}

} // namespace

void writeTables(const Outcome& outcome, storage::StoreWriter& store)
{
    Writer(outcome, store).write();
}

} // namespace vnscope::analyses::microscope
