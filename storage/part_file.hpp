// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "storage/base/result.hpp"

namespace vnscope::storage {

/// The temporary file `<target>.part-<pid>` that becomes `target` by publish(), or vanishes with this object.
///
/// While it lives it holds a flock() on the file, which the kernel drops with the process however that ends. A part
/// file that nobody locks is therefore the leftover of a dead process, and the next create() for the same target
/// removes it.
class PartFile final {
public:
    /// Refuses in one sentence: a target that exists and is no regular file, a folder that is missing or not writable.
    /// A target that is a symbolic link is written where the link points.
    [[nodiscard]] static base::Result<PartFile> create(const std::filesystem::path& target);

    PartFile(PartFile&& other) noexcept;
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    PartFile& operator=(PartFile&&) = delete;
    ~PartFile();

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const std::filesystem::path& target() const { return m_target; }

    /// Makes the file durable, renames it over the target and makes the rename durable.
    [[nodiscard]] base::Result<void> publish();

    /// Removes the file; the target stays as it was.
    void discard();

    /// The sentence for a write that failed with `errorNumber`. `logicalBytes`: how long the file would be by now;
    /// what of it has no blocks yet is how much more room is needed at least.
    [[nodiscard]] base::Error writeError(int errorNumber, std::uint64_t logicalBytes) const;

private:
    PartFile(std::filesystem::path target, std::filesystem::path path, int descriptor);

    std::filesystem::path m_target;
    std::filesystem::path m_path;
    int m_descriptor = -1;
};

} // namespace vnscope::storage
