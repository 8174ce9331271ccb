// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "simulator/scenario.hpp"

namespace vnscope::simulator {

/// A scenario made ready to run: flows, who writes to which queue, and which way each flow goes. Elements are nodes
/// 0, 1, …; sources come after them.
class Network final {
public:
    struct Link {
        std::uint32_t from = 0;   ///< Node.
        std::uint32_t to = kNone; ///< Element; kNone: out of the network.
    };

    /// `scenario` must have passed check().
    explicit Network(const Scenario& scenario);

    [[nodiscard]] std::span<const std::uint32_t> order() const { return m_order; }
    [[nodiscard]] std::span<const Link> links() const { return m_links; }
    [[nodiscard]] std::size_t elementCount() const { return m_elements; }
    [[nodiscard]] std::size_t nodeCount() const { return m_nodes.size(); }
    [[nodiscard]] std::uint32_t sourceNode(std::uint32_t source) const { return toIndex(m_elements) + source; }

    [[nodiscard]] const FiveTuple& flow(std::uint32_t index) const { return m_flows[index]; }
    [[nodiscard]] std::uint32_t firstFlowOf(std::uint32_t source) const { return m_firstFlows[source]; }
    /// The index of a flow that injections send.
    [[nodiscard]] std::uint32_t addFlow(const FiveTuple& flow);

    /// The link by which a node sends a flow on.
    [[nodiscard]] std::uint32_t linkOf(std::uint32_t node, std::uint32_t flow) const;
    /// The elements that a flow of a source goes through.
    [[nodiscard]] std::vector<std::uint32_t> pathOf(std::uint32_t source, std::uint32_t flow) const;

private:
    struct Pin {
        Route route;
        std::uint32_t link = 0;
    };
    struct Node {
        std::vector<std::uint32_t> next;    ///< Links.
        std::vector<std::uint32_t> matched; ///< Links.
        double matchedShare = 0;
        std::uint64_t routeSalt = 0;
        std::uint64_t matchSalt = 0;
        std::vector<Pin> pins;
    };

    static std::uint32_t toIndex(std::size_t size) { return static_cast<std::uint32_t>(size); }
    void addNode(std::uint32_t node, const std::vector<std::uint32_t>& next, const std::vector<std::uint32_t>& matched);
    [[nodiscard]] std::uint32_t addLink(std::uint32_t from, std::uint32_t to);
    void addFlowsOf(const Source& source, std::uint64_t stream);

    std::uint64_t m_seed;
    std::size_t m_elements;
    std::vector<std::uint32_t> m_order;
    std::vector<Node> m_nodes;
    std::vector<Link> m_links;
    std::vector<FiveTuple> m_flows;
    std::vector<std::uint64_t> m_flowHashes;
    std::vector<std::uint32_t> m_firstFlows; ///< By source.
    std::map<FiveTuple, std::uint32_t> m_injected;
};

} // namespace vnscope::simulator
