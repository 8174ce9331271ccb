// SPDX-License-Identifier: Apache-2.0
#include "views/chart/palette.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vnscope::views::chart {
namespace {

constexpr std::array<SeriesStyle, kSeriesStyles> kStyles{{
    {{0x00, 0x69, 0xb0}, {0x58, 0xa9, 0xe8}, "", Marker::Circle},
    {{0xc2, 0x51, 0x00}, {0xf0, 0x8a, 0x3c}, "5 3", Marker::Square},
    {{0x00, 0x7d, 0x5c}, {0x2f, 0xbf, 0x95}, "2 2", Marker::TriangleUp},
    {{0xa9, 0x4c, 0x84}, {0xdb, 0x8c, 0xba}, "8 3 2 3", Marker::Diamond},
    {{0x8a, 0x6a, 0x00}, {0xe3, 0xb5, 0x2b}, "10 4", Marker::TriangleDown},
    {{0x1f, 0x84, 0xa8}, {0x7c, 0xcd, 0xf0}, "1 3", Marker::Cross},
    {{0x5b, 0x45, 0xa8}, {0xab, 0x9a, 0xf0}, "6 2 1 2 1 2", Marker::Plus},
    {{0x55, 0x5f, 0x6b}, {0xb4, 0xbe, 0xca}, "3 6", Marker::Star},
}};

double linear(std::uint8_t channel)
{
    const double value = channel / 255.0;
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Rgb colour)
{
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

} // namespace

std::string hex(Rgb colour)
{
    return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

double contrast(Rgb a, Rgb b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

const SeriesStyle& seriesStyle(std::size_t index)
{
    return kStyles[index % kStyles.size()];
}

std::string paletteProperties()
{
    std::string properties;
    for (std::size_t index = 0; index < kSeriesStyles; ++index) {
        const SeriesStyle& style = seriesStyle(index);
        properties += fmt::format("--light-{0}:{1};--dark-{0}:{2};", index, hex(style.light), hex(style.dark));
    }
    return properties;
}

} // namespace vnscope::views::chart
