// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "topology/layout/graph.hpp"

namespace vnscope::topology::layout {

/// Lays out with `engine` each part of `graph` that hangs together by links or groups, and sets the parts side by side
/// in rows, about as wide as a screen. `engine` is not called for single vertices.
[[nodiscard]] Drawing drawInParts(const Graph& graph, const std::function<Drawing(const Graph&)>& engine);

} // namespace vnscope::topology::layout
