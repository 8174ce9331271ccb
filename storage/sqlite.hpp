// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/value.hpp"

struct sqlite3;
struct sqlite3_stmt;

/// SQLite's C interface as values that close themselves. Internal to storage/: nothing outside it names SQLite.
namespace vnscope::storage::sqlite {

/// One prepared statement. Lives no longer than its Database.
class Statement final {
public:
    enum class Step { Row, Done, Failed };

    Statement() = default;

    /// Parameters count from 1. Text is borrowed until the next bind or reset, so `value` must live as long.
    [[nodiscard]] bool bind(int parameter, const Value& value);
    /// Failed: Database::error() tells why.
    [[nodiscard]] Step step();
    void reset();

    [[nodiscard]] int columnCount() const;
    [[nodiscard]] std::vector<std::string> columnNames() const;
    /// A cell of the current row; a blob arrives as text `x'..'`.
    [[nodiscard]] Value value(int column) const;
    [[nodiscard]] bool isReadOnly() const;
    [[nodiscard]] bool isEmpty() const { return !m_handle; }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* handle) : m_handle(handle) {}

    std::unique_ptr<sqlite3_stmt, Finalize> m_handle;
};

/// One connection. Used by one thread at a time.
class Database final {
public:
    enum class Mode {
        ReadOnly, ///< Waits a moment for a lock that another program holds.
        Private,  ///< An existing, empty file that nobody else may open: written without locks and without a journal.
        InMemory, ///< `path` is ignored.
    };

    [[nodiscard]] static base::Result<Database> open(const std::filesystem::path& path, Mode mode);

    /// Runs statements that give no rows (or whose rows do not matter).
    [[nodiscard]] base::Result<void> run(const std::string& sql);
    /// Prepares the first statement of `sql`. `rest`: what follows it; may be null.
    [[nodiscard]] base::Result<Statement> prepare(std::string_view sql, std::string_view* rest = nullptr) const;
    /// The first cell of a question that gives one row.
    [[nodiscard]] base::Result<Value> scalar(std::string_view sql) const;

    /// What went wrong last, in SQLite's words; the code follows from SQLite's.
    [[nodiscard]] base::Error error() const;
    /// errno of the system call behind error(); 0 when no system call failed.
    [[nodiscard]] int systemError() const;

    [[nodiscard]] sqlite3* handle() const { return m_handle.get(); }

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Database(sqlite3* handle) : m_handle(handle) {}

    std::unique_ptr<sqlite3, Close> m_handle;
};

/// `name` as an SQL identifier, whatever it contains.
[[nodiscard]] std::string quoted(std::string_view name);

} // namespace vnscope::storage::sqlite
