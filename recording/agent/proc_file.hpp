// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/base/file_descriptor.hpp"

namespace vnscope::recording::agent {

/// A small file of the kernel that is opened once and read again and again.
class ProcFile final {
public:
    ProcFile() = default;
    explicit ProcFile(const std::string& path);

    [[nodiscard]] bool isOpen() const { return m_file.isValid(); }
    /// What it says now; empty when it cannot be read (any more). Valid until the next read().
    [[nodiscard]] std::string_view read();

private:
    base::FileDescriptor m_file;
    std::vector<char> m_buffer;
};

} // namespace vnscope::recording::agent
