// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "storage/store_writer.hpp"

/// A store with more events than a table keeps in memory, each different and known.
namespace vnscope::tests {

inline constexpr int kManyEvents = 20'000;
inline constexpr std::int64_t kEventBegin = 1'700'000'000'000'000'000;

/// Event n (from 1) happens n ms after the begin, on CPU n % 2, with length n. Every tenth is an `skb_kfree`, without a
/// device; the others are `net_dev_queue` at eth0.
inline void fillManyEvents(storage::StoreWriter& writer)
{
    writer.meta("begin_ns", kEventBegin);
    writer.meta("end_ns", kEventBegin + 25'000'000'000);
    writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append("events", 1, "", "", "complete", "", "");
    writer
        .table("trace", {"trace_id", "path", "host", "domain", "tracer", "kernel_release", "begin_ns", "end_ns",
                         "clock_offset_ns", "events", "discarded_events", "discarded_packets"})
        .append(0, "/t", "server", "kernel", "", "", kEventBegin, kEventBegin + 25'000'000'000, 0, kManyEvents, 0, 0);
    writer
        .table("device",
               {"device_id", "host", "name", "label", "kind", "ambiguous", "evidence", "first_seen_ns", "last_seen_ns"})
        .append(0, "server", "eth0", "eth0", "nic", 0, "", kEventBegin, kEventBegin);
    auto names = writer.table("event_name", {"name_id", "name"});
    names.append(1, "net_dev_queue");
    names.append(9, "skb_kfree");
    auto events = writer.table(
        "event", {"event_id", "ts_ns", "trace_id", "cpu", "name_id", "device_id", "skb", "length", "fields"});
    for (int id = 1; id <= kManyEvents; ++id) {
        const bool isFree = id % 10 == 0;
        events.append(id, kEventBegin + id * std::int64_t{1'000'000}, 0, id % 2, isFree ? 9 : 1,
                      isFree ? storage::Value() : storage::Value(0), 4096 + id, id, isFree ? "reason=2" : "name=eth0");
    }
}

} // namespace vnscope::tests
