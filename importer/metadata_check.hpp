// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vnscope::importer {

/// What a trace's metadata file looks like from outside, without understanding its text.
enum class MetadataState : std::uint8_t {
    Plausible, ///< Plain text, or whole packets of it.
    Empty,
    Cut, ///< A metadata packet does not end inside the file; babeltrace2 2.0.4 can loop over such a file forever.
    Ctf2,
};

/// The trace's UUID, if the metadata says that every packet of its streams carries it. babeltrace2 2.0.4 does not
/// compare them, and would decode the streams of another trace into nonsense.
[[nodiscard]] std::optional<std::array<std::byte, 16>> packetUuid(std::span<const std::byte> metadata);

/// The text of a metadata file, without the headers of its packets.
[[nodiscard]] std::string metadataText(std::span<const std::byte> metadata);

/// Looks at a whole metadata file. Source: CTF 1.8.3 section 7.1, "metadata packet header"; CTF 2 section 3.
[[nodiscard]] MetadataState checkMetadata(std::span<const std::byte> metadata);

} // namespace vnscope::importer
