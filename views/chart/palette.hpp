// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vnscope::views::chart {

struct Rgb {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    bool operator==(const Rgb&) const = default;
};

/// "#0072b2"
[[nodiscard]] std::string hex(Rgb colour);

/// WCAG 2.1 contrast ratio of two colours, 1..21.
[[nodiscard]] double contrast(Rgb a, Rgb b);

enum class Marker { Circle, Square, TriangleUp, Diamond, TriangleDown, Cross, Plus, Star };

/// How one series looks: colour tells series apart at a glance, dash and marker tell them apart without colour.
struct SeriesStyle {
    Rgb light;             ///< On a light ground.
    Rgb dark;              ///< On a dark ground.
    std::string_view dash; ///< SVG stroke-dasharray in pixels; empty: solid.
    Marker marker = Marker::Circle;
};

inline constexpr std::size_t kSeriesStyles = 8;

/// Grounds that the palette is made for: contrast() of every series colour with its ground is at least 3.
inline constexpr Rgb kLightGround{0xff, 0xff, 0xff};
inline constexpr Rgb kDarkGround{0x16, 0x1b, 0x22};

/// Style number `index`; they repeat after kSeriesStyles. The hues follow Okabe and Ito, "Color Universal Design"
/// (2008), made darker or lighter where a ground asks for it.
[[nodiscard]] const SeriesStyle& seriesStyle(std::size_t index);

/// The palette as CSS custom properties, `--light-0` to `--dark-7`: a style sheet chooses between light and dark.
[[nodiscard]] std::string paletteProperties();

} // namespace vnscope::views::chart
