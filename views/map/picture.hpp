// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <vector>

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

/// A picture, and what each part of it stands for.
struct SourcedPicture {
    struct LineSource {
        std::vector<std::size_t> edges;      ///< Indices of Topology::edges, those of its ports included.
        std::vector<topology::NodeId> ports; ///< Drawn as the labels at its ends.
        std::set<int> vlans;                 ///< That were seen to use it.

        bool operator==(const LineSource&) const = default;
    };

    diagram::Diagram diagram;
    std::vector<std::vector<topology::NodeId>> boxes; ///< By box: its node first, then those drawn within.
    std::vector<LineSource> lines;                    ///< By line.
};

/// pictureOf() for those who let people ask what a box or a line is.
[[nodiscard]] SourcedPicture sourcedPictureOf(const topology::Topology& topology, const PictureOptions& options = {});

} // namespace vnscope::views::map
