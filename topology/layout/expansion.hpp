// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "topology/layout/graph.hpp"
#include "topology/layout/layout.hpp"
#include "topology/layout/leaf_blocks.hpp"

namespace vnscope::topology::layout {

/// A request turned into the plain graph that engines lay out, and the way back: an edge with labels becomes a chain of
/// links through a vertex per label, leaves become blocks, loops room beside their box.
class Expansion {
public:
    /// `request` leads down, and must outlive the expansion.
    explicit Expansion(const Request& request);

    [[nodiscard]] const Graph& graph() const { return m_graph; }
    [[nodiscard]] Placement compose(const Drawing& drawing) const;

private:
    enum class Part { FromLabel, Label, ToLabel };
    struct LabelVertex {
        Part part;
        std::size_t vertex;
    };
    /// The links of one edge, from the upper end to the lower one.
    struct Chain {
        bool isReversed = false; ///< The edge's `to` is the upper end.
        std::vector<std::size_t> links;
        std::vector<LabelVertex> labels;
    };
    struct BlockVertex {
        LeafBlock block;
        std::size_t vertex;
        std::size_t link;
    };
    struct LoopRoom {
        double width = 0; ///< Beside the box; kept free on its other side too, so that it stays in the middle.
        double height = 0;
        std::size_t loops = 0;
    };

    void addBoxes(const std::vector<bool>& isInBlock);
    void addBlocks(std::vector<LeafBlock> blocks);
    void addChain(std::size_t edge, const std::vector<std::size_t>& depths);
    std::size_t addLink(std::size_t from, std::size_t to, bool isTight);
    std::vector<LoopRoom> loopRooms() const;
    std::vector<std::size_t> depths() const;

    void composeChains(const Drawing& drawing, Placement& placement) const;
    void composeBlocks(const Drawing& drawing, Placement& placement) const;
    void joinThroughLoopRoom(Placement& placement) const;
    void composeLoops(Placement& placement) const;

    const Request& m_request;
    Graph m_graph;
    std::vector<std::size_t> m_vertexOfNode; ///< Of no meaning for nodes in blocks.
    std::vector<Chain> m_chains;             ///< One per edge; empty for loops and edges into blocks.
    std::vector<BlockVertex> m_blocks;
};

} // namespace vnscope::topology::layout
