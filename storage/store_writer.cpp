// SPDX-License-Identifier: Apache-2.0
#include "storage/store_writer.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "storage/chunk_queue.hpp"
#include "storage/part_file.hpp"
#include "storage/row_inserter.hpp"
#include "storage/schema.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"
#include "storage/store_file.hpp"

namespace vnscope::storage {

namespace {

/// Chunks on their way; with kChunkBytes the bound of what waits in memory (16 MiB) when the disk is slow.
constexpr std::size_t kQueuedChunks = 64;
constexpr std::size_t kChunkBytes = 256 * 1024;

/// Without journal and sync until the end: a store that was not finished is thrown away whole. The cache is the
/// writer's share of the import's memory (16 MiB).
constexpr const char* kWriterPragmas = "PRAGMA journal_mode = OFF;"
                                       "PRAGMA synchronous = OFF;"
                                       "PRAGMA locking_mode = EXCLUSIVE;"
                                       "PRAGMA cache_size = -16384;";

std::string insertSql(std::string_view table, const std::vector<std::string>& columns, std::string_view verb)
{
    std::string names;
    std::string marks;
    for (const std::string& column : columns) {
        const std::string_view comma = names.empty() ? "" : ", ";
        names.append(comma).append(sqlite::quoted(column));
        marks.append(comma).append("?");
    }
    return std::string(verb) + " INTO " + sqlite::quoted(table) + "(" + names + ") VALUES(" + marks + ")";
}

[[maybe_unused]] bool hasColumns(const Schema& schema, std::string_view table, const std::vector<std::string>& columns)
{
    const auto found = schema.columns.find(table);
    return !columns.empty() && found != schema.columns.end() &&
           std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
               return std::find(found->second.begin(), found->second.end(), name) != found->second.end();
           });
}

} // namespace

/// One table's rows on the producer's side.
struct TableWriter::Channel {
    StoreWriter::State& state;
    InsertTarget target;      ///< Handed to the writing thread with every chunk; only `width` is read here.
    std::vector<Value> cells; ///< The chunk being filled.
    std::size_t bytes = 0;    ///< Of that chunk, roughly.
};

struct StoreWriter::State {
    State(PartFile partFile, sqlite::Database openDatabase, Schema createdSchema)
        : file(std::move(partFile)),
          database(std::move(openDatabase)),
          schema(std::move(createdSchema)),
          inserter(*database, file)
    {
    }

    PartFile file;
    std::optional<sqlite::Database> database; ///< Used by `thread` while it runs, by the owner before and after.
    Schema schema;
    std::deque<TableWriter::Channel> channels; ///< A deque: TableWriters point into it, and so do chunks.
    RowInserter inserter;
    ChunkQueue queue{kQueuedChunks};
    std::thread thread;
    TableWriter metaTable;

    std::atomic<bool> hasFailed = false;
    mutable std::mutex failureMutex;
    std::optional<base::Error> failure; ///< The first one; guarded by failureMutex.

    TableWriter addChannel(std::string_view table, const std::vector<std::string>& columns, std::string_view verb);
    void send(TableWriter::Channel& channel);
    void writeChunks();
    [[nodiscard]] base::Result<void> startThread();
    void drain();
    void endThread();
    void close();
    void fail(base::Error error);
    [[nodiscard]] base::Result<void> health() const;
    [[nodiscard]] base::Result<void> complete();
};

TableWriter StoreWriter::State::addChannel(std::string_view table, const std::vector<std::string>& columns,
                                           std::string_view verb)
{
    InsertTarget target{insertSql(table, columns, verb), columns.size(), {}, {}};
    return TableWriter(&channels.emplace_back(TableWriter::Channel{*this, std::move(target), {}, 0}));
}

void StoreWriter::State::send(TableWriter::Channel& channel)
{
    if (channel.cells.empty())
        return;
    queue.push({&channel.target, std::exchange(channel.cells, queue.freshCells())});
    channel.bytes = 0;
}

/// The writing thread. After a failure it goes on taking chunks, so that the producer never waits for nothing.
void StoreWriter::State::writeChunks()
{
    while (auto chunk = queue.pop()) {
        if (!hasFailed) {
            if (auto written = inserter.insert(*chunk); !written)
                fail(std::move(written).error());
        }
        queue.recycle(std::move(chunk->cells));
    }
}

base::Result<void> StoreWriter::State::startThread()
{
    try {
        thread = std::thread([this] { writeChunks(); });
        return {};
    } catch (const std::system_error& problem) {
        return base::fail(base::ErrorCode::Internal, std::string("cannot start the writing thread: ") + problem.what());
    }
}

/// Writes what was appended so far and ends the writing thread.
void StoreWriter::State::drain()
{
    for (TableWriter::Channel& channel : channels)
        send(channel);
    endThread();
}

void StoreWriter::State::endThread()
{
    queue.close();
    if (thread.joinable())
        thread.join();
}

/// Statements must end before the connection does, so that closing really closes the file.
void StoreWriter::State::close()
{
    for (TableWriter::Channel& channel : channels)
        channel.target.statement = {};
    inserter.forget();
    database.reset();
}

void StoreWriter::State::fail(base::Error error)
{
    const std::lock_guard lock(failureMutex);
    if (!failure)
        failure = std::move(error);
    hasFailed = true;
}

base::Result<void> StoreWriter::State::health() const
{
    if (!hasFailed)
        return {};
    const std::lock_guard lock(failureMutex);
    return tl::unexpected(*failure);
}

base::Result<void> StoreWriter::State::complete()
{
    for (const std::string& sql : schema.deferredSql) {
        if (auto built = inserter.run(sql); !built)
            return built;
    }
    if (auto committed = inserter.run("INSERT OR REPLACE INTO meta VALUES('complete', 1); COMMIT"); !committed)
        return committed;
    close();
    return file.publish();
}

std::vector<Value>& TableWriter::openRow([[maybe_unused]] std::size_t cells)
{
    assert(m_channel && cells == m_channel->target.width);
    return m_channel->cells;
}

void TableWriter::closeRow()
{
    Channel& channel = *m_channel;
    const std::size_t width = channel.target.width;
    if (const std::size_t surplus = channel.cells.size() % width; surplus != 0) {
        channel.cells.resize(channel.cells.size() - surplus);
        channel.state.fail({base::ErrorCode::Internal, "a row has the wrong number of cells", {channel.target.sql}});
        return;
    }
    channel.bytes += width * sizeof(Value);
    for (auto cell = channel.cells.end() - static_cast<std::ptrdiff_t>(width); cell != channel.cells.end(); ++cell)
        channel.bytes += cell->text().size();
    if (channel.bytes >= kChunkBytes)
        channel.state.send(channel);
}

base::Result<std::unique_ptr<StoreWriter>> StoreWriter::create(const std::filesystem::path& path,
                                                               std::span<const std::string_view> tablesSql)
{
    auto file = PartFile::create(path);
    if (!file)
        return tl::unexpected(std::move(file).error());
    auto database = sqlite::Database::open(file->path(), sqlite::Database::Mode::Private);
    if (!database)
        return base::failDuring(std::move(database).error(), "writing " + path.string());
    RowInserter inserter(*database, *file);
    const std::string start = std::string(kWriterPragmas) +
                              "PRAGMA application_id = " + std::to_string(kApplicationId) +
                              ";PRAGMA user_version = " + std::to_string(kSchemaVersion) + ";BEGIN";
    if (auto begun = inserter.run(start); !begun)
        return tl::unexpected(std::move(begun).error());
    auto schema = createSchema(*database, tablesSql);
    if (!schema)
        return base::failDuring(std::move(schema).error(), "writing " + path.string());
    auto state = std::make_unique<State>(std::move(*file), std::move(*database), std::move(*schema));
    if (auto started = state->startThread(); !started)
        return tl::unexpected(std::move(started).error());
    return std::unique_ptr<StoreWriter>(new StoreWriter(std::move(state)));
}

StoreWriter::StoreWriter(std::unique_ptr<State> state) : m_state(std::move(state))
{
    m_state->metaTable = m_state->addChannel("meta", {"key", "value"}, "INSERT OR REPLACE");
    meta("schema_version", kSchemaVersion);
}

StoreWriter::~StoreWriter()
{
    // Without finish() what is still queued is of no use; after it there is nothing left to do.
    m_state->fail({base::ErrorCode::Cancelled, "the store was given up", {}});
    m_state->endThread();
    m_state->close();
}

TableWriter StoreWriter::table(std::string_view name, std::vector<std::string> columns)
{
    assert(hasColumns(m_state->schema, name, columns));
    return m_state->addChannel(name, columns, "INSERT");
}

void StoreWriter::meta(std::string_view key, Value value)
{
    m_state->metaTable.append(key, std::move(value));
}

base::Result<void> StoreWriter::health() const
{
    return m_state->health();
}

base::Result<void> StoreWriter::finish()
{
    m_state->drain();
    auto finished = m_state->health();
    if (finished)
        finished = m_state->complete();
    if (!finished) {
        m_state->fail(finished.error());
        m_state->close();
        m_state->file.discard();
    }
    return finished;
}

} // namespace vnscope::storage
