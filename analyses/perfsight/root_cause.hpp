// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/perfsight/block_state.hpp"
#include "analyses/perfsight/confidence.hpp"
#include "analyses/perfsight/middlebox_graph.hpp"

namespace vnscope::analyses::perfsight {

enum class LoadLabel {
    Overloaded,  ///< Others wait to hand it data.
    Underloaded, ///< Others wait for its data.
    Cycle,       ///< All wait for each other; this circle waits the most.
};

[[nodiscard]] constexpr std::string_view toText(LoadLabel label)
{
    switch (label) {
    case LoadLabel::Overloaded: return "overloaded";
    case LoadLabel::Underloaded: return "underloaded";
    case LoadLabel::Cycle: return "cycle";
    }
    return "cycle";
}

struct RootCause {
    NodeIndex node = 0;
    LoadLabel label = LoadLabel::Overloaded;
    std::vector<NodeIndex> waiting; ///< Neighbours that wait for it.
    Confidence confidence = Confidence::Possible;
};

/// Why a middlebox is no root cause.
struct Removal {
    NodeIndex node = 0;
    NodeIndex because = 0; ///< The nearest blocked one; itself if it is blocked.
};

/// Blocked, but what it waits for is not in the graph.
struct Beyond {
    NodeIndex node = 0;
    bool isUpstream = false;
};

/// What Algorithm 2 says of one window.
struct Diagnosis {
    std::vector<NodeState> states; ///< By node.
    std::vector<RootCause> rootCauses;
    std::vector<Removal> removals;
    std::vector<NodeIndex> cleared; ///< Neither blocked nor waited for.
    std::vector<Beyond> beyond;
};

/// Algorithm 2: who is slow, and not only waiting for somebody who is.
///
/// A ReadBlocked middlebox takes itself and all behind it off the list, a WriteBlocked one itself and all before it;
/// each along its chain, so that a middlebox that stays on one chain stays. See README.md for where this differs from
/// the paper. Time and memory are linear in nodes and links.
[[nodiscard]] Diagnosis findRootCauses(const MiddleboxGraph& graph);

/// The reasoning in words, one line each.
[[nodiscard]] std::vector<std::string> explain(const MiddleboxGraph& graph, const Diagnosis& diagnosis);

} // namespace vnscope::analyses::perfsight
