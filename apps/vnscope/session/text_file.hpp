// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "storage/base/result.hpp"

namespace vnscope::cli {

/// The largest text that is read: a kallsyms of a kernel with every debugging option has about 40 MB.
inline constexpr std::size_t kMaxTextFileBytes = std::size_t{256} << 20U;

/// A whole text file; one that starts as an .xz file does is unpacked. Larger than kMaxTextFileBytes is refused.
[[nodiscard]] base::Result<std::string> readTextFile(const std::filesystem::path& path);

/// What an .xz file holds. For readTextFile() and its tests.
[[nodiscard]] base::Result<std::string> unpackXz(std::string_view packed, std::size_t maxBytes);

} // namespace vnscope::cli
