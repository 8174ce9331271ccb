// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

namespace vnscope::storage {

/// Makes the table-valued function `unpack_rows(text)` known to a connection; see PackedRows. Views use it, so a plain
/// SQLite shell can read the packed text, but not such a view.
[[nodiscard]] bool registerUnpackRows(sqlite3* database);

} // namespace vnscope::storage
