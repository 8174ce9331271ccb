// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/base/time.hpp"
#include "topology/node.hpp"

namespace vnscope::topology {

enum class ChangeKind {
    Appeared, ///< A device, port, cable or station that was not there at the begin.
    Vanished, ///< It was removed.
    Moved,    ///< A station is behind another port: `from` to `to`.
    Flapping, ///< A station seems to be behind `from` and `to` at once: duplicate address, or a loop.
    Aged,     ///< No bridge knows the station any more because nothing was heard of it.
};

/// `appeared`, `vanished`, `moved`, `flapping`, `aged`: the spelling in the store.
[[nodiscard]] std::string_view toText(ChangeKind kind);
[[nodiscard]] std::optional<ChangeKind> parseChangeKind(std::string_view text);

/// One observed change (`topology_change`).
struct Change {
    base::Timestamp at; ///< For Moved: the first sighting at the new place.
    ChangeKind kind = ChangeKind::Appeared;
    NodeId subject;     ///< The station or device.
    NodeId from;        ///< The old port or bridge; none when there is none.
    NodeId to;          ///< The new port or bridge; none when there is none.
    std::string detail; ///< One line for people.

    bool operator==(const Change&) const = default;
};

} // namespace vnscope::topology
