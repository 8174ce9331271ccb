// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/data_quality.hpp"
#include "storage/base/result.hpp"
#include "storage/value.hpp"

namespace vnscope::storage {

class StoreWriter;

/// Appends rows to one table. Cheap to copy; lives no longer than its StoreWriter. Used by one thread (the one that
/// reads the trace); the rows travel in chunks to the writer's own thread.
class TableWriter final {
public:
    TableWriter() = default;

    /// One row, a cell per column in the order given to StoreWriter::table.
    template <typename... Cells> void append(Cells&&... cells)
    {
        std::vector<Value>& chunk = openRow(sizeof...(Cells));
        (chunk.emplace_back(std::forward<Cells>(cells)), ...);
        closeRow();
    }

private:
    friend class StoreWriter;
    struct Channel;
    explicit TableWriter(Channel* channel) : m_channel(channel) {}
    std::vector<Value>& openRow(std::size_t cells);
    void closeRow();

    Channel* m_channel = nullptr;
};

/// Writes a new store: to a temporary file beside `path`, renamed over it only by finish(). SQLite runs on a thread of
/// its own behind a bounded queue, so the reading thread never waits for the disk unless the disk is the bottleneck.
/// Destroyed without finish(): the temporary file is removed and `path` is as it was.
class StoreWriter final {
public:
    /// `tablesSql`: each analysis's tables.sql (CREATE TABLE / VIEW / INDEX statements; indexes are built by finish()).
    [[nodiscard]] static base::Result<std::unique_ptr<StoreWriter>> create(const std::filesystem::path& path,
                                                                           std::span<const std::string_view> tablesSql);
    StoreWriter(const StoreWriter&) = delete;
    StoreWriter& operator=(const StoreWriter&) = delete;
    ~StoreWriter();

    /// A writer for `columns` of `table`; asserts that both exist (a mistake of ours otherwise).
    [[nodiscard]] TableWriter table(std::string_view name, std::vector<std::string> columns);

    /// Key/value facts about the store: `vnscope_version`, `begin_ns`, `end_ns`, `command`, ...
    void meta(std::string_view key, Value value);

    /// The first thing that went wrong on the writing thread so far (disk full, ...).
    [[nodiscard]] base::Result<void> health() const;

    /// Writes what is queued, builds indexes, makes it durable and renames it into place.
    [[nodiscard]] base::Result<void> finish();

private:
    struct State;
    friend class TableWriter;
    explicit StoreWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace vnscope::storage
