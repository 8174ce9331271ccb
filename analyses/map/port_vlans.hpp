// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "storage/base/ids.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::map {

enum class VlanMode : std::uint8_t {
    Access, ///< Frames of the VLAN are untagged on the wire.
    Trunk,  ///< They carry its tag.
};

/// Which VLANs a port carries, over time.
class PortVlans final {
public:
    struct Row {
        base::DeviceId port;
        std::uint16_t vlan = 0;
        VlanMode mode = VlanMode::Access;
        std::string_view method;
        base::Timestamp from;
        base::Timestamp lastSeen;
        base::Timestamp to; ///< End of the trace while open.
        bool isOpen = true;
    };

    /// The port carries it. An untagged VLAN replaces the port's former one, as there is only one on the way in.
    void seen(base::Timestamp at, base::DeviceId port, std::uint16_t vlan, VlanMode mode, std::string_view method);
    /// The port was seen not to carry its untagged VLAN any more.
    void left(base::Timestamp at, base::DeviceId port, std::uint16_t vlan);
    /// What a complete state dump of these ports, begun at `dump`, did not tell again is over.
    void closeUnseenSince(base::Timestamp dump, const std::vector<base::DeviceId>& ports);

    /// The open untagged VLAN of a port; 0: none known.
    [[nodiscard]] std::uint16_t accessVlan(base::DeviceId port) const;
    [[nodiscard]] std::vector<Row> finish(base::Timestamp end);

private:
    void close(std::size_t row, base::Timestamp at);

    using Key = std::tuple<base::DeviceId, std::uint16_t, VlanMode>;
    std::vector<Row> m_rows;
    std::map<Key, std::size_t> m_open;
    std::map<base::DeviceId, std::size_t> m_access;
};

} // namespace vnscope::analyses::map
