// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vnscope::importer {

/// What a trace's metadata file looks like from outside, without understanding its text.
enum class MetadataState : std::uint8_t {
    Plausible, ///< Plain text, or whole packets of it.
    Empty,
    Cut, ///< A metadata packet does not end inside the file; babeltrace2 2.0.4 can loop over such a file forever.
    Ctf2,
};

/// Looks at a whole metadata file. Source: CTF 1.8.3 section 7.1, "metadata packet header"; CTF 2 section 3.
[[nodiscard]] MetadataState checkMetadata(std::span<const std::byte> metadata);

} // namespace vnscope::importer
