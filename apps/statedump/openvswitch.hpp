// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/statedump/host_state.hpp"
#include "recording/host/namespaces.hpp"
#include "recording/host/ovs_sockets.hpp"
#include "storage/base/result.hpp"

namespace vnscope::statedump {

using recording::host::OpenNetns;
using recording::host::OvsdbSockets;

/// The ports of the kernel datapaths in the namespace that the calling thread is in. None where the module is absent.
[[nodiscard]] base::Result<std::vector<OvsPort>> readDatapathPorts(const OpenNetns& here);

/// Bridges, ports and VLANs as an ovsdb-server tells them: the result of a transaction that selects rows of its tables
/// Bridge, Port and Interface, in this order.
[[nodiscard]] base::Result<std::vector<OvsPort>> portsOfDatabase(const nlohmann::json& tables);

/// The ports of all databases, each server asked once. `netns` is that of the server and `ifindex` the database's:
/// hints for joined(). A server that does not answer as it should becomes a sentence; one that is gone only when its
/// socket was chosen.
[[nodiscard]] std::vector<OvsPort> readDatabases(const OvsdbSockets& sockets, std::vector<std::string>& problems);

/// One row per port: what the databases and the datapaths know of it. Ports of one name are told apart by device and
/// namespace; where neither tells, the first is the first database's, and `datapath` begins with our own namespace's.
[[nodiscard]] std::vector<OvsPort> joined(std::vector<OvsPort> database, const std::vector<OvsPort>& datapath);

} // namespace vnscope::statedump
