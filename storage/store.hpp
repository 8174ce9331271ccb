// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/value.hpp"

namespace vnscope::storage {

/// The layout of the core tables. A store of another version is migrated (older, where a step exists) or refused.
inline constexpr int kSchemaVersion = 1;

/// A simple question to one table or view, without SQL text: what views and reports ask.
struct Select {
    struct Condition {
        std::string column{};
        /// One of = <> < <= > >= , `is null`, `is not null`, `in` (a JSON array: see oneOf()), and, letters of either
        /// case alike, `contains` and `contains not`. A NULL holds for `is null` only.
        std::string op = "=";
        Value value{};
    };
    std::string table{};
    std::vector<std::string> columns{}; ///< Empty: all.
    std::vector<Condition> where{};     ///< All must hold.
    std::vector<std::string> orderBy{}; ///< Column names; "-name" is descending.
    std::int64_t limit = -1;            ///< -1: all rows.
    std::int64_t offset = 0;            ///< So many rows are left out before the first.
};

/// The column has one of these values; holds for no row when there are none.
[[nodiscard]] Select::Condition oneOf(std::string column, std::span<const std::int64_t> values);

/// Receives the rows of a query one by one; returning false ends the query early without an error.
class RowSink {
public:
    virtual ~RowSink() = default;
    virtual void columns(const std::vector<std::string>& names) = 0;
    [[nodiscard]] virtual bool row(std::span<const Value> cells) = 0;
};

/// What `vnscope list tables` prints of one table or view.
struct TableInfo {
    std::string name;
    bool isView = false;
    std::string comment; ///< What one row means: the `--` comment above CREATE in its tables.sql.
    std::vector<std::string> columns;
};

/// Every table and view of a store made with these tables.sql, the core ones included, without a store at hand.
[[nodiscard]] base::Result<std::vector<TableInfo>> tablesOf(std::span<const std::string_view> tablesSql);

/// A finished store, opened read-only. Movable; one thread at a time.
class Store final {
public:
    /// Opens `path`. Refuses in one sentence: no such file, not a SQLite file, not a store of ours, a newer version,
    /// an import that never finished.
    [[nodiscard]] static base::Result<Store> open(const std::filesystem::path& path);

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    /// `stop` is asked now and then.
    [[nodiscard]] base::Result<Table> read(const Select& select, const std::function<bool()>& stop = {}) const;
    /// The same, row by row, for tables of any size.
    [[nodiscard]] base::Result<void> read(const Select& select, RowSink& sink,
                                          const std::function<bool()>& stop = {}) const;

    /// How many rows `select` gives without its limit and offset, at about the cost of looking at each once.
    [[nodiscard]] base::Result<std::int64_t> count(const Select& select, const std::function<bool()>& stop = {}) const;

    /// Runs a user's SQL: read-only is enforced by SQLite's authorizer, not by looking at the text; a blob cell
    /// arrives as text `x'..'`. Errors have code Usage and SQLite's own words. `stop` is asked now and then.
    [[nodiscard]] base::Result<void> query(const std::string& sql, RowSink& sink,
                                           const std::function<bool()>& stop = {}) const;

    [[nodiscard]] base::Result<std::vector<TableInfo>> tables() const;
    [[nodiscard]] bool hasTable(std::string_view name) const;
    /// A value of the `meta` table; empty when absent.
    [[nodiscard]] std::string meta(std::string_view key) const;
    /// The same as a whole number; nothing when it is none.
    [[nodiscard]] std::optional<std::int64_t> metaInteger(std::string_view key) const;
    [[nodiscard]] const std::filesystem::path& path() const;

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace vnscope::storage
