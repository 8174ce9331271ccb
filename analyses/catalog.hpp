// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "analyses/analysis.hpp"

namespace vnscope::analyses {

/// Every analysis of this build, in the order of their names.
[[nodiscard]] std::vector<std::unique_ptr<Analysis>> createAll();

/// The tables.sql of every folder, for StoreWriter::create.
[[nodiscard]] std::vector<std::string_view> allTables();

} // namespace vnscope::analyses
