// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apps/statedump/host_state.hpp"
#include "recording/host/namespaces.hpp"
#include "recording/host/netlink.hpp"

namespace vnscope::statedump {

using recording::host::OpenNetns;

/// Reads what rtnetlink tells of the namespace that the calling thread is in (`here`), into `state`.
[[nodiscard]] base::Result<void> readLinks(const OpenNetns& here, const std::vector<OpenNetns>& all, HostState& state);
[[nodiscard]] base::Result<void> readBridgeVlans(const OpenNetns& here, HostState& state);
[[nodiscard]] base::Result<void> readAddresses(const OpenNetns& here, HostState& state);
[[nodiscard]] base::Result<void> readFdb(const OpenNetns& here, HostState& state);

} // namespace vnscope::statedump
