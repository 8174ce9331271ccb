// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the views of a store can be narrowed to, and which rows of its tables that leaves.
namespace vnscope::views::scope {

/// One thing of a store that somebody points at.
struct Subject {
    enum class Kind {
        Device,   ///< Row of `device`.
        Stream,   ///< Row of `stream`.
        Vlan,     ///< Its number.
        Function, ///< Network function: row of `nf_element`.
        Element,  ///< PerfSight's: row of `element`.
        Pattern,  ///< Rank in `causal_pattern`.
    };

    Kind kind = Kind::Device;
    std::int64_t id = 0;
    std::string label{}; ///< Its name, for people, as the trace gave it.

    /// The same thing, whatever it is called.
    bool operator==(const Subject& other) const { return kind == other.kind && id == other.id; }
};

/// Stable names of kinds: "device", "stream", "vlan", "function", "element", "pattern".
[[nodiscard]] std::string_view nameOf(Subject::Kind kind);
/// Nothing: there is no such kind.
[[nodiscard]] std::optional<Subject::Kind> kindOf(std::string_view name);

} // namespace vnscope::views::scope
