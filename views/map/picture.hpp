// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "topology/topology.hpp"
#include "views/diagram/diagram.hpp"

namespace vnscope::views::map {

struct PictureOptions {
    /// A bridge's hosts are drawn one by one up to this many; beyond it they become one stack that counts them.
    std::size_t mostHostsPerBridge = 12;
    /// Up to this many boxes nothing is collapsed.
    std::size_t mostBoxes = 40;
};

/// A snapshot as people draw networks: bridges, segments and hosts are boxes; ports are labels at the ends of lines,
/// because a port that joins a bridge to one thing says no more than its name. VLANs are line styles.
[[nodiscard]] diagram::Diagram pictureOf(const topology::Topology& topology, const PictureOptions& options = {});

} // namespace vnscope::views::map
