// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "importer/metadata_check.hpp"
#include "importer/packet_scanner.hpp"

/// Packet boundaries from damaged stream and index files.
namespace {

using namespace vnscope::importer;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::vector<std::uint64_t> scan(std::span<const std::byte> stream, const PacketSignature& signature, std::size_t chunk)
{
    PacketScanner scanner(signature);
    for (std::size_t at = 0; at < stream.size(); at += chunk)
        scanner.feed(stream.subspan(at, std::min(chunk, stream.size() - at)));
    return scanner.starts();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span<const std::byte> input(reinterpret_cast<const std::byte*>(data), size);
    (void)checkMetadata(input);
    (void)packetUuid(input);
    if (input.size() < 3)
        return 0;
    const std::size_t indexBytes = std::min<std::size_t>(input.size() - 2, std::to_integer<std::size_t>(input[0]) * 4);
    const std::size_t chunk = 1 + std::to_integer<std::size_t>(input[1]) % 64;
    const auto index = input.subspan(2, indexBytes);
    const auto stream = input.subspan(2 + indexBytes);

    const std::vector<std::vector<std::byte>> starts{
        {stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(32, stream.size()))}};
    const PacketSignature signature = learnSignature(starts);
    const auto whole = scan(stream, signature, std::max<std::size_t>(1, stream.size()));
    require(whole == scan(stream, signature, chunk));

    const auto bounds = combineBounds(whole, parseIndex(index, stream.size()), stream.size());
    std::uint64_t end = bounds.empty() ? 0 : bounds.front().offset;
    for (const PacketBounds& packet : bounds) {
        require(packet.offset == end && packet.size > 0);
        end += packet.size;
    }
    require(bounds.empty() || end == stream.size());
    return 0;
}
