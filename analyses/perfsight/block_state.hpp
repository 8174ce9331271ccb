// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "analyses/perfsight/middlebox_graph.hpp"

namespace vnscope::analyses::perfsight {

/// What a middlebox did with its time in a window.
enum class BlockState {
    Unknown,      ///< Time or bytes were not counted.
    Idle,         ///< Neither bytes nor time in calls: it was not asked for anything, or it stands still.
    Running,      ///< It works; neither side makes it wait.
    ReadBlocked,  ///< It waits for data.
    WriteBlocked, ///< It waits for a receiver.
};

[[nodiscard]] constexpr std::string_view toText(BlockState state)
{
    switch (state) {
    case BlockState::Unknown: return "unknown";
    case BlockState::Idle: return "idle";
    case BlockState::Running: return "running";
    case BlockState::ReadBlocked: return "read-blocked";
    case BlockState::WriteBlocked: return "write-blocked";
    }
    return "unknown";
}

/// A call that waits takes at least this many times what the capacity alone explains. On fast vNICs copying takes about
/// as long as sending would.
inline constexpr double kBlockedFactor = 1.2;
/// And it takes at least this share of the window.
inline constexpr double kBlockedShare = 0.1;

/// A state and the numbers it comes from.
struct NodeState {
    BlockState state = BlockState::Unknown;
    double readShare = 0;  ///< Time in reads over the window; above 1 when several threads wait.
    double writeShare = 0; ///< The same of writes.
    bool isCapacityKnown = false;
};

/// Which sides of a middlebox belong to the chain.
struct Sides {
    bool hasInput = true;
    bool hasOutput = true;
};

/// An end point's side without links is no side: a client's reads are answers.
[[nodiscard]] std::vector<Sides> sidesOf(const MiddleboxGraph& graph);

/// `time > bytes / capacity` of the paper, with the two guards above; ReadBlocked wins. Without a capacity the share
/// decides.
[[nodiscard]] NodeState stateOf(const ElementWindow& node, Sides sides);

/// Whether the sender waited on this link; nothing when it does not count links apart.
[[nodiscard]] std::optional<bool> isWriteBlocked(const Link& link, const ElementWindow& sender);

} // namespace vnscope::analyses::perfsight
