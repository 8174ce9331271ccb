// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/perfsight/evidence.hpp"
#include "analyses/perfsight/sample.hpp"

namespace vnscope::analyses::perfsight {

/// How two middleboxes hand data over; the words of `vnscope_element:neighbour`.
enum class Coupling {
    Tcp,    ///< A receiver that does not keep up makes the sender wait, a slow sender makes the receiver wait.
    Packet, ///< What does not fit is dropped: nobody waits.
    Call,   ///< The sender waits for the answer of each request. Its whole wait counts as time spent in writing.
};

[[nodiscard]] constexpr std::string_view toText(Coupling coupling)
{
    switch (coupling) {
    case Coupling::Tcp: return "tcp";
    case Coupling::Packet: return "packet";
    case Coupling::Call: return "call";
    }
    return "tcp";
}

/// `tcp` for what is no coupling's name.
[[nodiscard]] constexpr Coupling couplingOf(std::string_view name)
{
    if (name == toText(Coupling::Packet))
        return Coupling::Packet;
    return name == toText(Coupling::Call) ? Coupling::Call : Coupling::Tcp;
}

/// Index into MiddleboxGraph::nodes.
using NodeIndex = std::size_t;

struct Link {
    NodeIndex from = 0;
    NodeIndex to = 0; ///< Bytes go from `from` to `to`.
    Coupling coupling = Coupling::Tcp;
    Counters::Counter outBytes; ///< What `from` wrote on this link in its window, when it counts links apart.
    Counters::Counter outTimeNs;

    [[nodiscard]] bool propagates() const { return coupling != Coupling::Packet; }
};

/// Middleboxes of one tenant, their end points and side servers, with what they counted in one window.
struct MiddleboxGraph {
    std::vector<ElementWindow> nodes;
    std::vector<Link> links;
};

} // namespace vnscope::analyses::perfsight
