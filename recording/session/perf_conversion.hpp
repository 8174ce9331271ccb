// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// Files of perf in `folder`, oldest first: `perf.data`, or `perf.data.TIME` where perf began new ones.
[[nodiscard]] std::vector<std::filesystem::path> perfDataFiles(const std::filesystem::path& folder);

/// Makes each file of perf in `folder` a CTF trace beside it (`ctf`, `ctf.TIME`), and removes the file. One that cannot
/// be converted stays; the error names the first such file and says what perf said.
[[nodiscard]] base::Result<void> convertPerfData(const std::filesystem::path& folder);

/// The last line that says something in a log of perf.
[[nodiscard]] std::string lastWords(const std::filesystem::path& log);

} // namespace vnscope::recording::session
