// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/console/display_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace vnscope::cli {
namespace {

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 1;
    bool isValid = false;
};

struct CodePointRange {
    char32_t first;
    char32_t last;
};

/// Unicode 15: East Asian Width W and F, merged where the gaps hold nothing printable, and the emoji planes.
constexpr std::array kWide{
    CodePointRange{0x1100, 0x115f},   CodePointRange{0x231a, 0x231b},   CodePointRange{0x23e9, 0x23ec},
    CodePointRange{0x25fd, 0x25fe},   CodePointRange{0x2614, 0x2615},   CodePointRange{0x2648, 0x2653},
    CodePointRange{0x26aa, 0x26ab},   CodePointRange{0x2705, 0x2705},   CodePointRange{0x274c, 0x274c},
    CodePointRange{0x2e80, 0x303e},   CodePointRange{0x3041, 0xa4cf},   CodePointRange{0xa960, 0xa97f},
    CodePointRange{0xac00, 0xd7a3},   CodePointRange{0xf900, 0xfaff},   CodePointRange{0xfe30, 0xfe6f},
    CodePointRange{0xff00, 0xff60},   CodePointRange{0xffe0, 0xffe6},   CodePointRange{0x16fe0, 0x18cff},
    CodePointRange{0x1b000, 0x1b2ff}, CodePointRange{0x1f300, 0x1f64f}, CodePointRange{0x1f680, 0x1f6ff},
    CodePointRange{0x1f900, 0x1f9ff}, CodePointRange{0x20000, 0x3fffd},
};

/// Combining marks that ordinary text uses.
constexpr std::array kCombining{
    CodePointRange{0x0300, 0x036f}, CodePointRange{0x0483, 0x0489}, CodePointRange{0x0591, 0x05bd},
    CodePointRange{0x0610, 0x061a}, CodePointRange{0x064b, 0x065f}, CodePointRange{0x093a, 0x093c},
    CodePointRange{0x0941, 0x0948}, CodePointRange{0x0e31, 0x0e31}, CodePointRange{0x0e34, 0x0e3a},
    CodePointRange{0x1ab0, 0x1aff}, CodePointRange{0x1dc0, 0x1dff}, CodePointRange{0x20d0, 0x20f0},
    CodePointRange{0x3099, 0x309a}, CodePointRange{0xfe00, 0xfe0f}, CodePointRange{0xfe20, 0xfe2f},
};

/// C1 controls, zero-width and bidirectional characters, separators that break lines, the byte-order mark, tags.
constexpr std::array kHidden{
    CodePointRange{0x007f, 0x009f}, CodePointRange{0x00ad, 0x00ad}, CodePointRange{0x061c, 0x061c},
    CodePointRange{0x115f, 0x1160}, CodePointRange{0x180e, 0x180e}, CodePointRange{0x200b, 0x200f},
    CodePointRange{0x2028, 0x202e}, CodePointRange{0x2060, 0x206f}, CodePointRange{0x3164, 0x3164},
    CodePointRange{0xfeff, 0xfeff}, CodePointRange{0xfff0, 0xfffb}, CodePointRange{0xe0000, 0xe0fff},
};

template <std::size_t N> bool contains(const std::array<CodePointRange, N>& ranges, char32_t value)
{
    const auto* range = std::lower_bound(ranges.begin(), ranges.end(), value,
                                         [](const CodePointRange& r, char32_t v) { return r.last < v; });
    return range != ranges.end() && range->first <= value;
}

std::uint8_t byteAt(std::string_view text, std::size_t i)
{
    return static_cast<std::uint8_t>(text[i]);
}

std::size_t sequenceLength(std::uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    if (lead >= 0xf0 && lead <= 0xf4)
        return 4;
    return 0;
}

/// The code point at the front of `text`; invalid ones take one byte, so that nothing after them is swallowed.
CodePoint decodeFront(std::string_view text)
{
    const std::uint8_t lead = byteAt(text, 0);
    const std::size_t length = sequenceLength(lead);
    if (length == 0 || length > text.size())
        return {lead, 1, false};
    if (length == 1)
        return {lead, 1, true};
    char32_t value = lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byteAt(text, i) & 0xc0U) != 0x80U)
            return {lead, 1, false};
        value = (value << 6U) | (byteAt(text, i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    const bool isSurrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < kSmallest[length] || value > 0x10ffff || isSurrogate)
        return {lead, 1, false};
    return {value, length, true};
}

std::string spelledOut(const CodePoint& point)
{
    if (!point.isValid)
        return fmt::format("\\x{:02x}", static_cast<std::uint32_t>(point.value));
    switch (point.value) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
    }
    const auto value = static_cast<std::uint32_t>(point.value);
    return value < 0x100
               ? fmt::format("\\x{:02x}", value)
               : fmt::format("\\u{}", value > 0xffff ? fmt::format("{{{:x}}}", value) : fmt::format("{:04x}", value));
}

bool mustBeSpelledOut(const CodePoint& point)
{
    return !point.isValid || point.value < 0x20 || contains(kHidden, point.value);
}

} // namespace

std::string escapeForTerminal(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = decodeFront(text);
        if (mustBeSpelledOut(point))
            out += spelledOut(point);
        else
            out += text.substr(0, point.bytes);
        text.remove_prefix(point.bytes);
    }
    return out;
}

std::size_t displayWidth(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        const CodePoint point = decodeFront(text);
        if (contains(kWide, point.value))
            width += 2;
        else if (!contains(kCombining, point.value))
            width += 1;
        text.remove_prefix(point.bytes);
    }
    return width;
}

} // namespace vnscope::cli
