// SPDX-License-Identifier: Apache-2.0
#include "recording/host/ovs_sockets.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "recording/host/json_rpc.hpp"

namespace vnscope::recording::host {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "/var/run/openvswitch";
constexpr const char* kUsualSocket = "db.sock";

/// The Unix sockets of "punix:/run/openvswitch/db.sock\nptcp:6640\n"; relative ones are meant from `folder`.
std::vector<std::string> unixRemotes(const std::string& remotes, const fs::path& folder)
{
    constexpr std::string_view kPassiveUnix = "punix:";
    std::vector<std::string> paths;
    std::istringstream lines(remotes);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(kPassiveUnix))
            paths.push_back(folder / line.substr(kPassiveUnix.size()));
    return paths;
}

base::Result<std::vector<std::string>> listRemotes(const fs::path& control)
{
    auto server = JsonRpc::connect(control);
    if (!server)
        return tl::unexpected(server.error());
    const auto answer = server->ask("ovsdb-server/list-remotes", nlohmann::json::array());
    if (!answer)
        return tl::unexpected(answer.error());
    if (!answer->is_string())
        return base::fail(base::ErrorCode::Unsupported, "its answer is no text");
    return unixRemotes(answer->get<std::string>(), control.parent_path());
}

} // namespace

std::vector<fs::path> ovsdbFolders()
{
    std::vector<fs::path> folders{kFolder};
    for (const char* name : {"OVS_RUNDIR", "OVS_DBDIR"}) {
        const char* const folder = std::getenv(name);
        if (folder != nullptr && *folder != '\0')
            folders.emplace_back(folder);
    }
    return folders;
}

std::vector<fs::path> controlSockets(const fs::path& folder, const std::string& daemon)
{
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (name.starts_with(daemon + ".") && name.ends_with(".ctl"))
            found.push_back(entry->path());
    }
    std::ranges::sort(found);
    return found;
}

OvsdbSockets findOvsdbSockets(const std::vector<fs::path>& folders, std::vector<std::string>& problems)
{
    OvsdbSockets sockets;
    for (const fs::path& folder : folders) {
        for (const fs::path& control : controlSockets(folder, "ovsdb-server")) {
            if (const auto remotes = listRemotes(control))
                sockets.paths.insert(sockets.paths.end(), remotes->begin(), remotes->end());
            else if (remotes.error().code != base::ErrorCode::NotFound) // A server that was killed leaves its socket.
                problems.push_back(fmt::format("ovsdb-server at {}: {}.", quoted(control), remotes.error().text()));
        }
        sockets.paths.push_back(folder / kUsualSocket);
    }
    return sockets;
}

} // namespace vnscope::recording::host
