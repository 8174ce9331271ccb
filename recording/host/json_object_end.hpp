// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace vnscope::recording::host {

/// Finds where a JSON object ends in a stream that has nothing between one and the next. Takes the text piece by piece.
class JsonObjectEnd final {
public:
    /// Deeper ones are not read on: OVSDB's answers need 9, and a parser's memory grows with depth.
    static constexpr std::size_t kDeepest = 32;

    /// True when the object ended; then `length()` is its length with the white space before it.
    [[nodiscard]] bool feed(std::string_view piece);
    [[nodiscard]] std::size_t length() const { return m_length; }
    /// It begins with no brace, or is too deep.
    [[nodiscard]] bool isHopeless() const { return m_isHopeless; }

private:
    void take(char c);

    std::size_t m_length = 0;
    std::size_t m_depth = 0;
    bool m_hasBegun = false;
    bool m_isInString = false;
    bool m_isEscaped = false;
    bool m_isHopeless = false;
};

} // namespace vnscope::recording::host
