// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/proc_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace vnscope::recording::agent {

namespace {

constexpr std::size_t kFirstBytes = 4096;
/// A seq_file gives whole records as long as they fit into its page: with this much of it left, there was no further
/// one.
constexpr std::size_t kSurelyWhole = 3072;
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

} // namespace

ProcFile::ProcFile(const std::string& path) : m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), m_buffer(kFirstBytes)
{
}

std::string_view ProcFile::read()
{
    if (!m_file.isValid())
        return {};
    for (std::size_t length = 0;;) {
        const ssize_t got =
            ::pread(m_file.get(), m_buffer.data() + length, m_buffer.size() - length, static_cast<off_t>(length));
        if (got < 0)
            return {};
        length += static_cast<std::size_t>(got);
        if (got == 0 || length <= kSurelyWhole || length == kMostBytes)
            return {m_buffer.data(), length};
        if (length == m_buffer.size())
            m_buffer.resize(m_buffer.size() * 2);
    }
}

} // namespace vnscope::recording::agent
