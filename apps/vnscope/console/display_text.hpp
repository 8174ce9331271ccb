// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vnscope::cli {

/// `text` as it may be shown on a terminal: whatever could move the cursor, change colours, reverse the reading
/// direction or hide itself (control characters, bidirectional marks, zero-width characters, invalid UTF-8) is spelled
/// out as `\n`, `\x1b`, `\u202e`. Texts come from traces and are not trusted.
[[nodiscard]] std::string escapeForTerminal(std::string_view text);

/// How many columns of a terminal `text` takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
/// Expects text that escapeForTerminal() gave.
[[nodiscard]] std::size_t displayWidth(std::string_view text);

} // namespace vnscope::cli
