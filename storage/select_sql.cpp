// SPDX-License-Identifier: Apache-2.0
#include "storage/select_sql.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "storage/sqlite.hpp"

namespace vnscope::storage {

namespace {

constexpr std::array<std::string_view, 6> kComparisons = {"=", "<>", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 2> kTests = {"is null", "is not null"};
constexpr std::array<std::string_view, 2> kSearches = {"contains", "contains not"};
constexpr std::string_view kMembership = "in";

template <typename List> bool contains(const List& list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::string_view withoutDirection(std::string_view term)
{
    return term.starts_with('-') ? term.substr(1) : term;
}

/// The first name in `select` that no column has; empty when all are known.
std::string_view unknownColumn(const Select& select, const std::vector<std::string>& known)
{
    for (const std::string& name : select.columns) {
        if (!contains(known, name))
            return name;
    }
    for (const Select::Condition& condition : select.where) {
        if (!contains(known, condition.column))
            return condition.column;
    }
    for (const std::string& term : select.orderBy) {
        if (!contains(known, withoutDirection(term)))
            return withoutDirection(term);
    }
    return {};
}

/// "introduction a separator b separator c", or nothing for no parts.
template <typename Parts, typename ToText>
std::string joined(std::string_view introduction, std::string_view separator, const Parts& parts, ToText toText)
{
    std::string out;
    for (const auto& part : parts)
        out.append(out.empty() ? introduction : separator).append(toText(part));
    return out;
}

std::string conditionSql(const Select::Condition& condition)
{
    const std::string column = sqlite::quoted(condition.column);
    if (contains(kSearches, condition.op))
        return "instr(lower(" + column + "), lower(?)) " + (condition.op == kSearches[0] ? "> 0" : "= 0");
    if (condition.op == kMembership)
        return column + " IN (SELECT value FROM json_each(?))";
    return column + " " + condition.op + (takesValue(condition) ? " ?" : "");
}

std::string orderSql(const std::string& term)
{
    return sqlite::quoted(withoutDirection(term)) + (term.starts_with('-') ? " DESC" : "");
}

/// What makes `select` impossible to ask.
base::Result<void> check(const Select& select, const std::vector<std::string>& known)
{
    if (const std::string_view name = unknownColumn(select, known); !name.empty())
        return base::fail(base::ErrorCode::Usage, select.table + " has no column " + std::string(name));
    for (const Select::Condition& condition : select.where) {
        if (!takesValue(condition) && !contains(kTests, condition.op))
            return base::fail(base::ErrorCode::Usage, "there is no comparison \"" + condition.op + "\"");
    }
    return {};
}

std::string fromSql(const Select& select)
{
    return " FROM " + sqlite::quoted(select.table) + joined(" WHERE ", " AND ", select.where, conditionSql);
}

} // namespace

Select::Condition oneOf(std::string column, std::span<const std::int64_t> values)
{
    std::string list;
    for (const std::int64_t value : values)
        list.append(list.empty() ? "[" : ",").append(std::to_string(value));
    return {std::move(column), std::string(kMembership), values.empty() ? "[]" : list + "]"};
}

bool takesValue(const Select::Condition& condition)
{
    return contains(kComparisons, condition.op) || contains(kSearches, condition.op) || condition.op == kMembership;
}

base::Result<std::string> toSql(const Select& select, const std::vector<std::string>& known)
{
    if (auto possible = check(select, known); !possible)
        return tl::unexpected(std::move(possible).error());
    std::string sql = joined("SELECT ", ", ", select.columns.empty() ? known : select.columns, sqlite::quoted);
    sql += fromSql(select);
    sql += joined(" ORDER BY ", ", ", select.orderBy, orderSql);
    if (select.limit >= 0 || select.offset > 0)
        sql += " LIMIT " + std::to_string(select.limit);
    if (select.offset > 0)
        sql += " OFFSET " + std::to_string(select.offset);
    return sql;
}

base::Result<std::string> toCountSql(const Select& select, const std::vector<std::string>& known)
{
    if (auto possible = check(select, known); !possible)
        return tl::unexpected(std::move(possible).error());
    return "SELECT count(*)" + fromSql(select);
}

} // namespace vnscope::storage
