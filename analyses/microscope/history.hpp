// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vnscope::analyses::microscope {

/// The recent end of a sequence. Items keep the number that they got when they were added; the oldest are forgotten.
template <typename T> class History final {
public:
    [[nodiscard]] std::uint64_t begin() const { return m_begin; } ///< Number of the oldest that is still known.
    [[nodiscard]] std::uint64_t end() const { return m_end; }     ///< Number that the next one will get.
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(m_end - m_begin); }
    [[nodiscard]] bool isEmpty() const { return m_begin == m_end; }
    [[nodiscard]] bool holds(std::uint64_t number) const { return m_begin <= number && number < m_end; }

    [[nodiscard]] T& operator[](std::uint64_t number) { return m_slots[slotOf(number)]; }
    [[nodiscard]] const T& operator[](std::uint64_t number) const { return m_slots[slotOf(number)]; }
    [[nodiscard]] T& front() { return (*this)[m_begin]; }
    [[nodiscard]] const T& front() const { return (*this)[m_begin]; }
    [[nodiscard]] T& back() { return (*this)[m_end - 1]; }
    [[nodiscard]] const T& back() const { return (*this)[m_end - 1]; }

    std::uint64_t push(const T& item)
    {
        if (size() == m_slots.size())
            grow();
        m_slots[slotOf(m_end)] = item;
        return m_end++;
    }
    void popFront() { ++m_begin; }
    /// Forgets what is before `number`.
    void forgetUntil(std::uint64_t number) { m_begin = std::clamp(number, m_begin, m_end); }

    /// The number whose low 32 bits are `low`: items refer to one another by these.
    [[nodiscard]] std::uint64_t numberOf(std::uint32_t low) const
    {
        return m_end - static_cast<std::uint32_t>(static_cast<std::uint32_t>(m_end) - low);
    }

private:
    static constexpr std::size_t kLeast = 64;
    [[nodiscard]] std::size_t slotOf(std::uint64_t number) const
    {
        return static_cast<std::size_t>(number) & (m_slots.size() - 1);
    }
    void grow()
    {
        std::vector<T> larger(std::max(kLeast, m_slots.size() * 2));
        for (std::uint64_t number = m_begin; number != m_end; ++number)
            larger[static_cast<std::size_t>(number) & (larger.size() - 1)] = (*this)[number];
        m_slots = std::move(larger);
    }

    std::vector<T> m_slots; ///< A power of two of them.
    std::uint64_t m_begin = 0;
    std::uint64_t m_end = 0;
};

/// The last number in [begin, end) of `history` for which `isBefore` holds, given that it holds for a first part of
/// them; `begin - 1` (which may wrap around) when it holds for none.
template <typename T, typename Predicate>
[[nodiscard]] std::uint64_t lastWhere(const History<T>& history, Predicate isBefore)
{
    std::uint64_t low = history.begin();
    std::uint64_t high = history.end();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (isBefore(history[middle]))
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

} // namespace vnscope::analyses::microscope
