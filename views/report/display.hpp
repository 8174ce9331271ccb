// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/time.hpp"
#include "storage/value.hpp"
#include "views/chart/format.hpp"

/// How values and untrusted text are shown, the same in HTML and in a terminal.
namespace vnscope::views::report {

/// What an absent value looks like.
inline constexpr std::string_view kNoValue = "–";

/// `value` for people. Time is shown relative to `origin`.
[[nodiscard]] std::string displayValue(const storage::Value& value, chart::Unit unit, base::Timestamp origin);

/// The exact value in words where displayValue() rounds ("4,391,234 bytes"); empty where it does not.
[[nodiscard]] std::string exactValue(const storage::Value& value, chart::Unit unit);

/// The value as JSON writes it: `4391234`, `0.5`, `null`, `"text"`.
[[nodiscard]] std::string machineValue(const storage::Value& value);

/// Valid UTF-8 in which nothing acts: control characters become their pictures (U+2400…), and what turns the direction
/// of writing or is invisible becomes U+FFFD, as do bytes that are no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns that `text` (already printable) takes in a terminal: wide characters take two, combining marks none.
[[nodiscard]] std::size_t displayWidth(std::string_view text);

/// `text` (already printable) cut to at most `columns` (at least 1) with an ellipsis at its end.
[[nodiscard]] std::string clip(std::string_view text, std::size_t columns);

/// `text` (already printable) in lines of at most `columns`, broken at spaces; a longer word is broken anywhere.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

} // namespace vnscope::views::report
