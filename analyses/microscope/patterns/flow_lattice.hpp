// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyses/microscope/patterns/pool.hpp"
#include "analyses/microscope/patterns/prefix_tree.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Hierarchical heavy hitters of a pool of endpoints: walks the lattice of source and destination prefixes from the
/// most specific pair of lengths to the most general one, and tells what weighs enough of what is left there.
class FlowLattice {
public:
    /// The pool has endpoints, and what it refers to has to outlive the object.
    explicit FlowLattice(const Pool& pool);

    void search(const Found& found);

private:
    /// Lengths of a source and a destination prefix.
    struct Lengths {
        unsigned source = 0;
        unsigned destination = 0;
    };
    struct Group {
        Members members;
        double score = 0;
    };

    std::vector<Lengths> levels() const;
    std::vector<Group> heavyGroups(const Lengths& lengths);
    void collect(const PrefixTree::Node& source, std::vector<Group>& groups);
    bool isTelling(const Lengths& lengths, const Group& group, const Tally& rest) const;
    Tally cappedTally(const Members& members) const;
    bool isKnee(const Lengths& lengths, const Group& group) const;
    double scoreAround(const Endpoint& endpoint, const Lengths& lengths) const;
    Tally rest() const;

    Pool m_pool;
    unsigned m_bits;
    PrefixTree m_sources;
    PrefixTree m_destinations;
    Lengths m_root;                               ///< What all endpoints share.
    std::vector<std::uint32_t> m_destinationNode; ///< By endpoint, at the length that is looked at; kNoNode: not heavy.
    std::vector<double> m_scores;                 ///< By destination node, of one source node.
};

} // namespace vnscope::analyses::microscope::patterns
