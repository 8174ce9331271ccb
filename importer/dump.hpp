// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <filesystem>
#include <span>

#include "importer/session.hpp"

namespace vnscope::importer {

/// Writes a session's events as text, one line each: type, time, CPU and the payload's fields as the schema names them.
/// For developers of schemas.
[[nodiscard]] base::Result<void> dump(std::span<const std::filesystem::path> paths, const SessionOptions& options,
                                      std::FILE* out);

} // namespace vnscope::importer
