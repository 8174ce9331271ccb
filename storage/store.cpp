// SPDX-License-Identifier: Apache-2.0
#include "storage/store.hpp"

#include <charconv>
#include <utility>

#include "storage/query_guard.hpp"
#include "storage/schema.hpp"
#include "storage/select_sql.hpp"
#include "storage/sqlite.hpp"
#include "storage/store_file.hpp"

namespace vnscope::storage {

using base::ErrorCode;
using sqlite::Statement;

namespace {

std::vector<Value> rowOf(const Statement& statement, int columns)
{
    std::vector<Value> row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i)
        row.push_back(statement.value(i));
    return row;
}

/// Gives all rows of `statement` to `sink`, until it wants no more.
base::Result<void> deliver(const sqlite::Database& database, Statement& statement, RowSink& sink)
{
    sink.columns(statement.columnNames());
    const int columns = statement.columnCount();
    Statement::Step step = statement.step();
    for (; step == Statement::Step::Row; step = statement.step()) {
        if (!sink.row(rowOf(statement, columns)))
            return {};
    }
    if (step == Statement::Step::Failed)
        return tl::unexpected(database.error());
    return {};
}

/// Keeps the rows in memory.
class TableCollector final : public RowSink {
public:
    void columns(const std::vector<std::string>& names) override { m_table.columns = names; }
    [[nodiscard]] bool row(std::span<const Value> cells) override
    {
        m_table.rows.emplace_back(cells.begin(), cells.end());
        return true;
    }
    [[nodiscard]] Table table() && { return std::move(m_table); }

private:
    Table m_table;
};

/// What is wrong with a user's SQL is the user's to mend; a damaged file or a wish to stop is not.
base::Error queryError(base::Error error)
{
    if (error.code == ErrorCode::Cancelled)
        error.message = "the query was stopped";
    if (error.code == ErrorCode::Usage && error.message == "not authorized")
        error.message = "a query may only read the store";
    return error;
}

/// One statement that reads: what query() runs.
base::Result<Statement> prepareQuery(const sqlite::Database& database, std::string_view sql)
{
    std::string_view rest;
    auto statement = database.prepare(sql, &rest);
    if (!statement)
        return tl::unexpected(queryError(std::move(statement).error()));
    if (statement->isEmpty())
        return base::fail(ErrorCode::Usage, "there is no SQL statement to run");
    const auto second = database.prepare(rest);
    if (!second || !second->isEmpty())
        return base::fail(ErrorCode::Usage, "a query is one SQL statement, and this text goes on after it");
    // The authorizer lets nothing else pass; this holds if a later SQLite brings an action that it does not ask about.
    if (!statement->isReadOnly())
        return base::fail(ErrorCode::Usage, "a query may only read the store");
    return statement;
}

} // namespace

struct Store::State {
    std::filesystem::path path;
    sqlite::Database database;
    std::vector<TableInfo> tables;

    [[nodiscard]] const TableInfo* find(std::string_view name) const
    {
        for (const TableInfo& table : tables) {
            if (table.name == name)
                return &table;
        }
        return nullptr;
    }

    using ToSql = base::Result<std::string> (*)(const Select&, const std::vector<std::string>&);
    [[nodiscard]] base::Result<void> ask(const Select& select, ToSql makeSql, RowSink& sink,
                                         const std::function<bool()>& stop) const;
};

base::Result<std::vector<TableInfo>> tablesOf(std::span<const std::string_view> tablesSql)
{
    auto database = sqlite::Database::open({}, sqlite::Database::Mode::InMemory);
    if (!database)
        return tl::unexpected(std::move(database).error());
    if (auto schema = createSchema(*database, tablesSql); !schema)
        return tl::unexpected(std::move(schema).error());
    return readSchema(*database);
}

base::Result<Store> Store::open(const std::filesystem::path& path)
{
    if (auto checked = checkStoreFile(path); !checked)
        return tl::unexpected(std::move(checked).error());
    const std::string note = "opening " + path.string();
    auto database = sqlite::Database::open(path, sqlite::Database::Mode::ReadOnly);
    if (!database)
        return base::failDuring(std::move(database).error(), note);
    guardAgainstWrites(*database);
    const auto complete = database->scalar("SELECT value FROM meta WHERE key = 'complete'");
    if (complete && complete->integer() == 0)
        return base::fail(ErrorCode::Damaged, path.string() + " is a store whose import never finished");
    auto tables = readSchema(*database);
    if (!complete || !tables) {
        const base::Error& error = complete ? tables.error() : complete.error();
        return base::fail(error.code == ErrorCode::Io ? ErrorCode::Io : ErrorCode::Damaged,
                          path.string() + " cannot be read as a vnscope store: " + error.message);
    }
    return Store(std::make_unique<State>(State{path, std::move(*database), std::move(*tables)}));
}

Store::Store(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

base::Result<Table> Store::read(const Select& select, const std::function<bool()>& stop) const
{
    TableCollector collector;
    if (auto done = read(select, collector, stop); !done)
        return tl::unexpected(std::move(done).error());
    return std::move(collector).table();
}

base::Result<void> Store::read(const Select& select, RowSink& sink, const std::function<bool()>& stop) const
{
    return m_state->ask(select, toSql, sink, stop);
}

base::Result<std::int64_t> Store::count(const Select& select, const std::function<bool()>& stop) const
{
    TableCollector collector;
    if (auto done = m_state->ask(select, toCountSql, collector, stop); !done)
        return tl::unexpected(std::move(done).error());
    return std::move(collector).table().rows.at(0).at(0).integer();
}

base::Result<void> Store::State::ask(const Select& select, ToSql makeSql, RowSink& sink,
                                     const std::function<bool()>& stop) const
{
    const TableInfo* info = find(select.table);
    if (!info)
        return base::fail(ErrorCode::NotFound, path.string() + " has no table " + select.table);
    if (info->columns.empty())
        return base::fail(ErrorCode::NotFound,
                          path.string() + " lacks tables that the view " + select.table + " is made of");
    const auto sql = makeSql(select, info->columns);
    if (!sql)
        return tl::unexpected(sql.error());
    const std::string note = "reading " + select.table;
    const StopWatcher watcher(database, stop);
    auto statement = database.prepare(*sql);
    if (!statement)
        return base::failDuring(std::move(statement).error(), note);
    int parameter = 0;
    for (const Select::Condition& condition : select.where) {
        if (takesValue(condition) && !statement->bind(++parameter, condition.value))
            return base::failDuring(database.error(), note);
    }
    if (auto done = deliver(database, *statement, sink); !done)
        return base::failDuring(std::move(done).error(), note);
    return {};
}

base::Result<void> Store::query(const std::string& sql, RowSink& sink, const std::function<bool()>& stop) const
{
    const StopWatcher watcher(m_state->database, stop);
    auto statement = prepareQuery(m_state->database, sql);
    if (!statement)
        return tl::unexpected(std::move(statement).error());
    if (auto done = deliver(m_state->database, *statement, sink); !done)
        return tl::unexpected(queryError(std::move(done).error()));
    return {};
}

base::Result<std::vector<TableInfo>> Store::tables() const
{
    return m_state->tables;
}

bool Store::hasTable(std::string_view name) const
{
    return m_state->find(name) != nullptr;
}

std::string Store::meta(std::string_view key) const
{
    const auto found = read({"meta", {"value"}, {{"key", "=", key}}, {}, 1});
    if (!found || found->rows.empty())
        return {};
    struct ToText {
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return std::to_string(number); }
        std::string operator()(const std::string& text) const { return text; }
    };
    return std::visit(ToText{}, found->rows[0][0].cell());
}

std::optional<std::int64_t> Store::metaInteger(std::string_view key) const
{
    const std::string text = meta(key);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

const std::filesystem::path& Store::path() const
{
    return m_state->path;
}

} // namespace vnscope::storage
