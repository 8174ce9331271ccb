// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "apps/statedump/host_state.hpp"
#include "apps/statedump/namespaces.hpp"
#include "storage/base/result.hpp"

namespace vnscope::statedump {

/// The ports of the kernel datapaths in the namespace that the calling thread is in. None where the module is absent.
[[nodiscard]] base::Result<std::vector<OvsPort>> readDatapathPorts(const OpenNetns& here);

/// Bridges, ports and VLANs as ovsdb-server's three tables tell them: the JSON that
/// `ovs-vsctl --format=json list Bridge|Port|Interface` prints.
[[nodiscard]] base::Result<std::vector<OvsPort>> portsOfDatabase(const std::string& bridges, const std::string& ports,
                                                                 const std::string& interfaces);

/// Asks ovs-vsctl where it is installed and its database answers; else none. A problem becomes a sentence.
[[nodiscard]] std::vector<OvsPort> readDatabase(std::vector<std::string>& problems);

/// One row per port: what the database and the datapath know of it. Of several datapaths' ports of one name the first
/// is the database's; `datapath` begins with those of the namespace that ovs-vsctl was asked in.
[[nodiscard]] std::vector<OvsPort> joined(std::vector<OvsPort> database, const std::vector<OvsPort>& datapath);

} // namespace vnscope::statedump
