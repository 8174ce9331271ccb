// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "topology/layout/graph.hpp"

namespace vnscope::topology::layout {

/// The built-in engine: needs nothing, never fails, takes time about proportional to the graph. Each group is laid out
/// on its own first, and is one vertex of the whole; links between groups are straight and may run behind boxes.
[[nodiscard]] Drawing drawLayered(const Graph& graph);

} // namespace vnscope::topology::layout
