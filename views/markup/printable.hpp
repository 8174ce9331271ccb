// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Untrusted text made harmless and measured, the same for every view.
namespace vnscope::views::markup {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 1;
};

/// The code point at `index` of valid UTF-8.
[[nodiscard]] CodePoint codePointAt(std::string_view text, std::size_t index);

/// Valid UTF-8 in which nothing acts: control characters become their pictures (U+2400…), and what turns the direction
/// of writing or is invisible becomes U+FFFD, as do bytes that are no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns that `text` (already printable) takes in a terminal: wide characters take two, combining marks none.
[[nodiscard]] std::size_t displayWidth(std::string_view text);

/// `text` (already printable) cut to at most `columns` (at least 1) with an ellipsis at its end.
[[nodiscard]] std::string clip(std::string_view text, std::size_t columns);

/// `text` (already printable) in lines of at most `columns`, broken at spaces; a longer word is broken anywhere.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

} // namespace vnscope::views::markup
