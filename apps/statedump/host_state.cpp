// SPDX-License-Identifier: Apache-2.0
#include "apps/statedump/host_state.hpp"

#include <utility>

#include "apps/statedump/links.hpp"
#include "apps/statedump/openvswitch.hpp"
#include "recording/host/namespaces.hpp"
#include "recording/host/ovs_sockets.hpp"
#include "recording/host/tap_owners.hpp"
#include "recording/host/tcp_sockets.hpp"

namespace vnscope::statedump {

using recording::host::findNamespaces;
using recording::host::findOvsdbSockets;
using recording::host::findTapOwners;
using recording::host::NetnsVisit;
using recording::host::ovsdbFolders;
using recording::host::readConnections;
using recording::host::withOwners;

namespace {

void note(const base::Result<void>& result, HostState& state)
{
    if (!result)
        state.problems.push_back(result.error().text());
}

/// Reads one namespace; true when it could be entered.
bool visit(const OpenNetns& here, const std::vector<OpenNetns>& all, HostState& state, std::vector<OvsPort>& datapath)
{
    const auto visit = NetnsVisit::enter(here);
    if (!visit) {
        state.problems.push_back(visit.error().text());
        return false;
    }
    note(readLinks(here, all, state), state);
    note(readBridgeVlans(here, state), state);
    note(readAddresses(here, state), state);
    note(readFdb(here, state), state);
    const std::vector<Connection> connections = readConnections(here.netns.inode);
    state.connections.insert(state.connections.end(), connections.begin(), connections.end());
    if (auto ports = readDatapathPorts(here))
        datapath.insert(datapath.end(), ports->begin(), ports->end());
    else
        state.problems.push_back(ports.error().text());
    return true;
}

} // namespace

HostState readHost(const std::vector<std::string>& ovsdbSockets)
{
    HostState state;
    std::vector<OvsPort> datapath;
    const std::vector<OpenNetns> namespaces = findNamespaces(state.problems);
    for (const OpenNetns& here : namespaces)
        if (visit(here, namespaces, state, datapath))
            state.namespaces.push_back(here.netns);
    state.tapOwners = findTapOwners();
    state.connections = withOwners(state.connections);
    const OvsdbSockets sockets =
        ovsdbSockets.empty() ? findOvsdbSockets(ovsdbFolders(), state.problems) : OvsdbSockets{ovsdbSockets, true};
    state.ovsPorts = joined(readDatabases(sockets, state.problems), datapath);
    return state;
}

} // namespace vnscope::statedump
