// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vnscope::simulator {

/// A queue whose front is contiguous; its memory follows the longest that it ever was.
template <typename Item> class Fifo final {
public:
    void push(const Item& item) { m_items.push_back(item); }
    void append(std::span<const Item> items) { m_items.insert(m_items.end(), items.begin(), items.end()); }
    void pop(std::size_t count)
    {
        m_begin += count;
        // Half of the room is waste: moving the rest costs no more than what was popped.
        if (m_begin * 2 >= m_items.size()) {
            m_items.erase(m_items.begin(), m_items.begin() + static_cast<std::ptrdiff_t>(m_begin));
            m_begin = 0;
        }
    }
    [[nodiscard]] std::span<const Item> view() const { return std::span(m_items).subspan(m_begin); }
    [[nodiscard]] std::span<Item> view() { return std::span(m_items).subspan(m_begin); }
    [[nodiscard]] std::size_t size() const { return m_items.size() - m_begin; }
    [[nodiscard]] bool isEmpty() const { return size() == 0; }

private:
    std::vector<Item> m_items;
    std::size_t m_begin = 0;
};

} // namespace vnscope::simulator
