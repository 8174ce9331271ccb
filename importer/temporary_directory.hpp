// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::importer {

/// A directory of this process in the system's temporary place, removed with all that is in it by the destructor.
/// A directory that a killed process left behind is removed when the next one is created, a minute later at the
/// earliest.
class TemporaryDirectory final {
public:
    [[nodiscard]] static base::Result<TemporaryDirectory> create();

    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    explicit TemporaryDirectory(std::filesystem::path path) : m_path(std::move(path)) {}

    std::filesystem::path m_path;
    base::FileDescriptor m_lock; ///< Held as long as the directory is in use.
};

} // namespace vnscope::importer
