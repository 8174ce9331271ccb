// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "recording/session/options.hpp"
#include "recording/session/summary.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// Makes the folder; it must not be there, or be empty.
[[nodiscard]] base::Result<void> makeFolder(const std::filesystem::path& folder);

/// Copies what names places and reasons of drops: `kallsyms` (when its addresses can be read) and `kfree_skb_format`.
/// Returns what could not be copied, one clause each.
[[nodiscard]] std::vector<std::string> copyKernelFacts(const std::filesystem::path& folder);

/// Writes `session.json`, whole or not at all: what was recorded, how, and what was lost.
[[nodiscard]] base::Result<void> writeSessionFile(const Options& options, const Summary& summary);

/// Bytes of the files below `folder`.
[[nodiscard]] std::uint64_t bytesBelow(const std::filesystem::path& folder);

/// Removes parts of an LTTng session's `archives` but the `keep` newest; 0 keeps all. Returns how many parts there are.
std::size_t trimArchives(const std::filesystem::path& archives, unsigned keep);

} // namespace vnscope::recording::session
