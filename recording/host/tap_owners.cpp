// SPDX-License-Identifier: Apache-2.0
#include "recording/host/tap_owners.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace vnscope::recording::host {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTunFile = "/dev/net/tun";
/// drivers/net/tun.c: tun_chr_show_fdinfo() prints the attached device so.
constexpr std::string_view kDeviceLine = "iff:\t";

std::string firstLine(const fs::path& path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string attachedDevice(const fs::path& fdinfo)
{
    std::ifstream file(fdinfo);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(kDeviceLine))
            return line.substr(kDeviceLine.size());
    return {};
}

std::uint32_t netnsOf(const fs::path& process)
{
    struct stat status {};
    return ::stat((process / "ns/net").c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

void addOwnedBy(const fs::path& process, std::vector<TapOwner>& owners)
{
    std::error_code error;
    for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        if (fs::read_symlink(entry->path(), gone) != kTunFile)
            continue;
        TapOwner owner;
        owner.device = attachedDevice(process / "fdinfo" / entry->path().filename());
        if (owner.device.empty())
            continue; // Opened, but no device was asked for yet.
        owner.pid = static_cast<std::uint32_t>(std::stoul(process.filename()));
        owner.netns = netnsOf(process);
        owner.process = firstLine(process / "comm");
        // One file per queue.
        const bool isKnown = std::ranges::any_of(
            owners, [&](const TapOwner& other) { return other.pid == owner.pid && other.device == owner.device; });
        if (!isKnown)
            owners.push_back(std::move(owner));
    }
}

} // namespace

std::vector<TapOwner> findTapOwners()
{
    std::vector<TapOwner> owners;
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (name.find_first_not_of("0123456789") == std::string::npos)
            addOwnedBy(entry->path(), owners);
    }
    return owners;
}

} // namespace vnscope::recording::host
