// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <tsl/robin_map.h>

#include "topology/ledger.hpp"
#include "topology/pair_key.hpp"

namespace vnscope::topology {

/// When which device was a port of which bridge.
class PortLives {
public:
    explicit PortLives(const Ledger& ledger);

    /// The part of `range` in which the port was continuously there, from the first moment of `range` at which it was
    /// there.
    [[nodiscard]] base::TimeRange within(base::TimeRange range, NodeId bridge, NodeId port) const;
    /// When the port was seen to leave.
    [[nodiscard]] std::vector<base::Timestamp> ends(NodeId bridge, NodeId port) const;

private:
    struct Life {
        base::TimeRange when;
        bool hasEnded = false;
    };
    [[nodiscard]] const std::vector<Life>& of(NodeId bridge, NodeId port) const;

    tsl::robin_map<PairKey, std::vector<Life>, PairHash> m_lives; ///< Of bridge and port.
};

} // namespace vnscope::topology
