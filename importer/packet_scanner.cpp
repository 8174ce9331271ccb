// SPDX-License-Identifier: Apache-2.0
#include "importer/packet_scanner.hpp"

#include <string.h>

#include <algorithm>
#include <map>

namespace vnscope::importer {

namespace {

constexpr std::uint32_t kCtfMagic = 0xC1FC1FC1U;
constexpr std::uint32_t kCtfMagicSwapped = 0xC11FFCC1U;
constexpr std::uint32_t kIndexMagic = 0xC1F1DCC1U;
constexpr std::size_t kIndexHeaderBytes = 16;
constexpr std::size_t kIndexEntryMinBytes = 56;

/// Without a UUID four bytes must do; every tracer aligns packets to at least this, which keeps chance hits away.
constexpr std::uint64_t kMagicOnlyAlignment = 8;

template <typename Integer> Integer bigEndianAt(std::span<const std::byte> bytes, std::size_t offset)
{
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value = static_cast<Integer>(value << 8U | std::to_integer<Integer>(bytes[offset + i]));
    return value;
}

std::vector<PacketBounds> boundsFromStarts(const std::vector<std::uint64_t>& starts, std::uint64_t streamBytes)
{
    std::vector<PacketBounds> bounds;
    bounds.reserve(starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::uint64_t end = i + 1 < starts.size() ? starts[i + 1] : streamBytes;
        bounds.push_back({starts[i], end - starts[i]});
    }
    return bounds;
}

bool isTrustworthy(const std::vector<PacketBounds>& index, const std::vector<std::uint64_t>& scanned)
{
    const auto confirmed = std::ranges::count_if(
        index, [&](const PacketBounds& packet) { return std::ranges::binary_search(scanned, packet.offset); });
    return !index.empty() && static_cast<std::size_t>(confirmed) * 2 >= index.size();
}

} // namespace

PacketSignature::PacketSignature(std::span<const std::byte> start, bool hasUuid)
{
    const std::size_t wanted = hasUuid ? kFullBytes : kMagicBytes;
    if (start.size() < wanted)
        return;
    m_size = wanted;
    std::ranges::copy(start.first(wanted), m_bytes.begin());
}

PacketSignature::PacketSignature(const PacketSignature& magic, std::span<const std::byte, 16> uuid) : m_size(kFullBytes)
{
    std::ranges::copy(magic.bytes().first(kMagicBytes), m_bytes.begin());
    std::ranges::copy(uuid, m_bytes.begin() + kMagicBytes);
}

bool startsWithMagic(std::span<const std::byte> start)
{
    if (start.size() < PacketSignature::kMagicBytes)
        return false;
    const auto magic = bigEndianAt<std::uint32_t>(start, 0);
    return magic == kCtfMagic || magic == kCtfMagicSwapped;
}

PacketSignature learnSignature(std::span<const std::vector<std::byte>> starts)
{
    std::map<std::vector<std::byte>, std::size_t> votes;
    std::size_t withMagic = 0;
    const std::vector<std::byte>* anyStart = nullptr;
    for (const std::vector<std::byte>& start : starts) {
        if (!startsWithMagic(start))
            continue;
        ++withMagic;
        anyStart = &start;
        if (start.size() >= PacketSignature::kFullBytes)
            ++votes[std::vector<std::byte>(start.begin(), start.begin() + PacketSignature::kFullBytes)];
    }
    if (withMagic == 0)
        return {};
    const auto winner = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    // A trace of one stream cannot tell a UUID from other header bytes; the caller finds out by scanning with both.
    if (winner != votes.end() && (winner->second > 1 || withMagic == 1))
        return PacketSignature(winner->first, true);
    return PacketSignature(*anyStart, false);
}

void PacketScanner::search(std::span<const std::byte> bytes, std::uint64_t offset)
{
    const auto signature = m_signature.bytes();
    for (std::size_t from = 0; from < bytes.size() && m_starts.size() < kMaxPackets;) {
        const void* const hit = ::memmem(bytes.data() + from, bytes.size() - from, signature.data(), signature.size());
        if (hit == nullptr)
            return;
        const auto at = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - bytes.data());
        if (m_signature.hasUuid() || (offset + at) % kMagicOnlyAlignment == 0)
            m_starts.push_back(offset + at);
        from = at + 1;
    }
}

void PacketScanner::feed(std::span<const std::byte> chunk)
{
    if (m_signature.isEmpty())
        return;
    const std::size_t overlap = m_signature.bytes().size() - 1;
    std::vector<std::byte> seam = m_tail;
    seam.insert(seam.end(), chunk.begin(),
                chunk.begin() + static_cast<std::ptrdiff_t>(std::min(overlap, chunk.size())));
    search(seam, m_position - m_tail.size());
    search(chunk, m_position);
    m_position += chunk.size();

    m_tail.insert(m_tail.end(), chunk.end() - static_cast<std::ptrdiff_t>(std::min(overlap, chunk.size())),
                  chunk.end());
    if (m_tail.size() > overlap)
        m_tail.erase(m_tail.begin(), m_tail.end() - static_cast<std::ptrdiff_t>(overlap));
}

std::optional<std::vector<PacketBounds>> parseIndex(std::span<const std::byte> index, std::uint64_t streamBytes)
{
    if (index.size() < kIndexHeaderBytes || bigEndianAt<std::uint32_t>(index, 0) != kIndexMagic)
        return std::nullopt;
    const std::size_t entryBytes = bigEndianAt<std::uint32_t>(index, 12);
    const std::span<const std::byte> entries = index.subspan(kIndexHeaderBytes);
    if (entryBytes < kIndexEntryMinBytes || entries.size() / entryBytes > kMaxPackets)
        return std::nullopt;

    std::vector<PacketBounds> bounds;
    std::uint64_t previousEnd = 0;
    for (std::size_t at = 0; entries.size() - at >= entryBytes; at += entryBytes) {
        const PacketBounds packet{bigEndianAt<std::uint64_t>(entries, at),
                                  bigEndianAt<std::uint64_t>(entries, at + 8) / 8};
        if (packet.size == 0 || packet.offset < previousEnd || packet.offset >= streamBytes)
            return std::nullopt;
        if (packet.size > streamBytes - packet.offset)
            return bounds.empty() ? std::nullopt : std::optional(bounds); // The stream was cut after it was indexed.
        bounds.push_back(packet);
        previousEnd = packet.offset + packet.size;
    }
    return bounds;
}

std::vector<PacketBounds> combineBounds(const std::vector<std::uint64_t>& scanned,
                                        const std::optional<std::vector<PacketBounds>>& index,
                                        std::uint64_t streamBytes)
{
    std::vector<std::uint64_t> starts = scanned;
    if (index && isTrustworthy(*index, scanned)) {
        for (const PacketBounds& packet : *index) {
            starts.push_back(packet.offset);
            if (packet.offset + packet.size < streamBytes)
                starts.push_back(packet.offset + packet.size);
        }
        std::ranges::sort(starts);
        starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    }
    return boundsFromStarts(starts, streamBytes);
}

} // namespace vnscope::importer
