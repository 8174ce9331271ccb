// SPDX-License-Identifier: Apache-2.0
#include "recording/host/json_object_end.hpp"

namespace vnscope::recording::host {

bool JsonObjectEnd::feed(std::string_view piece)
{
    for (const char c : piece) {
        take(c);
        ++m_length;
        m_isHopeless = m_isHopeless || m_depth > kDeepest;
        if (m_isHopeless)
            return false;
        if (m_hasBegun && m_depth == 0)
            return true;
    }
    return false;
}

void JsonObjectEnd::take(char c)
{
    if (!m_hasBegun) {
        m_hasBegun = c == '{';
        m_depth = m_hasBegun ? 1 : 0;
        m_isHopeless = !m_hasBegun && c != ' ' && c != '\n' && c != '\r' && c != '\t';
    } else if (m_isInString) {
        m_isInString = m_isEscaped || c != '"';
        m_isEscaped = !m_isEscaped && c == '\\';
    } else if (c == '"') {
        m_isInString = true;
    } else if (c == '{' || c == '[') {
        ++m_depth;
    } else if (c == '}' || c == ']') {
        --m_depth;
    }
}

} // namespace vnscope::recording::host
