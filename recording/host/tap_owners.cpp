// SPDX-License-Identifier: Apache-2.0
#include "recording/host/tap_owners.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "recording/host/numbered_entries.hpp"

namespace vnscope::recording::host {

namespace {

constexpr std::string_view kTunFile = "/dev/net/tun";
/// drivers/net/tun.c: tun_chr_show_fdinfo() prints the attached device so.
constexpr std::string_view kDeviceLine = "iff:\t";

std::string firstLine(const std::string& path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string attachedDevice(const std::string& fdinfo)
{
    std::ifstream file(fdinfo);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(kDeviceLine))
            return line.substr(kDeviceLine.size());
    return {};
}

std::uint32_t netnsOf(const std::string& process)
{
    struct stat status {};
    return ::stat((process + "/ns/net").c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

bool isTunFile(const std::string& link)
{
    std::array<char, kTunFile.size() + 1> target{}; // One more than it: a longer one is another.
    const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
    return length > 0 && std::string_view(target.data(), static_cast<std::size_t>(length)) == kTunFile;
}

void addOwnedBy(std::uint32_t pid, std::vector<TapOwner>& owners)
{
    const std::string process = fmt::format("/proc/{}", pid);
    forEachNumber((process + "/fd").c_str(), [&](std::uint32_t file) {
        if (!isTunFile(fmt::format("{}/fd/{}", process, file)))
            return;
        TapOwner owner;
        owner.device = attachedDevice(fmt::format("{}/fdinfo/{}", process, file));
        if (owner.device.empty())
            return; // Opened, but no device was asked for yet.
        owner.pid = pid;
        owner.netns = netnsOf(process);
        owner.process = firstLine(process + "/comm");
        // One file per queue.
        const bool isKnown = std::ranges::any_of(
            owners, [&](const TapOwner& other) { return other.pid == owner.pid && other.device == owner.device; });
        if (!isKnown)
            owners.push_back(std::move(owner));
    });
}

} // namespace

std::vector<TapOwner> findTapOwners()
{
    std::vector<TapOwner> owners;
    forEachNumber("/proc", [&](std::uint32_t pid) { addOwnedBy(pid, owners); });
    return owners;
}

} // namespace vnscope::recording::host
