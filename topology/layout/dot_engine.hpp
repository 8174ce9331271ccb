// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "topology/layout/graph.hpp"

namespace vnscope::topology::layout {

/// Graphviz's "dot". Holds Graphviz for itself while it lives, as Graphviz is not reentrant.
class DotEngine {
public:
    DotEngine();
    ~DotEngine();
    DotEngine(const DotEngine&) = delete;
    DotEngine& operator=(const DotEngine&) = delete;

    /// Nothing when the graph is too large for it, or Graphviz is without its plugins or fails.
    [[nodiscard]] std::optional<Drawing> draw(const Graph& graph);

private:
    class Session;
    std::unique_ptr<Session> m_session;
};

} // namespace vnscope::topology::layout
