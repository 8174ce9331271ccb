// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/bit_rate.hpp"

#include <fmt/format.h>

#include "apps/vnscope/session/decimal_number.hpp"

namespace vnscope::cli {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<std::uint64_t> parseBitRate(std::string_view text)
{
    if (const auto bps = parseDecimal(text))
        return *bps;
    return fail(ErrorCode::Usage, fmt::format("\"{}\" is no rate: bits per second, as 100M or 2.5G", text));
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
