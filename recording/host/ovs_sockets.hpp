// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vnscope::recording::host {

/// Where ovsdb-servers may be asked.
struct OvsdbSockets {
    std::vector<std::string> paths; ///< Several may be one server's.
    bool isChosen = false;          ///< By the user, who then expects an answer of each.
};

/// Where Open vSwitch keeps its sockets: ovs-vswitchd(8)'s own folder, then those that the environment names.
[[nodiscard]] std::vector<std::filesystem::path> ovsdbFolders();

/// The sockets by which ovs-appctl(8) reaches the running `daemon` ("ovs-vswitchd"): daemon.PID.ctl in `folder`.
[[nodiscard]] std::vector<std::filesystem::path> controlSockets(const std::filesystem::path& folder,
                                                                const std::string& daemon);

/// The sockets in the folders: those that running servers name when asked at their control sockets
/// (ovsdb-server.PID.ctl), then db.sock. No other sockets are tried: a vhost-user port's would take us for its guest.
[[nodiscard]] OvsdbSockets findOvsdbSockets(const std::vector<std::filesystem::path>& folders,
                                            std::vector<std::string>& problems);

} // namespace vnscope::recording::host
