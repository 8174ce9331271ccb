// SPDX-License-Identifier: Apache-2.0
#include "recording/host/namespaces.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "recording/host/numbered_entries.hpp"

namespace vnscope::recording::host {

namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnNamespace = "/proc/self/ns/net";
constexpr const char* kNamedNamespaces = "/run/netns";

std::optional<std::uint32_t> inodeOf(const char* path)
{
    struct stat status {};
    return ::stat(path, &status) == 0 ? std::optional(static_cast<std::uint32_t>(status.st_ino)) : std::nullopt;
}

/// Adds the namespace that `path` means, or completes what is known of it.
void add(const char* path, std::string_view name, std::uint32_t pid, std::vector<OpenNetns>& all)
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
    base::FileDescriptor file(::open(path, O_RDONLY | O_CLOEXEC));
    if (file.isValid())
        all.push_back({{*inode, pid, std::string(name)}, std::move(file)});
}

} // namespace

std::vector<OpenNetns> findNamespaces(std::vector<std::string>& problems)
{
    std::vector<OpenNetns> all;
    add(kOwnNamespace, "", static_cast<std::uint32_t>(::getpid()), all);
    if (all.empty())
        problems.push_back("/proc is not mounted: namespaces cannot be found.");
    std::error_code error;
    for (fs::directory_iterator entry(kNamedNamespaces, error), end; !error && entry != end; entry.increment(error))
        add(entry->path().c_str(), entry->path().filename().native(), 0, all);
    forEachNumber("/proc", [&](std::uint32_t pid) { add(fmt::format("/proc/{}/ns/net", pid).c_str(), "", pid, all); });
    return all;
}

base::Result<NetnsVisit> NetnsVisit::enter(const OpenNetns& where)
{
    base::FileDescriptor home(::open(kOwnNamespace, O_RDONLY | O_CLOEXEC));
    if (!home.isValid() || ::setns(where.file.get(), CLONE_NEWNET) != 0)
        return base::fail(base::ErrorCode::Io,
                          fmt::format("Cannot enter network namespace {}{}{}: {}.", where.netns.name,
                                      where.netns.name.empty() ? "" : " of inode ", where.netns.inode,
                                      std::strerror(errno)));
    return NetnsVisit(std::move(home));
}

NetnsVisit::~NetnsVisit()
{
    if (m_home.isValid())
        (void)::setns(m_home.get(), CLONE_NEWNET);
}

} // namespace vnscope::recording::host
