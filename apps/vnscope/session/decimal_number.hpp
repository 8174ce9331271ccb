// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vnscope::cli {

/// A number from 1 to 10^15, with a fraction if need be, and `k`, `M` or `G` (1000s) or nothing behind it: "100M",
/// "2.5G". Rounded to a whole one. Nothing: the text is no such number.
[[nodiscard]] std::optional<std::uint64_t> parseDecimal(std::string_view text);

} // namespace vnscope::cli
