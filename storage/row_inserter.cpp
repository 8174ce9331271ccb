// SPDX-License-Identifier: Apache-2.0
#include "storage/row_inserter.hpp"

#include <utility>

#include "storage/utf8.hpp"

namespace vnscope::storage {

using sqlite::Statement;

namespace {

/// SQLite's default, and what createSchema() leaves as it is.
constexpr std::uint64_t kPageBytes = 4096;

void makeStorable(Value& cell)
{
    const std::string& text = cell.text();
    if (!text.empty() && !isStoredText(text))
        cell = Value(toStoredText(text));
}

} // namespace

base::Result<void> RowInserter::insert(Chunk& chunk)
{
    InsertTarget& target = *chunk.target;
    if (target.statement.isEmpty()) {
        auto statement = m_database.prepare(target.sql);
        if (!statement)
            return tl::unexpected(std::move(statement).error());
        target.statement = std::move(*statement);
        target.hasValue.assign(target.width, false);
    }
    for (std::size_t i = 0; i < chunk.cells.size(); i += target.width) {
        if (!insertRow(target, &chunk.cells[i]))
            return tl::unexpected(currentError());
    }
    noteLength();
    return {};
}

bool RowInserter::insertRow(InsertTarget& target, Value* cells)
{
    for (std::size_t column = 0; column < target.width; ++column) {
        const bool hasValue = !cells[column].isNull();
        if (!hasValue && !target.hasValue[column]) // Parameters keep what they hold from row to row.
            continue;
        target.hasValue[column] = hasValue;
        makeStorable(cells[column]);
        if (!target.statement.bind(static_cast<int>(column + 1), cells[column]))
            return false;
    }
    const bool isDone = target.statement.step() == Statement::Step::Done;
    if (isDone)
        target.statement.reset();
    return isDone;
}

base::Result<void> RowInserter::run(const std::string& sql)
{
    if (!m_database.run(sql))
        return tl::unexpected(currentError());
    noteLength();
    return {};
}

/// Asked while all is well, because a full disk leaves the connection in a state that answers nothing.
void RowInserter::noteLength()
{
    if (m_pageCount.isEmpty()) {
        auto statement = m_database.prepare("PRAGMA page_count");
        if (!statement)
            return;
        m_pageCount = std::move(*statement);
    }
    if (m_pageCount.step() == Statement::Step::Row)
        m_logicalBytes = static_cast<std::uint64_t>(m_pageCount.value(0).integer()) * kPageBytes;
    m_pageCount.reset();
}

base::Error RowInserter::currentError()
{
    base::Error error = m_database.error();
    const int systemError = m_database.systemError();
    if (error.code == base::ErrorCode::Io && systemError != 0)
        return m_file.writeError(systemError, m_logicalBytes);
    // Rows and statements here are ours, so every other refusal (wrong type, unknown column) is our mistake.
    error.code = base::ErrorCode::Internal;
    return std::move(error).during("writing " + m_file.target().string());
}

} // namespace vnscope::storage
