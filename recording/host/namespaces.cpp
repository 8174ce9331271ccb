// SPDX-License-Identifier: Apache-2.0
#include "recording/host/namespaces.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vnscope::recording::host {

namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnNamespace = "/proc/self/ns/net";
constexpr const char* kNamedNamespaces = "/run/netns";

std::optional<std::uint32_t> processNumber(std::string_view text)
{
    std::uint32_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(pid) : std::nullopt;
}

std::optional<std::uint32_t> inodeOf(const fs::path& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? std::optional(static_cast<std::uint32_t>(status.st_ino)) : std::nullopt;
}

/// Adds the namespace that `path` means, or completes what is known of it.
void add(const fs::path& path, std::string_view name, std::uint32_t pid, std::vector<OpenNetns>& all)
{
    const std::optional<std::uint32_t> inode = inodeOf(path);
    if (!inode)
        return; // The process ended, or is none of ours to look at.
    const auto known = std::ranges::find(all, *inode, [](const OpenNetns& open) { return open.netns.inode; });
    if (known != all.end()) {
        if (known->netns.name.empty())
            known->netns.name = name;
        if (known->netns.pid == 0)
            known->netns.pid = pid;
        return;
    }
    base::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.isValid())
        all.push_back({{*inode, pid, std::string(name)}, std::move(file)});
}

template <typename F> void forEachEntry(const fs::path& folder, F&& use)
{
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        use(entry->path());
}

} // namespace

std::vector<OpenNetns> findNamespaces(std::vector<std::string>& problems)
{
    std::vector<OpenNetns> all;
    add(kOwnNamespace, "", static_cast<std::uint32_t>(::getpid()), all);
    if (all.empty())
        problems.push_back("/proc is not mounted: namespaces cannot be found.");
    forEachEntry(kNamedNamespaces, [&](const fs::path& path) { add(path, path.filename().native(), 0, all); });
    forEachEntry("/proc", [&](const fs::path& path) {
        if (const auto pid = processNumber(path.filename().native()))
            add(path / "ns/net", "", *pid, all);
    });
    return all;
}

base::Result<NetnsVisit> NetnsVisit::enter(const OpenNetns& where)
{
    base::FileDescriptor home(::open(kOwnNamespace, O_RDONLY | O_CLOEXEC));
    if (!home.isValid() || ::setns(where.file.get(), CLONE_NEWNET) != 0)
        return base::fail(base::ErrorCode::Io, fmt::format("Cannot enter network namespace {}: {}.", where.netns.inode,
                                                           std::strerror(errno)));
    return NetnsVisit(std::move(home));
}

NetnsVisit::~NetnsVisit()
{
    if (m_home.isValid())
        (void)::setns(m_home.get(), CLONE_NEWNET);
}

} // namespace vnscope::recording::host
