// SPDX-License-Identifier: Apache-2.0
#include "importer/temporary_directory.hpp"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace vnscope::importer {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "vnscope-import-";

/// The process that made the directory `name`, or 0 when the name is not one of ours.
pid_t makerOf(std::string_view name)
{
    if (!name.starts_with(kPrefix))
        return 0;
    name.remove_prefix(kPrefix.size());
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    const bool isOurs = error == std::errc() && pid > 0 && end != name.data() + name.size() && *end == '-';
    return isOurs ? pid : 0;
}

bool belongsToUs(const fs::path& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

void removeLeftovers(const fs::path& parent)
{
    std::error_code error;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        const pid_t maker = makerOf(entry->path().filename().native());
        const bool isAbandoned = maker != 0 && ::kill(maker, 0) != 0 && errno == ESRCH;
        std::error_code ignored;
        if (isAbandoned && belongsToUs(entry->path()))
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
    return TemporaryDirectory(fs::path(pattern));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept : m_path(std::move(other.m_path))
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
