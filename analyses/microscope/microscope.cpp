// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/microscope.hpp"

#include <optional>
#include <utility>

#include "analyses/microscope/outcome.hpp"
#include "analyses/microscope/polled_tables.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_microscope_kTables.hpp"

namespace vnscope::analyses::microscope {

namespace {

using tracepoints::EventType;

class Microscope final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    void keep(const Diagnosis& diagnosis);
    void writeQueues(bool isEnd);
    void finishNetwork(RunContext& context);
    void finishPolled(RunContext& context);

    std::optional<Engine> m_engine; ///< From begin() on.
    PolledQueues m_polled;
    VictimKeeper m_victims;
    ReasoningKeeper m_reasonings;
    storage::TableWriter m_periods;
    storage::TableWriter m_lengths;
};

const AnalysisInfo& Microscope::info() const
{
    static const AnalysisInfo kInfo{
        "microscope",
        2,
        "Who made packets late",
        "Which network function, or which burst, made packets wait or be lost?",
        {{{EventType::NfRead}, true, "queues of network functions"},
         {{EventType::NfWrite}, true, "queues of network functions"},
         {{EventType::NfQueue}, false, "names and capacities of queues, and which reads may have left packets"},
         {{EventType::NfElement}, false, "names and kinds of network functions, and where packets come from"},
         {{EventType::NfFlow}, false, "which flows make a burst"},
         {{EventType::NfDrop}, false, "packets that found no room in a queue"},
         {{EventType::NfRead, EventType::NapiPoll, EventType::EthdevRxBurst}, false, "when queues built up"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Microscope::subscriptions() const
{
    std::vector<EventType> types = PolledQueues::subscriptions();
    types.insert(types.end(), {EventType::NfElement, EventType::NfQueue, EventType::NfRead, EventType::NfWrite,
                               EventType::NfFlow, EventType::NfDrop});
    return types;
}

void Microscope::begin(RunContext& context)
{
    EngineOptions options;
    options.percentile = context.victims.percentile;
    options.latencyThreshold = context.victims.latency;
    m_engine.emplace(
        std::move(options), [this](const Diagnosis& diagnosis) { keep(diagnosis); },
        [this](base::Timestamp) { writeQueues(false); });
    m_periods = context.store.table("queuing_period", {"queue_id", "element_id", "begin_ns", "end_ns", "packets_in",
                                                       "packets_out", "max_length", "is_persistent"});
    m_lengths = context.store.table("nf_queue_length", {"queue_id", "begin_ns", "bin_ns", "longest", "arrived"});
}

void Microscope::process(const Event& event, RunContext& context)
{
    switch (event.record.type) {
    case EventType::NapiPoll:
    case EventType::EthdevRxBurst:
    case EventType::EventsLost: m_polled.process(event, context.trackers); return;
    default: break;
    }
    const std::uint32_t host = context.trackers.host();
    m_engine->process(event.record, event.batch, context.strings, host, context.trackers.hostName(host));
}

void Microscope::keep(const Diagnosis& diagnosis)
{
    if (m_reasonings.wants(diagnosis))
        m_reasonings.keep(diagnosis, reasoningOf(diagnosis, m_engine->diagnoser(), m_engine->network()));
    m_victims.add(makeVictim(diagnosis));
}

void Microscope::writeQueues(bool isEnd)
{
    for (std::uint32_t number = 0; number < m_engine->network().queues(); ++number) {
        const QueueId queue{number};
        QueueLog& log = m_engine->network().log(queue);
        for (const BusyPeriod& period : log.takeBusyPeriods())
            m_periods.append(queue, m_engine->network().network()[queue].reader, period.when.begin, period.when.end,
                             period.arrived, period.read, period.longest, period.isPersistent);
        for (const QueueLength& length : log.takeLengths(isEnd))
            m_lengths.append(queue, length.begin, QueueLength::kBin, length.longest, length.arrived);
    }
}

void Microscope::finish(RunContext& context)
{
    finishNetwork(context);
    finishPolled(context);
}

void Microscope::finishPolled(RunContext& context)
{
    m_polled.finish();
    // Their ids follow those of queues whose packets have ids.
    writePolledQueues(m_polled.shown(context.trackers), static_cast<std::uint32_t>(m_engine->network().queues()),
                      m_periods, context.store);
    m_polled.reportDefects(context.quality);
}

void Microscope::finishNetwork(RunContext& context)
{
    if (m_engine->network().network().elements().empty())
        return;
    m_engine->finish();
    for (std::uint32_t number = 0; number < m_engine->network().queues(); ++number)
        m_engine->network().log(QueueId{number}).endBusyPeriod(context.range.end);
    writeQueues(true);
    const base::Nanoseconds threshold = m_engine->latencyThreshold();
    m_victims.judge(threshold);
    const std::vector<CulpritTally> culprits = tallyCulprits(m_victims.victims());
    const Outcome outcome{*m_engine, m_victims, m_reasonings, culprits, threshold};
    writeTables(outcome, context.store);
    writePatterns(outcome, context.store);
    reportFindings(outcome, context.findings);
    reportDefects(outcome, context.quality);
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Microscope>();
}

} // namespace vnscope::analyses::microscope
