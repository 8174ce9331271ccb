// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/base/time.hpp"
#include "topology/mac_address.hpp"
#include "topology/node.hpp"

namespace vnscope::topology {

/// Who put an entry into a forwarding database.
enum class FdbOrigin : std::uint8_t {
    Learned,   ///< The bridge, from a frame's source address (br_fdb_update).
    Statedump, ///< Was there when the state dump was taken.
    Static,    ///< Someone by hand (br_fdb_add).
    External,  ///< A driver or control plane (br_fdb_external_learn_add).
    Local,     ///< The bridge itself: own addresses of it and of its ports.
};

/// `learned`, `statedump`, `static`, `external`, `local`: the spelling in the store.
[[nodiscard]] std::string_view toText(FdbOrigin origin);
[[nodiscard]] std::optional<FdbOrigin> parseFdbOrigin(std::string_view text);

/// How an entry ended.
enum class FdbEnd : std::uint8_t {
    Open,    ///< Still there at the end of the trace.
    Moved,   ///< The bridge saw the address on another port.
    Aged,    ///< Nothing was heard for the bridge's ageing time.
    Deleted, ///< By hand, or with its port.
};

/// `open`, `moved`, `aged`, `deleted`: the spelling in the store.
[[nodiscard]] std::string_view toText(FdbEnd end);
[[nodiscard]] std::optional<FdbEnd> parseFdbEnd(std::string_view text);

/// An address known on a bridge's port for a while (`fdb_entry`).
struct FdbInterval {
    NodeId bridge;
    NodeId port; ///< None: the bridge itself.
    MacAddress mac;
    int vlan = 0; ///< As the bridge keeps it: 0 on a bridge without VLAN filtering.
    base::TimeRange valid;
    FdbOrigin origin = FdbOrigin::Learned;
    FdbEnd end = FdbEnd::Open;
    /// From here on events were lost that may have changed or ended it; nothing when none were.
    std::optional<base::Timestamp> doubtfulFrom;

    bool operator==(const FdbInterval&) const = default;
};

} // namespace vnscope::topology
