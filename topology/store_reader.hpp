// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "topology/topology_timeline.hpp"

namespace vnscope::topology {

/// The map that an import wrote into the tables topology_node, topology_edge, topology_change and fdb_entry.
/// NotFound when the store has none (made by a version without the map).
[[nodiscard]] base::Result<TopologyTimeline> readTimeline(const storage::Store& store);

} // namespace vnscope::topology
