// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "storage/store.hpp"

/// The way of packets from place to place, as the analysis `paths` left it in the store, and its picture.
namespace vnscope::views::flow {

/// A row of the table `place`.
struct Place {
    std::string kind;  ///< "queue", "rx", … as in the table.
    std::string where; ///< The device ("vnet1"; "host: vnet1" if the store has several hosts) or datapath.
    std::optional<std::int64_t> device; ///< Row of `device`.
};

/// Traffic from one place to the next.
struct Step {
    std::int64_t from = 0; ///< Key of FlowGraph::places.
    std::int64_t to = 0;
    std::int64_t packets = 0;
    /// Time between the arrivals at both places: of many packets the 99th percentile. None: the way begins here.
    std::optional<base::Nanoseconds> wait{};
};

struct FlowGraph {
    std::map<std::int64_t, Place> places; ///< By place_id: in the order in which the trace met them.
    std::vector<Step> steps;              ///< One per pair of places, the heaviest first.
};

/// All packets together. Fails when the store cannot be read.
[[nodiscard]] base::Result<FlowGraph> readFlow(const storage::Store& store);
/// Those of one conversation. Of one that is stored in several parts the wait is the largest part's, an upper bound.
[[nodiscard]] base::Result<FlowGraph> readStreamFlow(const storage::Store& store, std::int64_t streamId);
/// One packet. Where it took a step twice the wait is the longer one.
[[nodiscard]] base::Result<FlowGraph> readPacketFlow(const storage::Store& store, std::int64_t packetId);

} // namespace vnscope::views::flow
