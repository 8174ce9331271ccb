// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/base/result.hpp"

namespace vnscope::cli::threshold {

/// `rx_bps(eth0)`: a metric's name and what it is asked of.
struct MetricCall {
    std::string name;
    std::string argument; ///< Empty: none was given.

    /// As a user would write it.
    [[nodiscard]] std::string text() const;
    bool operator==(const MetricCall&) const = default;
};

using Operand = std::variant<double, MetricCall>;

enum class Relation { Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual };

struct Comparison {
    Operand left;
    Relation relation = Relation::Equal;
    Operand right;
    std::string text; ///< As the user wrote it.
};

/// What `--fail-if` was given, understood. A tree of values.
struct Expression {
    enum class Kind { Compare, And, Or, Not };

    Kind kind = Kind::Compare;
    Comparison comparison;            ///< Kind::Compare only.
    std::vector<Expression> children; ///< And, Or: two or more. Not: one.
    std::string text;                 ///< The whole source; of the root only.
};

inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr std::size_t kMaxNesting = 64;

/// Grammar, weakest binding first (keywords in any case; `||`, `&&` and `!` mean the same):
///
///     either     := both ("or" both)*
///     both       := inverse ("and" inverse)*
///     inverse    := "not" inverse | "(" either ")" | comparison
///     comparison := operand ("<" | "<=" | ">" | ">=" | "==" | "=" | "!=" | "<>") operand
///     operand    := number | name [ "(" argument ")" ]
///     number     := 12, 1.5, 1e9, with k M G T (thousands), Ki Mi Gi Ti (1024s) or % behind it
///
/// An argument is any text up to the closing parenthesis, or is put into double quotes. Metric names are not checked
/// here. Bounded by kMaxExpressionBytes and kMaxNesting. Errors have code Usage and say where.
[[nodiscard]] base::Result<Expression> parse(std::string_view source);

/// Every metric that the expression asks for, in order, repeated when asked repeatedly.
[[nodiscard]] std::vector<MetricCall> metricsIn(const Expression& expression);

} // namespace vnscope::cli::threshold
