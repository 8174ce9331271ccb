// SPDX-License-Identifier: Apache-2.0
#include "storage/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace vnscope::storage {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kNulPicture = "\xE2\x90\x80";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

std::uint8_t byteAt(std::string_view text, std::size_t index)
{
    return static_cast<std::uint8_t>(text[index]);
}

/// The range that the second byte must lie in so that the sequence is neither overlong, a surrogate nor above U+10FFFF.
bool isSecondByteInRange(std::uint8_t lead, std::uint8_t second)
{
    switch (lead) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
    }
}

/// Length of the valid character that begins at `index`; 0 when there is none.
std::size_t characterLength(std::string_view text, std::size_t index)
{
    const std::uint8_t lead = byteAt(text, index);
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                               : lead >= 0xE0 && lead <= 0xEF ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || index + length > text.size() || !isSecondByteInRange(lead, byteAt(text, index + 1)))
        return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byteAt(text, index + i) & 0xC0U) != 0x80U)
            return 0;
    }
    return length;
}

} // namespace

bool isStoredText(std::string_view text)
{
    if (text.size() > kMaxTextBytes)
        return false;
    const auto isPlain = [](char c) { return static_cast<signed char>(c) > 0; };
    if (std::all_of(text.begin(), text.end(), isPlain))
        return true;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = characterLength(text, i);
        if (length == 0 || text[i] == '\0')
            return false;
        i += length;
    }
    return true;
}

std::string toStoredText(std::string_view text)
{
    std::string out;
    out.reserve(std::min(text.size(), kMaxTextBytes));
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = characterLength(text, i);
        const std::string_view piece = length == 0       ? kReplacement
                                       : text[i] == '\0' ? kNulPicture
                                                         : text.substr(i, length);
        i += std::max<std::size_t>(length, 1);
        const std::size_t roomForRest = i < text.size() ? kEllipsis.size() : 0;
        if (out.size() + piece.size() + roomForRest > kMaxTextBytes)
            return out.append(kEllipsis);
        out.append(piece);
    }
    return out;
}

} // namespace vnscope::storage
