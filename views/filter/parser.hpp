// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "storage/base/time.hpp"
#include "storage/store.hpp"

/// The language of filter lines, close to Wireshark's:
///
///   protocol == tcp && bytes > 1e6 && addr_a ~ "10.0."
///
///   filter      conditions joined by && (and); nothing at all: every row
///   condition   column == != < <= > >= value    eq ne lt le gt ge mean the same
///               column ~ text, column !~ text   contains (not), letters of either case alike
///               column, !column                 there is a value, there is none
///   value       1500, -3, 1e6, 0x10, 10k 10M 10G 10T (decimal), 5us 10ms 2s 3min (in ns),
///               +10.5s (a moment, since the begin of the session), word, "text", 'text' (a backslash before a quote)
///
/// A condition on a column without a value does not hold, except for !column.
namespace vnscope::views::filter {

/// What filters of one table may name.
struct Language {
    std::vector<std::string> columns{};
    base::Timestamp origin{}; ///< The moment +0s.
};

/// Why a text is no filter, and which bytes of it. Where something is missing, `begin` is `end`.
struct Problem {
    enum class Kind : std::uint8_t {
        Brackets, ///< Conditions are joined by && only.
        NoColumn, ///< A column's name is missing.
        UnknownColumn,
        NotCompared, ///< `!` stands before a column alone.
        OpenQuote,
        NoValue,
        NoNumber,     ///< The column has numbers, and this is none.
        Alternatives, ///< All conditions must hold.
        NotJoined,    ///< && is missing.
    };
    Kind kind = Kind::NotJoined;
    std::string column{}; ///< That UnknownColumn, NoValue and NoNumber are about.
    std::size_t begin = 0;
    std::size_t end = 0;
};

using Conditions = std::vector<storage::Select::Condition>;

[[nodiscard]] tl::expected<Conditions, Problem> parse(std::string_view text, const Language& language);

} // namespace vnscope::views::filter
