// SPDX-License-Identifier: Apache-2.0
#include "views/pipeline/counters.hpp"

#include <vector>

namespace vnscope::views::pipeline {
namespace {

using analyses::perfsight::Counters;
using analyses::perfsight::Sample;

Counters::Counter counterOf(const storage::Value& cell)
{
    return cell.isNull() ? Counters::Counter() : Counters::Counter(static_cast<std::uint64_t>(cell.integer()));
}

} // namespace

base::Result<Counted> readCounted(const storage::Store& store, ElementId element, const base::TimeRange& range,
                                  const std::function<bool()>& stop)
{
    if (!store.hasTable("element_count"))
        return Counted{};
    const auto rows =
        store.read({"element_count",
                    {"ts_ns", "in_packets", "out_packets", "in_bytes", "out_bytes", "drop_packets", "in_time_ns",
                     "out_time_ns", "queued_packets"},
                    {{"ts_ns", ">=", range.begin}, {"ts_ns", "<=", range.end}, {"element_id", "=", element}},
                    {"ts_ns"}},
                   stop);
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<Sample> samples;
    for (const auto& row : rows->rows)
        samples.push_back({{row[0].integer()},
                           {counterOf(row[1]), counterOf(row[2]), counterOf(row[3]), counterOf(row[4]),
                            counterOf(row[5]), counterOf(row[6]), counterOf(row[7]), counterOf(row[8])}});
    std::vector<base::DataQuality> quality;
    Counted counted;
    counted.samples = samples.size();
    counted.window = windowOver(samples, range, {}, quality);
    counted.beganAnew = !quality.empty();
    if (!samples.empty())
        counted.queuedPackets = samples.back().counters.queuedPackets;
    return counted;
}

} // namespace vnscope::views::pipeline
