// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "topology/topology.hpp"

namespace vnscope::views::map {

/// Makes a name of the trace harmless for where it is printed.
using Spelling = std::string (*)(std::string_view);

/// A snapshot as text: each bridge with its ports and what is behind them, then what is on no bridge.
void writeText(const topology::Topology& topology, Spelling spelling, std::ostream& out);

/// The same as JSON: `at_ns`, `nodes`, `edges`, with the columns of topology_node and topology_edge.
void writeJson(const topology::Topology& topology, std::ostream& out);

} // namespace vnscope::views::map
