// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "views/diagram/diagram.hpp"
#include "views/flow/flow_graph.hpp"

namespace vnscope::views::flow {

/// More steps than these cannot be read in one picture without zoom.
inline constexpr std::size_t kReadableSteps = 25;

/// The `mostSteps` heaviest steps as arrows, with packets and wait on them and their width by packets. The places of
/// one device stand in one frame. Remarks say what was left out.
[[nodiscard]] diagram::Diagram pictureOf(const FlowGraph& graph, std::size_t mostSteps);

/// Box::id of a place, by its key in FlowGraph::places.
[[nodiscard]] std::string boxIdOf(std::int64_t place);

} // namespace vnscope::views::flow
