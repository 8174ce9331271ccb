// SPDX-License-Identifier: Apache-2.0
// Attributes as in include/uapi/linux/openvswitch.h; columns as in ovs-vswitchd.conf.db(5).
#include "apps/statedump/openvswitch.hpp"

#include <linux/openvswitch.h>
#include <sys/stat.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "recording/host/json_rpc.hpp"
#include "recording/host/netlink.hpp"
#include "recording/host/ovs_netlink.hpp"

namespace vnscope::statedump {

using recording::host::Attributes;
using recording::host::Dump;
using recording::host::familyNumber;
using recording::host::JsonRpc;
using recording::host::kOvsHeaders;
using recording::host::Netlink;
using recording::host::ovsDatapath;
using recording::host::ovsRequest;
using recording::host::quoted;

namespace {

using nlohmann::json;

std::string_view kindOf(std::uint32_t vportType)
{
    switch (vportType) {
    case OVS_VPORT_TYPE_NETDEV: return "system";
    case OVS_VPORT_TYPE_INTERNAL: return "internal";
    case OVS_VPORT_TYPE_GRE: return "gre";
    case OVS_VPORT_TYPE_VXLAN: return "vxlan";
    case OVS_VPORT_TYPE_GENEVE: return "geneve";
    default: return "";
    }
}

OvsPort portOf(const nlmsghdr& message, const OpenNetns& here, const std::string& datapath)
{
    const Attributes attributes(message, kOvsHeaders, OVS_VPORT_ATTR_MAX);
    OvsPort port;
    port.netns = here.netns.inode;
    port.ifindex = attributes.u32(OVS_VPORT_ATTR_IFINDEX);
    port.number = attributes.u32(OVS_VPORT_ATTR_PORT_NO);
    port.name = attributes.text(OVS_VPORT_ATTR_NAME);
    port.kind = kindOf(attributes.u32(OVS_VPORT_ATTR_TYPE));
    port.bridge = datapath; // All bridges share a datapath; the database knows better.
    return port;
}

/// OVSDB writes a set of exactly one as the value itself, else as ["set", [..]].
std::vector<json> members(const json& value)
{
    const bool isTagged = value.is_array() && value.size() == 2 && value[0].is_string();
    if (isTagged && value[0] == "set")
        return value[1].get<std::vector<json>>();
    return {value};
}

/// A uuid is ["uuid", ".."].
std::string uuid(const json& value)
{
    return value.is_array() && value.size() == 2 ? value[1].get<std::string>() : std::string();
}

/// The value of `key` in ["map", [[k, v], ..]].
std::string entry(const json& map, std::string_view key)
{
    for (const json& pair : map.at(1))
        if (pair.at(0) == key)
            return pair.at(1).get<std::string>();
    return {};
}

/// A column that holds a number or nothing.
template <typename Number> Number numberOrZero(const json& value)
{
    const std::vector<json> all = members(value);
    return all.empty() ? Number{0} : all.front().get<Number>();
}

std::string trunksOf(const json& set)
{
    std::string text;
    for (const json& vlan : members(set))
        text += fmt::format("{}{}", text.empty() ? "" : ",", vlan.get<unsigned int>());
    return text;
}

/// What a row of the table Interface tells.
OvsPort portOf(const json& interface)
{
    OvsPort port;
    port.name = interface.at("name").get<std::string>();
    port.kind = interface.at("type").get<std::string>();
    port.kind = port.kind.empty() ? "system" : port.kind;
    port.peer = entry(interface.at("options"), "peer");
    port.ifindex = numberOrZero<std::uint32_t>(interface.at("ifindex"));
    return port;
}

/// The answer to selectTables(): each table as {"rows": [{column: value}]}.
std::vector<OvsPort> portsOfTables(const json& tables)
{
    std::map<std::string, std::string> bridgeOfPort;
    for (const json& bridge : tables.at(0).at("rows"))
        for (const json& port : members(bridge.at("ports")))
            bridgeOfPort[uuid(port)] = bridge.at("name").get<std::string>();
    std::map<std::string, const json*> interfaceOf;
    for (const json& interface : tables.at(2).at("rows"))
        interfaceOf[uuid(interface.at("_uuid"))] = &interface;

    std::vector<OvsPort> all;
    for (const json& row : tables.at(1).at("rows")) {
        const auto bridge = bridgeOfPort.find(uuid(row.at("_uuid")));
        if (bridge == bridgeOfPort.end())
            continue;
        for (const json& id : members(row.at("interfaces"))) { // Several: a bond.
            const auto interface = interfaceOf.find(uuid(id));
            if (interface == interfaceOf.end())
                continue;
            OvsPort& port = all.emplace_back(portOf(*interface->second));
            port.bridge = bridge->second;
            port.tag = numberOrZero<std::uint16_t>(row.at("tag"));
            port.trunks = trunksOf(row.at("trunks"));
        }
    }
    return all;
}

json select(const char* table, std::initializer_list<const char*> columns)
{
    return {{"op", "select"}, {"table", table}, {"where", json::array()}, {"columns", columns}};
}

/// One transaction, so that the three tables fit each other. RFC 7047, section 5.2.
json selectTables()
{
    return {"Open_vSwitch", select("Bridge", {"name", "ports"}),
            select("Port", {"_uuid", "tag", "trunks", "interfaces"}),
            select("Interface", {"_uuid", "name", "type", "options", "ifindex"})};
}

/// The namespace that a process lives in; 0: not to be seen.
std::uint32_t netnsOf(pid_t process)
{
    struct stat status {};
    const bool isSeen = process > 0 && ::stat(fmt::format("/proc/{}/ns/net", process).c_str(), &status) == 0;
    return isSeen ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

/// How well a port of a database and one of a datapath, of one name, fit each other: 0 to 3.
int fit(const OvsPort& database, const OvsPort& datapath)
{
    const bool isSameDevice = datapath.ifindex != 0 && database.ifindex == datapath.ifindex;
    const bool isSameNetns = datapath.netns != 0 && database.netns == datapath.netns;
    return (isSameDevice ? 2 : 0) + (isSameNetns ? 1 : 0);
}

} // namespace

base::Result<std::vector<OvsPort>> readDatapathPorts(const OpenNetns& here)
{
    std::vector<OvsPort> ports;
    auto netlink = Netlink::open(NETLINK_GENERIC);
    if (!netlink)
        return tl::unexpected(netlink.error());
    const auto datapathFamily = familyNumber(*netlink, OVS_DATAPATH_FAMILY);
    const auto portFamily = familyNumber(*netlink, OVS_VPORT_FAMILY);
    if (!datapathFamily || !portFamily)
        return ports;
    const auto datapaths = Dump::take(*netlink, ovsRequest(*netlink, *datapathFamily, OVS_DP_CMD_GET, 0));
    if (!datapaths)
        return tl::unexpected(datapaths.error());
    std::map<int, std::string> names;
    datapaths->forEach([&](const nlmsghdr& message) {
        names[ovsDatapath(message)] = Attributes(message, kOvsHeaders, OVS_DP_ATTR_MAX).text(OVS_DP_ATTR_NAME);
    });
    for (const auto& [datapath, name] : names) {
        const auto found = Dump::take(*netlink, ovsRequest(*netlink, *portFamily, OVS_VPORT_CMD_GET, datapath));
        if (!found)
            return tl::unexpected(found.error());
        found->forEach([&](const nlmsghdr& message) { ports.push_back(portOf(message, here, name)); });
    }
    return ports;
}

base::Result<std::vector<OvsPort>> portsOfDatabase(const json& tables)
{
    try { // nlohmann-json reports what is not as expected by exceptions.
        return portsOfTables(tables);
    } catch (const json::exception& error) {
        return base::fail(base::ErrorCode::Unsupported,
                          fmt::format("its tables are not as expected: {}", quoted(error.what())));
    }
}

base::Result<std::vector<OvsPort>> readDatabase(JsonRpc& server)
{
    const auto tables = server.ask("transact", selectTables());
    if (!tables)
        return tl::unexpected(tables.error());
    auto ports = portsOfDatabase(*tables);
    if (ports) {
        const std::uint32_t netns = netnsOf(server.peer());
        for (OvsPort& port : *ports)
            port.netns = netns;
    }
    return ports;
}

std::vector<OvsPort> readDatabases(const OvsdbSockets& sockets, std::vector<std::string>& problems)
{
    std::vector<OvsPort> all;
    std::set<pid_t> asked;
    for (const std::string& path : sockets.paths) {
        auto server = JsonRpc::connect(path);
        if (server && server->peer() != 0 && !asked.insert(server->peer()).second)
            continue; // One more socket of a server that has told its ports.
        auto ports = server ? readDatabase(*server) : tl::unexpected(server.error());
        if (ports)
            all.insert(all.end(), std::move_iterator(ports->begin()), std::move_iterator(ports->end()));
        else if (sockets.isChosen || ports.error().code != base::ErrorCode::NotFound)
            problems.push_back(fmt::format("Open vSwitch's database at {}: {}.", quoted(path), ports.error().text()));
    }
    return all;
}

std::vector<OvsPort> joined(std::vector<OvsPort> database, const std::vector<OvsPort>& datapath)
{
    std::multimap<std::string, OvsPort> open; // Without a port of a datapath; of one name in the databases' order.
    for (OvsPort& port : database) {
        std::string name = port.name;
        open.emplace(std::move(name), std::move(port));
    }
    std::vector<OvsPort> all;
    std::vector<bool> isTaken(datapath.size());
    for (int wanted = 3; wanted >= 0; --wanted) { // The best fits first, whichever database and datapath they are of.
        for (std::size_t i = 0; i < datapath.size(); ++i) {
            const auto [begin, end] = open.equal_range(datapath[i].name);
            const auto known =
                std::find_if(begin, end, [&](const auto& entry) { return fit(entry.second, datapath[i]) == wanted; });
            if (isTaken[i] || known == end)
                continue;
            isTaken[i] = true;
            OvsPort& port = all.emplace_back(std::move(known->second));
            open.erase(known);
            port.netns = datapath[i].netns;
            port.ifindex = datapath[i].ifindex;
            port.number = datapath[i].number;
        }
    }
    for (std::size_t i = 0; i < datapath.size(); ++i)
        if (!isTaken[i])
            all.push_back(datapath[i]);
    for (auto& [name, port] : open) { // A namespace that only may be is none to tell.
        OvsPort& left = all.emplace_back(std::move(port));
        left.netns = 0;
        left.ifindex = 0;
    }
    return all;
}

} // namespace vnscope::statedump
