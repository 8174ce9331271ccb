// SPDX-License-Identifier: Apache-2.0
#include "storage/query_guard.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <sqlite3.h>

namespace vnscope::storage {

namespace {

/// Longest value that a query may build, so that zeroblob() or group_concat() cannot eat the memory.
constexpr int kMaxValueBytes = 64 * 1024 * 1024;
constexpr int kMaxSqlBytes = 1024 * 1024;
/// Virtual machine steps between two questions to `stop`: about a millisecond.
constexpr int kStepsPerQuestion = 20'000;

/// PRAGMAs that only look. Some of them would set something when given an argument; see isHarmlessPragma().
constexpr std::array<std::string_view, 8> kFreePragmas = {"database_list", "function_list", "index_info",
                                                          "index_list",    "index_xinfo",   "table_info",
                                                          "table_list",    "table_xinfo"};
constexpr std::array<std::string_view, 9> kPragmasWithoutArgument = {
    "application_id", "compile_options", "encoding",       "freelist_count", "integrity_check",
    "page_count",     "page_size",       "schema_version", "user_version"};
constexpr std::array<std::string_view, 2> kForbiddenFunctions = {"fts3_tokenizer", "load_extension"};

template <typename List> bool contains(const List& list, const char* name)
{
    return name && std::find(list.begin(), list.end(), std::string_view(name)) != list.end();
}

bool isHarmlessPragma(const char* name, const char* argument)
{
    return contains(kFreePragmas, name) || (!argument && contains(kPragmasWithoutArgument, name));
}

int authorize(void*, int action, const char* first, const char* second, const char*, const char*)
{
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION: return contains(kForbiddenFunctions, second) ? SQLITE_DENY : SQLITE_OK;
    // SQLite asks this when it declares a table-valued function such as json_each(). An UPDATE of the schema by hand
    // still fails: writable_schema cannot be set, and the file is opened for reading.
    case SQLITE_UPDATE: return first && std::string_view(first) == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA: return isHarmlessPragma(first, second) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

int askStop(void* stop)
{
    return (*static_cast<const std::function<bool()>*>(stop))() ? 1 : 0;
}

} // namespace

void guardAgainstWrites(const sqlite::Database& database)
{
    sqlite3* handle = database.handle();
    sqlite3_set_authorizer(handle, authorize, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
}

StopWatcher::StopWatcher(const sqlite::Database& database, const std::function<bool()>& stop)
    : m_handle(database.handle())
{
    // SQLite hands the pointer back untyped and unconst; askStop() restores both.
    if (stop)
        sqlite3_progress_handler(m_handle, kStepsPerQuestion, askStop, const_cast<std::function<bool()>*>(&stop));
}

StopWatcher::~StopWatcher()
{
    sqlite3_progress_handler(m_handle, 0, nullptr, nullptr);
}

} // namespace vnscope::storage
