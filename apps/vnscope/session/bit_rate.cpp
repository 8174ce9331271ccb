// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/bit_rate.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace vnscope::cli {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<std::uint64_t> parseBitRate(std::string_view text)
{
    constexpr std::string_view kUnits = "kMG";
    constexpr std::array kFactors{1e3, 1e6, 1e9};
    constexpr double kMost = 1e15; // Beyond any link; far below what counters of 64 bits hold.
    const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
    const bool hasUnit = unit != std::string_view::npos;
    const std::string_view digits = text.substr(0, text.size() - (hasUnit ? 1 : 0));
    double number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    const double bps = number * (hasUnit ? kFactors[unit] : 1.0);
    if (error != std::errc{} || end != digits.data() + digits.size() || !(bps >= 1 && bps <= kMost))
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" is no rate: bits per second, as 100M or 2.5G", std::string(text)));
    return static_cast<std::uint64_t>(std::llround(bps));
}

Result<StatedCapacity> parseCapacity(std::string_view text)
{
    const std::size_t separator = text.rfind('=');
    if (separator == std::string_view::npos || separator == 0)
        return fail(ErrorCode::Usage, fmt::format("\"{}\" is no capacity: an element's name, = and a rate, as "
                                                  "haproxy=100M",
                                                  std::string(text)));
    const Result<std::uint64_t> bps = parseBitRate(text.substr(separator + 1));
    if (!bps)
        return tl::unexpected(bps.error());
    return StatedCapacity{std::string(text.substr(0, separator)), *bps};
}

} // namespace vnscope::cli
