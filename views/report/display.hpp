// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "storage/base/time.hpp"
#include "storage/value.hpp"
#include "views/chart/format.hpp"
#include "views/markup/printable.hpp"

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

using markup::clip;
using markup::displayWidth;
using markup::printable;
using markup::wrap;

} // namespace vnscope::views::report
