// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::trackers {

/// All that is known of one free, ready to be judged.
struct FreeFacts {
    std::string_view function; ///< Symbol of the location; empty when no kallsyms was given.
    std::string_view reason;   ///< Name of the reason; empty when the number's meaning is not known.
    bool hasReason = false;    ///< The kernel gave a reason at all.
    bool isPacket = true;      ///< It was seen at a device, or carries an EtherType.
    bool isGroPart = false;    ///< It entered GRO and never came out: it became part of another skb.
    bool isIcmp = false;       ///< Its headers are ICMP or ICMPv6.
    bool isQueued = false;     ///< Between net_dev_queue and net_dev_xmit.
};

/// What a free means.
struct Verdict {
    bool isDrop = false;
    std::string_view what;  ///< "drop", or why it is none: delivered, not_a_packet, copy, other_host, ...
    std::string_view place; ///< What refused it (see packet_drop.place); empty when not a drop.
    bool isCertain = false; ///< A symbol or a reason says so.
};

/// Judges one skb_kfree. kfree_skb is called for much that is not a loss; the rules, with their sources in the kernel,
/// are the tables of verdict.cpp, explained in drops/README.md.
[[nodiscard]] Verdict judge(const FreeFacts& facts);

} // namespace vnscope::analyses::trackers
