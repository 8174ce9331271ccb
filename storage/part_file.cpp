// SPDX-License-Identifier: Apache-2.0
#include "storage/part_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vnscope::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPartInfix = ".part-";
/// Writers of one process for one target at the same time; more than a few are a mistake.
constexpr int kMaxWritersPerTarget = 100;

std::string reasonOf(int errorNumber)
{
    return std::generic_category().message(errorNumber);
}

base::Error cannotWrite(const fs::path& path, int errorNumber)
{
    return {base::ErrorCode::Io, "cannot write " + path.string() + ": " + reasonOf(errorNumber), {}};
}

fs::path folderOf(const fs::path& path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Where a store for `target` really goes, links followed, or why it cannot go there.
base::Result<fs::path> resolveTarget(const fs::path& target)
{
    if (target.filename().empty())
        return base::fail(base::ErrorCode::Usage, "cannot write a store to \"" + target.string() + "\": no file name");
    std::error_code problem;
    const fs::file_status status = fs::status(target, problem);
    if (status.type() == fs::file_type::not_found) {
        if (!fs::is_directory(folderOf(target), problem))
            return base::fail(base::ErrorCode::NotFound, "cannot write " + target.string() + ": the folder " +
                                                             folderOf(target).string() + " does not exist");
        return target;
    }
    if (problem)
        return tl::unexpected(cannotWrite(target, problem.value()));
    if (status.type() != fs::file_type::regular)
        return base::fail(base::ErrorCode::Usage, "cannot write " + target.string() + ": it is " +
                                                      (fs::is_directory(status) ? "a folder" : "not a regular file"));
    fs::path resolved = fs::canonical(target, problem);
    if (problem)
        return tl::unexpected(cannotWrite(target, problem.value()));
    return resolved;
}

/// Whether `path` still names the file behind `descriptor`: another process may have taken it for a leftover between
/// our open() and our flock().
bool isSameFile(int descriptor, const fs::path& path)
{
    struct stat opened = {};
    struct stat named = {};
    return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

bool isPartNameOf(std::string_view name, std::string_view targetName)
{
    if (!name.starts_with(targetName) || !name.substr(targetName.size()).starts_with(kPartInfix))
        return false;
    const std::string_view owner = name.substr(targetName.size() + kPartInfix.size());
    return !owner.empty() && owner.find_first_not_of("0123456789-") == std::string_view::npos;
}

/// Removes `path` unless a living writer locks it. A leftover that cannot be removed harms nobody, so failures are
/// not reported.
void removeIfAbandoned(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return;
    struct stat status = {};
    if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 &&
        isSameFile(descriptor, path))
        ::unlink(path.c_str());
    ::close(descriptor);
}

void removeLeftovers(const fs::path& target)
{
    std::error_code problem;
    for (fs::directory_iterator entry(folderOf(target), problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (isPartNameOf(entry->path().filename().string(), target.filename().string()))
            removeIfAbandoned(entry->path());
    }
}

base::Result<void> syncFolder(const fs::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(cannotWrite(folder, errno));
    // Some file systems cannot sync a folder (EINVAL); the rename itself is then all that can be had.
    const bool isSynced = ::fsync(descriptor) == 0 || errno == EINVAL;
    const int errorNumber = errno;
    ::close(descriptor);
    if (!isSynced)
        return tl::unexpected(cannotWrite(folder, errorNumber));
    return {};
}

/// What stopped a write when the reason is missing room.
std::optional<std::string_view> roomProblem(int errorNumber)
{
    switch (errorNumber) {
    case ENOSPC: return "the disk is full";
    case EDQUOT: return "the disk quota is used up";
    case EFBIG: return "the limit on file sizes is reached";
    default: return std::nullopt;
    }
}

} // namespace

base::Result<PartFile> PartFile::create(const fs::path& target)
{
    auto resolved = resolveTarget(target);
    if (!resolved)
        return tl::unexpected(std::move(resolved).error());
    removeLeftovers(*resolved);
    for (int attempt = 0; attempt < kMaxWritersPerTarget; ++attempt) {
        fs::path path = *resolved;
        path += std::string(kPartInfix) + std::to_string(::getpid());
        if (attempt > 0)
            path += "-" + std::to_string(attempt);
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor < 0 && errno == EEXIST)
            continue;
        if (descriptor < 0)
            return tl::unexpected(cannotWrite(*resolved, errno));
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && isSameFile(descriptor, path))
            return PartFile(std::move(*resolved), std::move(path), descriptor);
        ::close(descriptor);
    }
    return base::fail(base::ErrorCode::Io, "cannot write " + resolved->string() + ": it is being written already");
}

PartFile::PartFile(fs::path target, fs::path path, int descriptor)
    : m_target(std::move(target)), m_path(std::move(path)), m_descriptor(descriptor)
{
}

PartFile::PartFile(PartFile&& other) noexcept
    : m_target(std::move(other.m_target)),
      m_path(std::move(other.m_path)),
      m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

PartFile::~PartFile()
{
    discard();
}

void PartFile::discard()
{
    if (m_descriptor < 0)
        return;
    ::unlink(m_path.c_str());
    ::close(std::exchange(m_descriptor, -1));
}

base::Result<void> PartFile::publish()
{
    if (::fsync(m_descriptor) != 0)
        return tl::unexpected(writeError(errno, 0));
    if (::rename(m_path.c_str(), m_target.c_str()) != 0)
        return tl::unexpected(cannotWrite(m_target, errno));
    ::close(std::exchange(m_descriptor, -1));
    return syncFolder(folderOf(m_target));
}

base::Error PartFile::writeError(int errorNumber, std::uint64_t logicalBytes) const
{
    const auto problem = roomProblem(errorNumber);
    if (!problem)
        return cannotWrite(m_target, errorNumber);
    struct stat status = {};
    const bool isKnown = ::fstat(m_descriptor, &status) == 0;
    // A block counts 512 bytes whatever the file system's own block size is; see stat(2).
    const std::uint64_t written = isKnown ? static_cast<std::uint64_t>(status.st_blocks) * 512 : 0;
    const auto blockBytes = static_cast<std::uint64_t>(isKnown ? status.st_blksize : 1);
    const std::uint64_t missing = logicalBytes > written ? logicalBytes - written : blockBytes;
    return {base::ErrorCode::Io,
            std::string(*problem) + " while writing " + m_target.string() + ": at least " + std::to_string(missing) +
                " more bytes are needed",
            {}};
}

} // namespace vnscope::storage
