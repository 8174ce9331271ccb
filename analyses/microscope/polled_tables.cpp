// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/polled_tables.hpp"

#include "analyses/microscope/overload.hpp"

namespace vnscope::analyses::microscope {

using storage::TableWriter;
using storage::Value;

namespace {

Value orNull(auto value)
{
    return value > 0 ? Value(value) : Value();
}

void writeName(const PolledQueues::Shown& shown, std::uint32_t id, TableWriter& rows)
{
    const PeakRate::Estimate rate = shown.queue->rate().estimate();
    rows.append(id, shown.host, shown.name, shown.queue->fullBatch(), shown.queue->totals().packets,
                orNull(rate.perSecond), orNull(rate.low), orNull(rate.high), rate.batches);
}

void writeTotals(const PolledQueues::Shown& shown, std::uint32_t id, TableWriter& rows)
{
    const PolledQueue::Totals& totals = shown.queue->totals();
    rows.append(id, toText(shown.kind), shown.device, totals.polls, totals.emptyPolls, totals.fullPolls, totals.periods,
                totals.queuing, totals.longestRun, shown.queue->isPaceKnown() ? Value(totals.stalls) : Value(),
                orNull(totals.longestStall));
}

} // namespace

void writePolledQueues(const std::vector<PolledQueues::Shown>& queues, std::uint32_t id, TableWriter& periods,
                       storage::StoreWriter& store)
{
    TableWriter names = store.table("nf_queue", {"queue_id", "host", "name", "full_batch", "packets", "peak_pps",
                                                 "peak_low_pps", "peak_high_pps", "peak_batches"});
    TableWriter totals =
        store.table("polled_queue", {"queue_id", "kind", "device_id", "polls", "empty_polls", "full_polls", "periods",
                                     "queuing_ns", "longest_run", "stalls", "longest_stall_ns"});
    TableWriter stalls = store.table("polling_stall", {"queue_id", "begin_ns", "end_ns", "packets"});
    for (const PolledQueues::Shown& shown : queues) {
        writeName(shown, id, names);
        writeTotals(shown, id, totals);
        for (const PolledQueue::Stall& stall : shown.stalls)
            stalls.append(id, stall.when.begin, stall.when.end, stall.packets);
        // Who reads, how many arrived and how long the queue was, polls do not tell.
        for (const PolledQueue::Period& period : shown.periods)
            periods.append(id, Value(), period.when.begin, period.when.end, Value(), period.packets, Value(),
                           period.when.length() > kLongPeriod);
        ++id;
    }
}

} // namespace vnscope::analyses::microscope
