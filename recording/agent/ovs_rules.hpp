// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::recording::agent {

/// A rule of a bridge of Open vSwitch, as `ovs-appctl bridge/dump-flows BRIDGE` prints it: flow_stats_ds() of
/// ofproto/ofproto.c.
struct OvsRule {
    std::string_view table = "0"; ///< In the text, as the others.
    std::string_view match;       ///< With its priority: "priority=10,in_port=1".
    std::string_view actions;
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
};

/// Replaces what is in `rules`; at most `most` are taken. True: the text has no more.
[[nodiscard]] bool parseOvsRules(std::string_view text, std::size_t most, std::vector<OvsRule>& rules);

} // namespace vnscope::recording::agent
