// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "analyses/microscope/flow_table.hpp"
#include "analyses/microscope/history.hpp"
#include "analyses/microscope/queue_log.hpp"

namespace vnscope::analyses::microscope {

/// A packet and its flow are told apart, in either order: here each waits for the other, at one element. What is told
/// first goes first. Ids count by the bits of a mask; the rest is only kept.
class UntoldFlows final {
public:
    struct Announced {
        std::uint64_t packet = kUnnamed;
        FlowId flow;
    };

    /// The packet of this journey was written, and its flow is not known.
    void addPacket(std::uint64_t packet, std::uint32_t journey);
    /// The journey that a flow is of; it waits no longer.
    [[nodiscard]] std::optional<std::uint32_t> takePacket(std::uint64_t packet, std::uint64_t mask);
    /// The flow was told before its packet was seen.
    void announce(std::uint64_t packet, FlowId flow);
    [[nodiscard]] std::optional<Announced> takeAnnounced(std::uint64_t packet, std::uint64_t mask);

private:
    struct Written {
        std::uint64_t packet = kUnnamed;
        std::uint32_t journey = kNoJourney;
    };

    History<Written> m_written;
    History<Announced> m_announced;
};

} // namespace vnscope::analyses::microscope
