// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"

/// PerfSight's elements and what goes from one to the next, as the analysis `perfsight` left them in the store. Strings
/// are as the trace gave them.
namespace vnscope::views::pipeline {

using ElementId = std::int64_t;

/// A row of table `element`.
struct Element {
    std::string host;
    std::string name;
    std::string kind;
    std::string layer;
    std::string vm; ///< Empty: shared by all of the host.
    std::optional<std::int64_t> capacityBps;
    std::optional<ElementId> parent;
};

/// Packets or bytes go from one element to another.
struct Link {
    ElementId from = 0;
    ElementId to = 0;
    std::string coupling;
    bool isChain = false; ///< Seen between middleboxes; else their author said so.
    bool isBothWays = false;
};

/// What is the same whatever time is looked at.
struct Pipeline {
    std::map<ElementId, Element> elements;
    std::vector<Link> links; ///< One per pair, between elements that are there.

    [[nodiscard]] bool hasSeveralHosts() const;
};

/// No elements and no error where the store has no such tables.
[[nodiscard]] base::Result<Pipeline> readPipeline(const storage::Store& store);

/// The rows asked for; none and no error where the store has no such table.
[[nodiscard]] base::Result<storage::Table> rowsOf(const storage::Store& store, const storage::Select& select);

} // namespace vnscope::views::pipeline
