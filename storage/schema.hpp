// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"

namespace vnscope::storage {

/// What createSchema() made, for a writer that must not ask the database while another thread uses it.
struct Schema {
    std::map<std::string, std::vector<std::string>, std::less<>> columns; ///< Of every table; views are not written.
    std::vector<std::string> deferredSql; ///< CREATE INDEX statements, cheaper after the rows than before them.
};

/// Creates the core tables and those of `tablesSql` with their comments. Refuses what is not CREATE TABLE, VIEW, INDEX.
[[nodiscard]] base::Result<Schema> createSchema(sqlite::Database& database,
                                                std::span<const std::string_view> tablesSql);

/// Every table and view with its comment, in the order of their names.
[[nodiscard]] base::Result<std::vector<TableInfo>> readSchema(const sqlite::Database& database);

} // namespace vnscope::storage
