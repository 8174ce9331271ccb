// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "storage/base/result.hpp"

namespace vnscope::storage {

/// SQLite's `application_id` of our stores ("vnsc"): `file` and we can tell them from other programs' databases.
inline constexpr std::uint32_t kApplicationId = 0x766E7363;

/// Looks at the first 100 bytes of the file (https://www.sqlite.org/fileformat.html, section 1.3) and refuses, in one
/// sentence each, what is not a whole store that this build reads. SQLite itself would say the same less clearly.
[[nodiscard]] base::Result<void> checkStoreFile(const std::filesystem::path& path);

} // namespace vnscope::storage
