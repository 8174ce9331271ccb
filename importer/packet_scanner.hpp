// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Finds where packets of a CTF stream file begin without understanding its metadata: what salvage needs to cut the
/// damaged packets out. Reads untrusted bytes; never allocates more than its limits say.
namespace vnscope::importer {

/// One packet of a stream file, bytes.
struct PacketBounds {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    bool operator==(const PacketBounds&) const = default;
};

/// More packets than this are not looked for; the rest of the file is then one "packet".
inline constexpr std::size_t kMaxPackets = std::size_t{1} << 20;

/// The bytes with which every packet of a trace begins: magic, and the trace's UUID where headers carry it.
class PacketSignature final {
public:
    static constexpr std::size_t kMagicBytes = 4;
    static constexpr std::size_t kFullBytes = 20;

    PacketSignature() = default;
    PacketSignature(std::span<const std::byte> start, bool hasUuid);
    /// The magic number of `magic`, followed by `uuid`.
    PacketSignature(const PacketSignature& magic, std::span<const std::byte, 16> uuid);

    [[nodiscard]] std::span<const std::byte> bytes() const { return {m_bytes.data(), m_size}; }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    [[nodiscard]] bool hasUuid() const { return m_size == kFullBytes; }

private:
    std::array<std::byte, kFullBytes> m_bytes{};
    std::size_t m_size = 0;
};

/// Whether a stream file's first bytes are the CTF magic number, in either byte order.
[[nodiscard]] bool startsWithMagic(std::span<const std::byte> start);

/// The signature that most of a trace's stream files begin with (`starts`: the first kFullBytes of each).
/// Empty when none begins with the magic number: then packets cannot be found.
[[nodiscard]] PacketSignature learnSignature(std::span<const std::vector<std::byte>> starts);

/// Looks for a signature in a file that arrives chunk by chunk.
class PacketScanner final {
public:
    explicit PacketScanner(PacketSignature signature) : m_signature(signature) {}

    void feed(std::span<const std::byte> chunk);
    /// Where packets begin, ascending.
    [[nodiscard]] const std::vector<std::uint64_t>& starts() const { return m_starts; }

private:
    void search(std::span<const std::byte> bytes, std::uint64_t offset);

    PacketSignature m_signature;
    std::vector<std::byte> m_tail; ///< The last bytes of the previous chunk: a signature may straddle chunks.
    std::uint64_t m_position = 0;
    std::vector<std::uint64_t> m_starts;
};

/// The packets that an LTTng index file names; nullopt unless it fits the stream file: entries in ascending order,
/// inside the file, not overlapping.
[[nodiscard]] std::optional<std::vector<PacketBounds>> parseIndex(std::span<const std::byte> index,
                                                                  std::uint64_t streamBytes);

/// Packets from both sources: what the scan found, and what the index adds where at least half of its entries begin
/// with a signature the scan found (a packet whose header is damaged is known to the index alone).
[[nodiscard]] std::vector<PacketBounds> combineBounds(const std::vector<std::uint64_t>& scanned,
                                                      const std::optional<std::vector<PacketBounds>>& index,
                                                      std::uint64_t streamBytes);

} // namespace vnscope::importer
