// SPDX-License-Identifier: Apache-2.0
#include "recording/session/size_text.hpp"

#include <charconv>
#include <limits>
#include <string>

#include <fmt/format.h>

namespace vnscope::recording::session {

base::Result<std::uint64_t> parseSize(std::string_view text)
{
    constexpr std::string_view kUnits = "KMG";
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const std::size_t place = unit.size() == 1 ? kUnits.find(unit.front()) : std::string_view::npos;
    const std::size_t shift = 10 * (place + 1);
    if (error != std::errc{} || number == 0 || place == std::string_view::npos ||
        number > std::numeric_limits<std::uint64_t>::max() >> shift)
        return base::fail(base::ErrorCode::Usage,
                          fmt::format("\"{}\" is no size: a number and K, M or G", std::string(text)));
    return number << shift;
}

} // namespace vnscope::recording::session
