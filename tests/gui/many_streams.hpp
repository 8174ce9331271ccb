// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "storage/store_writer.hpp"

/// A store with more conversations than a window keeps in memory, each different and known.
namespace vnscope::tests {

inline constexpr int kManyStreams = 20'000;
inline constexpr std::int64_t kStreamBegin = 1'700'000'000'000'000'000;

/// Each way, of the stream of this id.
[[nodiscard]] constexpr std::int64_t streamBytes(int id)
{
    return id + 1;
}

/// The id is also when it begins, in ms, and tells port_a (1000 + id). Every tenth is udp and has no port; the others
/// are tcp. All last 5 ms.
inline void fillManyStreams(storage::StoreWriter& writer)
{
    writer.meta("begin_ns", kStreamBegin);
    writer.meta("end_ns", kStreamBegin + 25'000'000'000);
    writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append("streams", 1, "", "", "complete", "", "");
    auto streams = writer.table("stream", {"stream_id", "protocol", "addr_a", "port_a", "addr_b", "port_b",
                                           "packets_ab", "bytes_ab", "payload_bytes_ab", "packets_ba", "bytes_ba",
                                           "payload_bytes_ba", "first_ns", "last_ns", "origin", "continued"});
    for (int id = 0; id < kManyStreams; ++id) {
        const bool isUdp = id % 10 == 0;
        const std::int64_t first = kStreamBegin + id * std::int64_t{1'000'000};
        streams.append(id, isUdp ? "udp" : "tcp", id % 2 == 0 ? "10.0.0.1" : "10.0.0.2",
                       isUdp ? storage::Value() : storage::Value(1000 + id), "10.9.9.9", 80, 1, streamBytes(id), 0, 1,
                       streamBytes(id), 0, first, first + 5'000'000, "local", 0);
    }
}

} // namespace vnscope::tests
