// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"

namespace vnscope::storage {

/// One statement of a tables.sql.
struct CreateStatement {
    enum class Kind { Table, View, Index };
    Kind kind = Kind::Table;
    std::string name;
    std::string comment; ///< The `--` lines directly above it, joined by spaces.
    std::string sql;
};

/// Takes a tables.sql apart. Only CREATE TABLE, VIEW and INDEX may appear in one: anything else is an Internal error,
/// because these files are ours.
[[nodiscard]] base::Result<std::vector<CreateStatement>> parseSqlScript(std::string_view script);

} // namespace vnscope::storage
