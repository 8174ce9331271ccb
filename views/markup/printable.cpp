// SPDX-License-Identifier: Apache-2.0
#include "views/markup/printable.hpp"

#include <algorithm>
#include <array>

#include "storage/utf8.hpp"

namespace vnscope::views::markup {
namespace {

struct CodeRange {
    std::uint32_t first;
    std::uint32_t last;
};

template <std::size_t N> bool isIn(const std::array<CodeRange, N>& ranges, std::uint32_t code)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [code](const CodeRange& range) { return range.first <= code && code <= range.last; });
}

/// C1 controls, soft hyphen, direction marks and overrides, line separators, zero-width and other invisible characters.
constexpr std::array<CodeRange, 9> kInvisible{{{0x7F, 0x9F},
                                               {0xAD, 0xAD},
                                               {0x61C, 0x61C},
                                               {0x200B, 0x200F},
                                               {0x2028, 0x202E},
                                               {0x2060, 0x206F},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFF9, 0xFFFB},
                                               {0xE0000, 0xE0FFF}}};

/// Combining marks and variation selectors that stand on the character before.
constexpr std::array<CodeRange, 6> kCombining{
    {{0x300, 0x36F}, {0x483, 0x489}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

/// East Asian wide and emoji blocks (Unicode's EastAsianWidth.txt, whole blocks).
constexpr std::array<CodeRange, 9> kWide{{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};

std::size_t columnsOf(std::uint32_t code)
{
    if (isIn(kCombining, code))
        return 0;
    return isIn(kWide, code) ? 2 : 1;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "…";

/// U+2400 + code, the picture of a control character below U+0020.
std::string controlPicture(std::uint32_t code)
{
    std::string picture = "\xE2\x90\x80";
    picture[2] = static_cast<char>(0x80U + code);
    return picture;
}

/// The bytes of `text` that fit in `columns`.
std::size_t bytesThatFit(std::string_view text, std::size_t columns)
{
    std::size_t used = 0;
    std::size_t index = 0;
    while (index < text.size()) {
        const CodePoint point = codePointAt(text, index);
        used += columnsOf(point.value);
        if (used > columns)
            break;
        index += point.bytes;
    }
    return index;
}

} // namespace

CodePoint codePointAt(std::string_view text, std::size_t index)
{
    const auto byte = [&](std::size_t offset) { return static_cast<std::uint8_t>(text[index + offset]); };
    const auto tail = [&](std::size_t offset) { return static_cast<std::uint32_t>(byte(offset) & 0x3FU); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80 || index + 1 >= text.size())
        return {lead, 1};
    if (lead < 0xE0)
        return {((lead & 0x1FU) << 6) | tail(1), 2};
    if (lead < 0xF0)
        return {((lead & 0x0FU) << 12) | (tail(1) << 6) | tail(2), 3};
    return {((lead & 0x07U) << 18) | (tail(1) << 12) | (tail(2) << 6) | tail(3), 4};
}

std::string printable(std::string_view text)
{
    const std::string valid = storage::toStoredText(text);
    std::string out;
    out.reserve(valid.size());
    for (std::size_t index = 0; index < valid.size();) {
        const CodePoint point = codePointAt(valid, index);
        if (point.value < 0x20)
            out += controlPicture(point.value);
        else if (isIn(kInvisible, point.value))
            out += kReplacement;
        else
            out.append(valid, index, point.bytes);
        index += point.bytes;
    }
    return out;
}

std::size_t displayWidth(std::string_view text)
{
    std::size_t columns = 0;
    for (std::size_t index = 0; index < text.size();) {
        const CodePoint point = codePointAt(text, index);
        columns += columnsOf(point.value);
        index += point.bytes;
    }
    return columns;
}

std::string clip(std::string_view text, std::size_t columns)
{
    const std::size_t whole = bytesThatFit(text, columns);
    if (whole == text.size())
        return std::string(text);
    return std::string(text.substr(0, bytesThatFit(text, columns - 1))).append(kEllipsis);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        std::size_t end = bytesThatFit(text, columns);
        if (end < text.size()) {
            const std::size_t space = text.substr(0, end + 1).rfind(' ');
            if (space != std::string_view::npos && space > 0)
                end = space;
        }
        // A single character wider than the line still has to go somewhere.
        end = std::max(end, codePointAt(text, 0).bytes);
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
        while (!text.empty() && text.front() == ' ')
            text.remove_prefix(1);
    }
    if (lines.empty())
        lines.emplace_back();
    return lines;
}

} // namespace vnscope::views::markup
