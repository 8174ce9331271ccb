// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "storage/value.hpp"

namespace vnscope::storage {

struct InsertTarget;

/// Whole rows of one table, cell after cell.
struct Chunk {
    InsertTarget* target = nullptr;
    std::vector<Value> cells;
};

/// A bounded queue between the thread that reads a trace and the thread that writes the store. Thread-safe.
class ChunkQueue final {
public:
    explicit ChunkQueue(std::size_t capacity) : m_capacity(capacity) {}

    /// Waits while the queue is full. After close() the chunk is dropped.
    void push(Chunk chunk);
    /// Waits for a chunk; nothing once the queue is closed and empty.
    [[nodiscard]] std::optional<Chunk> pop();
    /// No more chunks will come.
    void close();

    /// Gives a chunk's memory back for another round, so that steady writing allocates nothing.
    void recycle(std::vector<Value> cells);
    /// An empty vector, with room where one was recycled.
    [[nodiscard]] std::vector<Value> freshCells();

private:
    const std::size_t m_capacity;
    std::mutex m_mutex;
    std::condition_variable m_hasRoom;
    std::condition_variable m_hasChunk;
    std::deque<Chunk> m_chunks;
    std::vector<std::vector<Value>> m_spare;
    bool m_isClosed = false;
};

} // namespace vnscope::storage
