// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

namespace vnscope::recording::agent {

/// What cannot be read: one sentence each, told once however often it is met.
class Problems final {
public:
    explicit Problems(std::function<void(const std::string&)> tell) : m_tell(std::move(tell)) {}

    void add(const std::string& sentence)
    {
        if (m_told.size() < kMost && m_told.insert(sentence).second)
            m_tell(sentence);
    }

private:
    static constexpr std::size_t kMost = 1000; ///< Memory is bounded on a host whose namespaces come and go.

    std::function<void(const std::string&)> m_tell;
    std::set<std::string> m_told;
};

} // namespace vnscope::recording::agent
