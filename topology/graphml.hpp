// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "topology/topology.hpp"

namespace vnscope::topology {

/// Writes a snapshot as GraphML (graphml.graphdrawing.org), for Gephi, yEd, NetworkX. Nodes have kind, label, host,
/// netns, name, mac and device_kind; edges connection, vlan, method, evidence, certainty and alternatives.
void writeGraphml(const Topology& topology, std::ostream& out);

} // namespace vnscope::topology
