// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "storage/base/result.hpp"

namespace vnscope::importer {

/// A directory of this process in the system's temporary place, removed with all that is in it by the destructor.
/// A directory that a killed process left behind is removed by the next one that is created.
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
};

} // namespace vnscope::importer
