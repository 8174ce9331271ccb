// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/decimal_number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace vnscope::cli {

std::optional<std::uint64_t> parseDecimal(std::string_view text)
{
    constexpr std::string_view kUnits = "kMG";
    constexpr std::array kFactors{1e3, 1e6, 1e9};
    constexpr double kMost = 1e15; // Beyond any link and any trace; far below what 64 bits hold.
    const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
    const bool hasUnit = unit != std::string_view::npos;
    const std::string_view digits = text.substr(0, text.size() - (hasUnit ? 1 : 0));
    double number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    const double scaled = number * (hasUnit ? kFactors[unit] : 1.0);
    if (error != std::errc{} || end != digits.data() + digits.size() || !(scaled >= 1 && scaled <= kMost))
        return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(scaled));
}

} // namespace vnscope::cli
