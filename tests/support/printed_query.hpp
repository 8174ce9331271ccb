// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vnscope::tests::support {

/// What `vnscope query --format FORMAT` prints of a store. Throws when it fails.
[[nodiscard]] std::string printedQuery(const std::filesystem::path& store, const std::string& sql,
                                       const std::string& format);
/// The lines of its CSV, without that of the names. For values that are in one line.
[[nodiscard]] std::vector<std::string> queryLines(const std::filesystem::path& store, const std::string& sql);
/// The same for one column of words and numbers.
[[nodiscard]] std::vector<std::string> queryColumn(const std::filesystem::path& store, const std::string& sql);

} // namespace vnscope::tests::support
