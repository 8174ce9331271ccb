// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/flow.hpp"
#include "storage/base/ids.hpp"

namespace vnscope::analyses::microscope {

using FlowId = base::Id<struct NfFlowTag>;

struct FlowHash {
    std::size_t operator()(const Flow& flow) const;
};

/// Flows of a session, each once, and how many packets each has sent.
class FlowTable final {
public:
    /// Memory is bounded by this: packets of further flows count as of no known flow.
    static constexpr std::size_t kMost = 1 << 21;

    /// Counts a packet of the flow.
    [[nodiscard]] FlowId count(const Flow& flow);
    [[nodiscard]] const Flow& operator[](FlowId id) const { return m_flows[id.value].flow; }
    /// The flow's part of all packets so far; 0 for one that is not known.
    [[nodiscard]] double share(FlowId id) const;
    [[nodiscard]] std::size_t size() const { return m_flows.size(); }
    [[nodiscard]] std::uint64_t refused() const { return m_refused; } ///< Packets of flows beyond kMost.

private:
    struct Counted {
        Flow flow;
        std::uint64_t packets = 0;
    };

    std::vector<Counted> m_flows;
    std::unordered_map<Flow, FlowId, FlowHash> m_ids;
    std::uint64_t m_packets = 0;
    std::uint64_t m_refused = 0;
};

} // namespace vnscope::analyses::microscope
