// SPDX-License-Identifier: Apache-2.0
#include "storage/chunk_queue.hpp"

#include <utility>

namespace vnscope::storage {

void ChunkQueue::push(Chunk chunk)
{
    std::unique_lock lock(m_mutex);
    m_hasRoom.wait(lock, [this] { return m_chunks.size() < m_capacity || m_isClosed; });
    if (m_isClosed)
        return;
    m_chunks.push_back(std::move(chunk));
    m_hasChunk.notify_one();
}

std::optional<Chunk> ChunkQueue::pop()
{
    std::unique_lock lock(m_mutex);
    m_hasChunk.wait(lock, [this] { return !m_chunks.empty() || m_isClosed; });
    if (m_chunks.empty())
        return std::nullopt;
    Chunk chunk = std::move(m_chunks.front());
    m_chunks.pop_front();
    m_hasRoom.notify_one();
    return chunk;
}

void ChunkQueue::close()
{
    const std::lock_guard lock(m_mutex);
    m_isClosed = true;
    m_hasRoom.notify_all();
    m_hasChunk.notify_all();
}

void ChunkQueue::recycle(std::vector<Value> cells)
{
    cells.clear();
    const std::lock_guard lock(m_mutex);
    if (m_spare.size() < m_capacity)
        m_spare.push_back(std::move(cells));
}

std::vector<Value> ChunkQueue::freshCells()
{
    const std::lock_guard lock(m_mutex);
    if (m_spare.empty())
        return {};
    std::vector<Value> cells = std::move(m_spare.back());
    m_spare.pop_back();
    return cells;
}

} // namespace vnscope::storage
