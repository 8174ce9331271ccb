// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/perfsight/evidence.hpp"
#include "storage/base/result.hpp"

namespace vnscope::analyses::perfsight {

/// `cpu_utilisation >= 0.9`
struct Condition {
    enum class Comparison { Less, LessOrEqual, Greater, GreaterOrEqual, Equal };

    std::string evidence;
    Comparison comparison = Comparison::Less;
    double bound = 0;

    /// Nothing when the evidence was not measured.
    [[nodiscard]] std::optional<bool> holds(const Evidence& measured) const;
    [[nodiscard]] std::string text() const;
};

/// Which losses a rule is about.
enum class LossScope { Any, Aggregated, Individual };

/// A row: loss at this place, under these conditions, means that this resource is short.
struct Rule {
    std::string resource;
    std::string dropPlace; ///< Element::kind.
    LossScope scope = LossScope::Any;
    std::vector<Condition> conditions; ///< All must hold.
};

/// Rows of a rule book, in order. The format is described in rules/table1.txt.
class RuleBook final {
public:
    /// Exactly the rows of the paper's Table 1.
    [[nodiscard]] static RuleBook table1();

    /// Those, and ours for places that a Linux host counts and the paper has not (rules/linux.txt).
    [[nodiscard]] static RuleBook standard();

    /// Adds the rows of `text` behind those that are there; nothing is added when a line has an error.
    [[nodiscard]] base::Result<void> extend(std::string_view text);

    [[nodiscard]] const std::vector<Rule>& rules() const { return m_rules; }

private:
    std::vector<Rule> m_rules;
};

} // namespace vnscope::analyses::perfsight
