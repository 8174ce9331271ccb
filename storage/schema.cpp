// SPDX-License-Identifier: Apache-2.0
#include "storage/schema.hpp"

#include <utility>

#include "embedded/vnscope_storage_kCoreTables.hpp"
#include "storage/sql_script.hpp"

namespace vnscope::storage {

using sqlite::Statement;

namespace {

base::Result<std::vector<std::string>> columnsOf(const sqlite::Database& database, std::string_view name)
{
    auto statement = database.prepare("SELECT name FROM pragma_table_info(?)");
    if (!statement)
        return tl::unexpected(std::move(statement).error());
    const Value table(name);
    std::vector<std::string> columns;
    if (!statement->bind(1, table))
        return tl::unexpected(database.error());
    Statement::Step step = statement->step();
    for (; step == Statement::Step::Row; step = statement->step())
        columns.push_back(statement->value(0).text());
    if (step == Statement::Step::Failed)
        return tl::unexpected(database.error());
    return columns;
}

base::Result<void> writeComment(const sqlite::Database& database, const CreateStatement& created)
{
    auto statement = database.prepare("INSERT INTO table_comment(name, comment) VALUES(?, ?)");
    if (!statement)
        return tl::unexpected(std::move(statement).error());
    const Value name(created.name);
    const Value comment(created.comment);
    if (!statement->bind(1, name) || !statement->bind(2, comment) || statement->step() == Statement::Step::Failed)
        return tl::unexpected(database.error());
    return {};
}

base::Result<std::vector<CreateStatement>> parseScripts(std::span<const std::string_view> tablesSql)
{
    auto all = parseSqlScript(kCoreTables);
    for (const std::string_view script : tablesSql) {
        auto statements = parseSqlScript(script);
        if (!all || !statements)
            return tl::unexpected(std::move(all ? statements : all).error());
        all->insert(all->end(), std::make_move_iterator(statements->begin()),
                    std::make_move_iterator(statements->end()));
    }
    return all;
}

base::Result<void> createOne(sqlite::Database& database, const CreateStatement& statement, Schema& schema)
{
    if (statement.kind == CreateStatement::Kind::Index) {
        schema.deferredSql.push_back(statement.sql);
        return {};
    }
    if (auto created = database.run(statement.sql); !created)
        return created;
    if (statement.kind == CreateStatement::Kind::Table) {
        auto columns = columnsOf(database, statement.name);
        if (!columns)
            return tl::unexpected(std::move(columns).error());
        schema.columns.emplace(statement.name, std::move(*columns));
    }
    return {};
}

} // namespace

base::Result<Schema> createSchema(sqlite::Database& database, std::span<const std::string_view> tablesSql)
{
    auto statements = parseScripts(tablesSql);
    if (!statements)
        return tl::unexpected(std::move(statements).error());
    Schema schema;
    for (const CreateStatement& statement : *statements) {
        if (auto created = createOne(database, statement, schema); !created)
            return base::failDuring(std::move(created).error(), "creating " + statement.name);
    }
    for (const CreateStatement& statement : *statements) {
        if (statement.kind == CreateStatement::Kind::Index)
            continue;
        if (auto written = writeComment(database, statement); !written)
            return tl::unexpected(std::move(written).error());
    }
    return schema;
}

base::Result<std::vector<TableInfo>> readSchema(const sqlite::Database& database)
{
    auto statement = database.prepare("SELECT s.name, s.type = 'view', coalesce(c.comment, '') FROM sqlite_schema s "
                                      "LEFT JOIN table_comment c ON c.name = s.name "
                                      "WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                                      "ORDER BY s.name");
    if (!statement)
        return tl::unexpected(std::move(statement).error());
    std::vector<TableInfo> tables;
    Statement::Step step = statement->step();
    for (; step == Statement::Step::Row; step = statement->step()) {
        const std::string name = statement->value(0).text();
        auto columns = columnsOf(database, name);
        // A view over tables of an analysis that this store lacks has no columns; it is no reason to hide the others.
        tables.push_back({name, statement->value(1).integer() != 0, statement->value(2).text(),
                          std::move(columns).value_or(std::vector<std::string>{})});
    }
    if (step == Statement::Step::Failed)
        return tl::unexpected(database.error());
    return tables;
}

} // namespace vnscope::storage
