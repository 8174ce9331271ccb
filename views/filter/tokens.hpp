// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::views::filter {

/// A piece of a filter as it is written.
struct Token {
    enum class Kind {
        Word,       ///< A column, a number, an address or any other text without blanks and quotes.
        Text,       ///< In quotes.
        OpenText,   ///< The same, and the quote at its end is missing.
        Comparison, ///< One of comparisons(), or a word that means one.
        And,
        Or,
        Not,
        Other, ///< Nothing that filters know.
        End,
    };
    Kind kind = Kind::End;
    std::string text{};    ///< Of a comparison: as comparisons() has it. Of a text: without quotes.
    std::size_t begin = 0; ///< Bytes from the begin of the filter.
    std::size_t end = 0;
};

/// `==`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `!~`.
[[nodiscard]] const std::vector<std::string>& comparisons();

/// `text` taken apart; the last token is an End. Any bytes are fine.
[[nodiscard]] std::vector<Token> tokensOf(std::string_view text);

} // namespace vnscope::views::filter
