// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite.hpp"

#include <cerrno>
#include <limits>

#include <sqlite3.h>

#include "storage/packed_rows_table.hpp"

namespace vnscope::storage::sqlite {

namespace {

/// How long a reader waits for another program's lock; only a foreign writer can hold one, our stores are never
/// rewritten.
constexpr int kBusyTimeoutMs = 2000;

base::ErrorCode codeOf(int sqliteCode)
{
    switch (sqliteCode & 0xFF) {
    case SQLITE_ERROR:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE: return base::ErrorCode::Usage;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::ErrorCode::Damaged;
    case SQLITE_INTERRUPT: return base::ErrorCode::Cancelled;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return base::ErrorCode::Io;
    default: return base::ErrorCode::Internal;
    }
}

std::string hexLiteral(const unsigned char* bytes, int size)
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "x'";
    out.reserve(static_cast<std::size_t>(size) * 2 + 3);
    for (int i = 0; i < size; ++i) {
        out += kDigits[bytes[i] >> 4U];
        out += kDigits[bytes[i] & 0xFU];
    }
    return out + '\'';
}

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

bool Statement::bind(int parameter, const Value& value)
{
    struct Binder {
        sqlite3_stmt* statement;
        int parameter;
        int operator()(std::monostate) const { return sqlite3_bind_null(statement, parameter); }
        int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, parameter, number); }
        int operator()(double number) const { return sqlite3_bind_double(statement, parameter, number); }
        int operator()(const std::string& text) const
        {
            return sqlite3_bind_text64(statement, parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
    };
    return std::visit(Binder{m_handle.get(), parameter}, value.cell()) == SQLITE_OK;
}

Statement::Step Statement::step()
{
    switch (sqlite3_step(m_handle.get())) {
    case SQLITE_ROW: return Step::Row;
    case SQLITE_DONE: return Step::Done;
    default: return Step::Failed;
    }
}

void Statement::reset()
{
    // The result repeats the failure of the step before, which its caller has seen already.
    sqlite3_reset(m_handle.get());
}

int Statement::columnCount() const
{
    return sqlite3_column_count(m_handle.get());
}

std::vector<std::string> Statement::columnNames() const
{
    std::vector<std::string> names;
    for (int i = 0; i < columnCount(); ++i) {
        const char* name = sqlite3_column_name(m_handle.get(), i);
        names.emplace_back(name ? name : "");
    }
    return names;
}

Value Statement::value(int column) const
{
    sqlite3_stmt* statement = m_handle.get();
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return Value(std::int64_t{sqlite3_column_int64(statement, column)});
    case SQLITE_FLOAT: return Value(sqlite3_column_double(statement, column));
    case SQLITE_BLOB: {
        const void* bytes = sqlite3_column_blob(statement, column);
        return Value(hexLiteral(static_cast<const unsigned char*>(bytes), sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_TEXT: {
        const void* text = sqlite3_column_text(statement, column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return text ? Value(std::string_view(static_cast<const char*>(text), size)) : Value("");
    }
    default: return {};
    }
}

bool Statement::isReadOnly() const
{
    return sqlite3_stmt_readonly(m_handle.get()) != 0;
}

void Database::Close::operator()(sqlite3* database) const
{
    sqlite3_close_v2(database);
}

base::Result<Database> Database::open(const std::filesystem::path& path, Mode mode)
{
    // Nobody asks SQLite how much memory it uses; counting it takes a lock at every allocation. Set before its first
    // use.
    [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (mode == Mode::InMemory)
        flags |= SQLITE_OPEN_MEMORY;
    // PartFile holds a lock of its own; on network file systems SQLite's would collide with it.
    const char* fileSystem = mode == Mode::Private ? "unix-none" : nullptr;
    const std::string name = mode == Mode::InMemory ? ":memory:" : path.string();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle, flags, fileSystem);
    Database database(handle);
    if (code != SQLITE_OK)
        return tl::unexpected(database.error());
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    // A store may come from anywhere: its schema gets no rights, and a misspelt column is an error, not a string.
    for (const int option : {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL,
                             SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION})
        sqlite3_db_config(handle, option, 0, nullptr);
    if (mode == Mode::ReadOnly)
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (!registerUnpackRows(handle))
        return tl::unexpected(database.error());
    return database;
}

base::Result<void> Database::run(const std::string& sql)
{
    if (sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::unexpected(error());
    return {};
}

base::Result<Statement> Database::prepare(std::string_view sql, std::string_view* rest) const
{
    const auto limit = static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (sql.size() > limit)
        return base::fail(base::ErrorCode::Usage, "the SQL text is too long");
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v2(m_handle.get(), sql.data(), static_cast<int>(sql.size()), &statement, &tail);
    if (code != SQLITE_OK)
        return tl::unexpected(error());
    if (rest)
        *rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    return Statement(statement);
}

base::Result<Value> Database::scalar(std::string_view sql) const
{
    auto statement = prepare(sql);
    if (!statement)
        return tl::unexpected(std::move(statement).error());
    if (statement->step() == Statement::Step::Failed)
        return tl::unexpected(error());
    return statement->value(0);
}

base::Error Database::error() const
{
    if (!m_handle)
        return {base::ErrorCode::Internal, "out of memory", {}};
    return {codeOf(sqlite3_errcode(m_handle.get())), sqlite3_errmsg(m_handle.get()), {}};
}

int Database::systemError() const
{
    sqlite3* handle = m_handle.get();
    switch (sqlite3_errcode(handle) & 0xFF) {
    // SQLite keeps no number for this one; it always stands for ENOSPC or a short write.
    case SQLITE_FULL: return ENOSPC;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: break;
    default: return 0;
    }
    if (const int number = sqlite3_system_errno(handle); number != 0)
        return number;
    // A failing COMMIT leaves its number with the file alone.
    int number = 0;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

std::string quoted(std::string_view name)
{
    std::string out = "\"";
    for (const char c : name) {
        out += c;
        if (c == '"')
            out += '"';
    }
    return out + '"';
}

} // namespace vnscope::storage::sqlite
