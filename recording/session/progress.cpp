// SPDX-License-Identifier: Apache-2.0
#include "recording/session/progress.hpp"

#include <array>

#include <fmt/format.h>

namespace vnscope::recording::session {
namespace {

/// 1234567 -> "1.2M"; decimal prefixes.
std::string scaled(double number)
{
    constexpr std::array<const char*, 5> kPrefixes{"", "k", "M", "G", "T"};
    std::size_t prefix = 0;
    while (number >= 999.5 && prefix + 1 < kPrefixes.size()) {
        number /= 1000;
        ++prefix;
    }
    return fmt::format("{:.{}f}{}", number, prefix == 0 || number >= 99.5 ? 0 : 1, kPrefixes[prefix]);
}

std::string scaled(std::uint64_t number)
{
    return scaled(static_cast<double>(number));
}

} // namespace

std::string progressText(const Progress& progress)
{
    const std::int64_t seconds = progress.elapsed / base::kNsPerSecond;
    return fmt::format("{}:{:02}  {} events  {}/s  {} lost  {}B  {}B/s", seconds / 60, seconds % 60,
                       scaled(progress.events), scaled(progress.eventsPerSecond), progress.lost,
                       scaled(progress.diskBytes), scaled(progress.bytesPerSecond));
}

} // namespace vnscope::recording::session
