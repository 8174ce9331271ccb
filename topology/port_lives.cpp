// SPDX-License-Identifier: Apache-2.0
#include "topology/port_lives.hpp"

#include <algorithm>

namespace vnscope::topology {

PortLives::PortLives(const Ledger& ledger)
{
    for (const Fact& fact : ledger.facts()) {
        if (fact.kind == EdgeKind::BridgePort)
            m_lives[{fact.from, fact.to}].push_back({fact.valid, fact.hasEnded});
    }
}

const std::vector<PortLives::Life>& PortLives::of(NodeId bridge, NodeId port) const
{
    static const std::vector<Life> kNone;
    const auto found = m_lives.find({bridge, port});
    return found == m_lives.end() ? kNone : found->second;
}

base::TimeRange PortLives::within(base::TimeRange range, NodeId bridge, NodeId port) const
{
    for (const Life& life : of(bridge, port)) {
        const base::TimeRange common{std::max(range.begin, life.when.begin), std::min(range.end, life.when.end)};
        if (!common.isEmpty())
            return common;
    }
    return {range.begin, range.begin};
}

std::vector<base::Timestamp> PortLives::ends(NodeId bridge, NodeId port) const
{
    std::vector<base::Timestamp> ends;
    for (const Life& life : of(bridge, port)) {
        if (life.hasEnded)
            ends.push_back(life.when.end);
    }
    return ends;
}

} // namespace vnscope::topology
