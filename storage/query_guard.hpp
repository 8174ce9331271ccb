// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "storage/sqlite.hpp"

namespace vnscope::storage {

/// Makes a connection harmless for SQL and stores that come from anywhere, for as long as it lives: SQLite's authorizer
/// allows reading and nothing else (no writes, no ATTACH, no PRAGMA that sets something, no load_extension), and
/// lengths are bounded.
void guardAgainstWrites(const sqlite::Database& database);

/// Asks `stop` every few milliseconds while a statement runs, and interrupts the statement when it says so. Borrows
/// `stop`, and ends with its scope.
class StopWatcher final {
public:
    StopWatcher(const sqlite::Database& database, const std::function<bool()>& stop);
    StopWatcher(const StopWatcher&) = delete;
    StopWatcher& operator=(const StopWatcher&) = delete;
    ~StopWatcher();

private:
    sqlite3* m_handle;
};

} // namespace vnscope::storage
