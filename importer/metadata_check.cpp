// SPDX-License-Identifier: Apache-2.0
#include "importer/metadata_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace vnscope::importer {

namespace {

constexpr std::uint32_t kMagic = 0x75D11D57;
constexpr std::size_t kHeaderBytes = 37;
constexpr std::size_t kContentBitsAt = 24;
constexpr std::size_t kPacketBitsAt = 28;

std::uint32_t numberAt(std::span<const std::byte> bytes, std::size_t at, bool isBigEndian)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + (isBigEndian ? i : 3 - i)]);
    return value;
}

/// The text of all packets; nothing when one of them is not whole.
std::optional<std::string> textOfPackets(std::span<const std::byte> metadata, bool isBigEndian)
{
    std::string text;
    while (!metadata.empty()) {
        if (metadata.size() < kHeaderBytes || numberAt(metadata, 0, isBigEndian) != kMagic)
            return std::nullopt;
        const std::size_t content = numberAt(metadata, kContentBitsAt, isBigEndian) / 8;
        const std::size_t packet = numberAt(metadata, kPacketBitsAt, isBigEndian) / 8;
        if (content < kHeaderBytes || packet < content || packet > metadata.size())
            return std::nullopt;
        text.append(reinterpret_cast<const char*>(metadata.data()) + kHeaderBytes, content - kHeaderBytes);
        metadata = metadata.subspan(packet);
    }
    return text;
}

/// CTF 2 metadata is a JSON text sequence: each fragment begins with a record separator.
bool isCtf2(std::string_view start)
{
    return start.front() == '\x1e' || (start.front() == '{' && start.find("preamble") != std::string_view::npos);
}

/// "d7628902-7c74-c445-bd57-538d538bd127" as its bytes.
std::optional<std::array<std::byte, 16>> parseUuid(std::string_view text)
{
    std::array<std::byte, 16> uuid{};
    std::size_t digits = 0;
    for (const char c : text) {
        unsigned digit = 0;
        if (c == '-')
            continue;
        if (digits == 2 * uuid.size() || std::from_chars(&c, &c + 1, digit, 16).ec != std::errc())
            return std::nullopt;
        uuid[digits / 2] = uuid[digits / 2] << 4U | static_cast<std::byte>(digit);
        ++digits;
    }
    return digits == 2 * uuid.size() ? std::optional(uuid) : std::nullopt;
}

/// The text after the first `word` in `text`; empty when it is not there.
std::string_view after(std::string_view text, std::string_view word)
{
    const std::size_t at = text.find(word);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + word.size());
}

} // namespace

std::optional<std::array<std::byte, 16>> packetUuid(std::span<const std::byte> metadata)
{
    constexpr std::size_t kSearchedBytes = 65'536;
    constexpr std::size_t kUuidTextBytes = 36;
    const std::string_view text(reinterpret_cast<const char*>(metadata.data()),
                                std::min(metadata.size(), kSearchedBytes));
    const std::string_view header = after(text, "packet.header");
    const bool isInHeader = header.substr(0, header.find('}')).find("uuid[16]") != std::string_view::npos;
    const std::string_view trace = after(text, "trace {");
    return isInHeader ? parseUuid(after(trace, "uuid = \"").substr(0, kUuidTextBytes)) : std::nullopt;
}

std::string metadataText(std::span<const std::byte> metadata)
{
    if (metadata.size() >= sizeof kMagic)
        for (const bool isBigEndian : {false, true})
            if (numberAt(metadata, 0, isBigEndian) == kMagic)
                return textOfPackets(metadata, isBigEndian).value_or(std::string());
    return {reinterpret_cast<const char*>(metadata.data()), metadata.size()};
}

MetadataState checkMetadata(std::span<const std::byte> metadata)
{
    constexpr std::size_t kStartBytes = 4096;
    if (metadata.empty())
        return MetadataState::Empty;
    if (isCtf2({reinterpret_cast<const char*>(metadata.data()), std::min(metadata.size(), kStartBytes)}))
        return MetadataState::Ctf2;
    if (metadata.size() < sizeof kMagic)
        return MetadataState::Plausible;
    for (const bool isBigEndian : {false, true})
        if (numberAt(metadata, 0, isBigEndian) == kMagic && !textOfPackets(metadata, isBigEndian))
            return MetadataState::Cut;
    return MetadataState::Plausible;
}

} // namespace vnscope::importer
