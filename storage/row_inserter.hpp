// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/chunk_queue.hpp"
#include "storage/part_file.hpp"
#include "storage/sqlite.hpp"

namespace vnscope::storage {

/// Where rows go. `statement` is prepared when the first chunk arrives, on the thread that uses the database.
struct InsertTarget {
    std::string sql;
    std::size_t width = 0;
    sqlite::Statement statement;
    std::vector<bool> hasValue; ///< By column: what the statement's parameter holds is not NULL.
};

/// Writes chunks into the open transaction of one database, and says what is wrong in words for the user.
/// Used by one thread at a time.
class RowInserter final {
public:
    RowInserter(sqlite::Database& database, const PartFile& file) : m_database(database), m_file(file) {}

    /// Text of the chunk is made fit for storing (see utf8.hpp) in place.
    [[nodiscard]] base::Result<void> insert(Chunk& chunk);
    /// A statement of ours outside the chunks: BEGIN, CREATE INDEX, COMMIT.
    [[nodiscard]] base::Result<void> run(const std::string& sql);
    /// Ends statements of its own, as the database must before it closes.
    void forget() { m_pageCount = {}; }

private:
    [[nodiscard]] bool insertRow(InsertTarget& target, Value* cells);
    void noteLength();
    [[nodiscard]] base::Error currentError();

    sqlite::Database& m_database;
    const PartFile& m_file;
    sqlite::Statement m_pageCount;
    std::uint64_t m_logicalBytes = 0;
};

} // namespace vnscope::storage
