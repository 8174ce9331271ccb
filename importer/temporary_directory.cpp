// SPDX-License-Identifier: Apache-2.0
#include "importer/temporary_directory.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace vnscope::importer {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "vnscope-import-";

/// A directory younger than this may belong to a process that has not locked it yet.
constexpr time_t kSettledSeconds = 60;

base::FileDescriptor openDirectory(const fs::path& path)
{
    return base::FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// The lock is held as long as the maker lives, and also tells processes of different containers apart, which numbers
/// of processes do not.
bool isLockedByUs(const base::FileDescriptor& directory)
{
    return ::flock(directory.get(), LOCK_EX | LOCK_NB) == 0;
}

bool isAbandoned(const fs::path& path)
{
    const base::FileDescriptor directory = openDirectory(path);
    struct stat status {};
    return directory.isValid() && ::fstat(directory.get(), &status) == 0 && status.st_uid == ::geteuid() &&
           status.st_mtime + kSettledSeconds < ::time(nullptr) && isLockedByUs(directory);
}

void removeLeftovers(const fs::path& parent)
{
    std::error_code error;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->path().filename().native().starts_with(kPrefix) && isAbandoned(entry->path()))
            fs::remove_all(entry->path(), ignored);
    }
}

} // namespace

base::Result<TemporaryDirectory> TemporaryDirectory::create()
{
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    if (error)
        return base::fail(base::ErrorCode::Io, "There is no temporary directory to work in: set TMPDIR.");
    removeLeftovers(parent);
    std::string pattern = (parent / fmt::format("{}{}-XXXXXX", kPrefix, ::getpid())).native();
    if (::mkdtemp(pattern.data()) == nullptr)
        return base::fail(base::ErrorCode::Io,
                          fmt::format("Cannot create a directory in {}: {}.", parent.native(), std::strerror(errno)));
    TemporaryDirectory directory{fs::path(pattern)};
    directory.m_lock = openDirectory(directory.m_path);
    if (!directory.m_lock.isValid() || !isLockedByUs(directory.m_lock))
        return base::fail(base::ErrorCode::Io, fmt::format("Cannot lock {}.", pattern));
    return directory;
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : m_path(std::move(other.m_path)), m_lock(std::move(other.m_lock))
{
    other.m_path.clear();
}

TemporaryDirectory::~TemporaryDirectory()
{
    if (m_path.empty())
        return;
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

} // namespace vnscope::importer
