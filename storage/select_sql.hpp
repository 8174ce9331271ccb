// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"

namespace vnscope::storage {

/// The SQL text of `select`, with a `?` for each value of `where` that its operator compares with (see takesValue).
/// Usage when it names a column outside `known` or an operator that does not exist.
[[nodiscard]] base::Result<std::string> toSql(const Select& select, const std::vector<std::string>& known);

/// The same for how many rows there are, whatever limit and offset are.
[[nodiscard]] base::Result<std::string> toCountSql(const Select& select, const std::vector<std::string>& known);

/// Whether a condition compares with its value; `is null` and `is not null` do not.
[[nodiscard]] bool takesValue(const Select::Condition& condition);

} // namespace vnscope::storage
