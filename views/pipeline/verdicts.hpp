// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/time.hpp"
#include "views/pipeline/pipeline.hpp"

/// Who is to blame, and by which rule.
namespace vnscope::views::pipeline {

/// A row of table root_cause: others of its chain waited for it (Algorithm 2).
struct Cause {
    ElementId element = 0;
    std::string label; ///< overloaded underloaded cycle
    base::TimeRange when;
    std::int64_t windows = 0;
    std::string confidence;
    std::string waiting;            ///< Names of those that wait for it.
    std::vector<std::string> steps; ///< Of Algorithm 2, in its order.
};

/// The row of the rule book that fired (analyses/perfsight/rules).
struct FiredRule {
    std::size_t number = 0; ///< From 1, in the book.
    bool isOfPaper = false; ///< Of PerfSight's Table 1; else one of ours for Linux.
    std::string scope;      ///< any aggregated individual: which losses it is about.
    bool hasConditions = false;
};

/// What a rule asks, and what was measured.
struct Check {
    std::string demand;   ///< "cpu_utilisation >= 0.9"
    std::string measured; ///< "0.97": it held. Empty: nobody could measure it.
};

/// A row of table resource_shortage (Algorithm 1).
struct Shortage {
    std::string host;
    std::string resource;
    std::string scope;     ///< contention bottleneck
    std::string dropPlace; ///< Kind of the elements that lost packets.
    ElementId element = 0; ///< That lost most.
    std::string vm;
    base::TimeRange when;
    std::int64_t windows = 0;
    std::int64_t lostPackets = 0;
    std::string confidence;
    std::optional<FiredRule> rule;   ///< None: a full link, or a rule that this version does not know.
    std::vector<Check> checks;       ///< The rule's conditions.
    std::vector<std::string> others; ///< What else was measured: "lost_packets = 120".

    /// A device that carried all it can (analyses/perfsight/full_link.hpp), not a row of the rule book.
    [[nodiscard]] bool isFullLink() const { return !rule && lostPackets == 0; }
};

struct Verdicts {
    std::vector<Cause> causes;
    std::vector<Shortage> shortages;

    [[nodiscard]] std::vector<Cause> causesOf(ElementId element) const;
    /// Those of which it lost most, and those of its kind, host and VM.
    [[nodiscard]] std::vector<Shortage> shortagesOf(ElementId id, const Element& element) const;
};

/// Those that touch `range`.
[[nodiscard]] base::Result<Verdicts> readVerdicts(const storage::Store& store, const base::TimeRange& range);

} // namespace vnscope::views::pipeline
