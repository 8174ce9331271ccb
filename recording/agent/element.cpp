// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/element.hpp"

namespace vnscope::recording::agent {

namespace {

/// FNV-1a, 64 bits (RFC 9923).
class Hash final {
public:
    void add(std::uint8_t byte) { m_value = (m_value ^ byte) * 0x0000'0100'0000'01b3U; }
    void add(std::string_view text)
    {
        for (const char c : text)
            add(static_cast<std::uint8_t>(c));
        add(std::uint8_t{0});
    }
    void add(std::uint64_t number)
    {
        for (unsigned int shift = 0; shift < 64; shift += 8)
            add(static_cast<std::uint8_t>(number >> shift));
    }
    [[nodiscard]] std::uint64_t value() const { return m_value; }

private:
    std::uint64_t m_value = 0xcbf2'9ce4'8422'2325U;
};

} // namespace

std::uint64_t elementId(std::string_view kind, std::initializer_list<std::uint64_t> key, std::string_view text)
{
    Hash hash;
    hash.add(kind);
    for (const std::uint64_t number : key)
        hash.add(number);
    hash.add(text);
    return hash.value() == 0 ? 1 : hash.value();
}

} // namespace vnscope::recording::agent
