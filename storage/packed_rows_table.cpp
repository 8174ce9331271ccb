// SPDX-License-Identifier: Apache-2.0
#include "storage/packed_rows_table.hpp"

#include <memory>
#include <new>
#include <string>

#include <sqlite3.h>

#include "storage/packed_rows.hpp"

// An eponymous virtual table (https://www.sqlite.org/vtab.html, 2.1.2): it has no state but its hidden argument.
namespace vnscope::storage {

namespace {

constexpr int kSeqColumn = 0;
constexpr int kFirstCell = 1;
constexpr int kTextColumn = kFirstCell + static_cast<int>(PackedRows::kMostColumns);
constexpr double kRowsExpected = 8;

struct Cursor {
    sqlite3_vtab_cursor base{}; ///< First, as SQLite asks.
    std::string text;
    PackedRowReader reader{std::string_view()};
    sqlite3_int64 seq = 0;
    bool isAtEnd = true;
};

/// SQLite knows only the cursor's first member.
Cursor& cursorOf(sqlite3_vtab_cursor* cursor)
{
    return *reinterpret_cast<Cursor*>(cursor);
}

int connect(sqlite3* database, void*, int, const char* const*, sqlite3_vtab** table, char**)
{
    const int declared =
        sqlite3_declare_vtab(database, "CREATE TABLE x(seq, c0, c1, c2, c3, c4, c5, c6, c7, text HIDDEN)");
    if (declared != SQLITE_OK)
        return declared;
    // It only computes: a view of a store that is not trusted may use it.
    sqlite3_vtab_config(database, SQLITE_VTAB_INNOCUOUS);
    *table = new (std::nothrow) sqlite3_vtab();
    return *table == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int disconnect(sqlite3_vtab* table)
{
    delete table;
    return SQLITE_OK;
}

int bestIndex(sqlite3_vtab*, sqlite3_index_info* info)
{
    for (int i = 0; i < info->nConstraint; ++i) {
        const auto& constraint = info->aConstraint[i];
        if (constraint.iColumn != kTextColumn || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (constraint.usable == 0)
            return SQLITE_CONSTRAINT; // The argument comes from a table that must be read first.
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
    }
    info->estimatedCost = kRowsExpected;
    info->estimatedRows = static_cast<sqlite3_int64>(kRowsExpected);
    return SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor)
{
    auto* made = new (std::nothrow) Cursor();
    if (made == nullptr)
        return SQLITE_NOMEM;
    *cursor = &made->base;
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor)
{
    delete &cursorOf(cursor);
    return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base)
{
    Cursor& cursor = cursorOf(base);
    ++cursor.seq;
    cursor.isAtEnd = !cursor.reader.next();
    return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int, const char*, int arguments, sqlite3_value** values)
{
    Cursor& cursor = cursorOf(base);
    cursor.text.clear();
    if (arguments == 1) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
        if (text != nullptr)
            cursor.text.assign(text, static_cast<std::size_t>(sqlite3_value_bytes(values[0])));
    }
    cursor.reader = PackedRowReader(cursor.text);
    cursor.seq = -1;
    return next(base);
}

int isAtEnd(sqlite3_vtab_cursor* cursor)
{
    return cursorOf(cursor).isAtEnd ? 1 : 0;
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index)
{
    const Cursor& cursor = cursorOf(base);
    if (index == kSeqColumn)
        sqlite3_result_int64(context, cursor.seq);
    else if (index < kTextColumn)
        sqlite3_result_int64(context, cursor.reader.row()[static_cast<std::size_t>(index - kFirstCell)]);
    return SQLITE_OK;
}

int rowId(sqlite3_vtab_cursor* cursor, sqlite3_int64* id)
{
    *id = cursorOf(cursor).seq;
    return SQLITE_OK;
}

sqlite3_module makeModule()
{
    sqlite3_module module{};
    module.xConnect = connect; // No xCreate: it exists by its name alone.
    module.xBestIndex = bestIndex;
    module.xDisconnect = disconnect;
    module.xOpen = open;
    module.xClose = close;
    module.xFilter = filter;
    module.xNext = next;
    module.xEof = isAtEnd;
    module.xColumn = column;
    module.xRowid = rowId;
    return module;
}

} // namespace

bool registerUnpackRows(sqlite3* database)
{
    static const sqlite3_module kModule = makeModule();
    return sqlite3_create_module(database, "unpack_rows", &kModule, nullptr) == SQLITE_OK;
}

} // namespace vnscope::storage
