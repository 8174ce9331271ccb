// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "storage/base/result.hpp"
#include "storage/store.hpp"

namespace vnscope::views::rows {

/// Writes all that `select` gives to `file`, names of the columns first, in bounded memory. The file appears whole or
/// not at all, with an error or when `stop` says so (code Cancelled) included. Gives the number of rows.
[[nodiscard]] base::Result<std::int64_t> writeCsvFile(const storage::Store& store, const storage::Select& select,
                                                      const std::filesystem::path& file,
                                                      const std::function<bool()>& stop = {});

} // namespace vnscope::views::rows
