// SPDX-License-Identifier: Apache-2.0
#include "views/scope/flow_set.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <arpa/inet.h>

namespace vnscope::views::scope {
namespace {

constexpr int kBitsInByte = 8;

std::optional<std::int64_t> numberOf(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// AF_INET, AF_INET6, or 0 where the text is no address.
int parseAddress(const std::string& text, std::array<std::uint8_t, 16>& bytes)
{
    for (const int family : {AF_INET, AF_INET6})
        if (::inet_pton(family, text.c_str(), bytes.data()) == 1)
            return family;
    return 0;
}

} // namespace

std::optional<Prefix> Prefix::parse(const std::string& text)
{
    Prefix prefix;
    const std::size_t slash = text.find('/');
    prefix.m_family = parseAddress(text.substr(0, slash), prefix.m_bytes);
    if (prefix.m_family == 0)
        return std::nullopt;
    const int most = prefix.m_family == AF_INET ? 32 : 128;
    prefix.m_length = most;
    if (slash != std::string::npos) {
        const auto length = numberOf(std::string_view(text).substr(slash + 1));
        if (!length || *length < 0 || *length > most)
            return std::nullopt;
        prefix.m_length = static_cast<int>(*length);
    }
    return prefix;
}

bool Prefix::contains(const std::string& address) const
{
    std::array<std::uint8_t, 16> bytes{};
    if (parseAddress(address, bytes) != m_family)
        return false;
    for (int bit = 0; bit < m_length; bit += kBitsInByte) {
        const int used = std::min(m_length - bit, kBitsInByte);
        const int mask = 0xff << (kBitsInByte - used) & 0xff;
        const auto at = static_cast<std::size_t>(bit / kBitsInByte);
        if (((bytes[at] ^ m_bytes[at]) & mask) != 0)
            return false;
    }
    return true;
}

std::optional<PortRange> PortRange::parse(const std::string& text)
{
    const std::size_t dash = text.find('-');
    const auto first = numberOf(std::string_view(text).substr(0, dash));
    const auto last = dash == std::string::npos ? first : numberOf(std::string_view(text).substr(dash + 1));
    if (!first || !last)
        return std::nullopt;
    return PortRange{*first, *last};
}

} // namespace vnscope::views::scope
