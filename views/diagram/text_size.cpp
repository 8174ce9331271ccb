// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/text_size.hpp"

#include <algorithm>
#include <array>

#include "views/markup/printable.hpp"

namespace vnscope::views::diagram {
namespace {

/// Advance widths of U+0020 to U+007E in DejaVu Sans 2.37, in thousandths of the font size (table `hmtx`).
constexpr std::array<int, 95> kAdvance{318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
                                       636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
                                       1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
                                       603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
                                       500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
                                       635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};

constexpr int kWide = 1000;

int advance(std::uint32_t code)
{
    return code >= 0x20 && code < 0x20 + kAdvance.size() ? kAdvance[code - 0x20] : kWide;
}

/// The bytes of `text` that fit in `width` thousandths.
std::size_t bytesThatFit(std::string_view text, double width)
{
    double used = 0;
    std::size_t index = 0;
    while (index < text.size()) {
        const markup::CodePoint point = markup::codePointAt(text, index);
        used += advance(point.value);
        if (used > width)
            break;
        index += point.bytes;
    }
    return index;
}

} // namespace

double textWidth(std::string_view text, double fontSize)
{
    double width = 0;
    for (std::size_t index = 0; index < text.size();) {
        const markup::CodePoint point = markup::codePointAt(text, index);
        width += advance(point.value);
        index += point.bytes;
    }
    return width * fontSize / 1000;
}

bool isWidthGuessed(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) >= 0x7F; });
}

std::string elide(std::string_view text, double width, double fontSize)
{
    const double room = width * 1000 / fontSize;
    if (bytesThatFit(text, room) == text.size())
        return std::string(text);
    return std::string(text.substr(0, bytesThatFit(text, std::max(room - kWide, 0.0)))).append("…");
}

} // namespace vnscope::views::diagram
