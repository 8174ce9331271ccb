// SPDX-License-Identifier: Apache-2.0
#include "topology/mac_address.hpp"

#include <charconv>

namespace vnscope::topology {

namespace {

constexpr std::size_t kTextLength = 17;

} // namespace

MacAddress MacAddress::fromBytes(const std::array<std::uint8_t, 6>& bytes)
{
    MacAddress mac;
    for (const std::uint8_t byte : bytes)
        mac.bits = (mac.bits << 8U) | byte;
    return mac;
}

std::optional<MacAddress> MacAddress::parse(std::string_view text)
{
    if (text.size() != kTextLength)
        return std::nullopt;
    MacAddress mac;
    for (std::size_t at = 0; at < kTextLength; at += 3) {
        if (at > 0 && text[at - 1] != ':')
            return std::nullopt;
        std::uint8_t byte = 0;
        const char* const end = text.data() + at + 2;
        if (std::from_chars(text.data() + at, end, byte, 16).ptr != end)
            return std::nullopt;
        mac.bits = (mac.bits << 8U) | byte;
    }
    return mac;
}

std::string MacAddress::text() const
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(kTextLength, ':');
    std::size_t at = 0;
    for (unsigned shift = 48; shift > 0; shift -= 8, at += 3) {
        const std::uint64_t byte = bits >> (shift - 8);
        out[at] = kDigits[(byte >> 4U) & 0xFU];
        out[at + 1] = kDigits[byte & 0xFU];
    }
    return out;
}

} // namespace vnscope::topology
