// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace vnscope::tests {

/// A fuzzer's input, taken from its begin. At the end there are only zeros.
class Bytes final {
public:
    Bytes(const std::uint8_t* data, std::size_t size) : m_data(data), m_size(size) {}

    template <typename T> T take()
    {
        T value{};
        const std::size_t length = std::min(sizeof(T), m_size);
        std::memcpy(&value, m_data, length);
        m_data += length;
        m_size -= length;
        return value;
    }
    std::string text()
    {
        const std::size_t length = std::min<std::size_t>(take<std::uint8_t>() % 16, m_size);
        std::string value(reinterpret_cast<const char*>(m_data), length);
        m_data += length;
        m_size -= length;
        return value;
    }
    std::uint8_t byte() { return take<std::uint8_t>(); }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }

private:
    const std::uint8_t* m_data;
    std::size_t m_size;
};

} // namespace vnscope::tests
