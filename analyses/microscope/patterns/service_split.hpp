// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

#include "analyses/microscope/patterns/pool.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Finds the heavy aggregates among endpoints of one pair of prefixes: their places, protocols and ports, from the
/// most specific to the most general.
class ServiceSplit {
public:
    /// Both have to outlive the object.
    ServiceSplit(const Pool& pool, const Found& found);

    void run(const Members& members) const;

private:
    struct Level {
        PlaceScope scope = PlaceScope::Any;
        bool hasProtocol = false;
    };
    /// Place and protocol, each 0 where the level does not tell them apart.
    using Key = std::pair<std::uint32_t, std::uint8_t>;
    struct Part {
        Tally tally;
        Members members;
    };

    Key keyOf(const Level& level, std::uint32_t member) const;
    void splitAt(const Level& level, const Members& members) const;
    bool isTelling(const Level& level, const Part& part, const Members& members) const;
    Tally around(const Level& level, const Part& part, const Members& members) const;
    void splitByPorts(const Members& members) const;
    std::vector<PortRange> segmentsOf(const Members& members, std::uint16_t Endpoint::*port) const;

    const Pool& m_pool;
    const Found& m_found;
};

} // namespace vnscope::analyses::microscope::patterns
