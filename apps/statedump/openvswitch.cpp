// SPDX-License-Identifier: Apache-2.0
// Attributes as in include/uapi/linux/{genetlink,openvswitch}.h; columns as in ovs-vswitchd.conf.db(5).
#include "apps/statedump/openvswitch.hpp"

#include <linux/genetlink.h>
#include <linux/openvswitch.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/statedump/netlink.hpp"

namespace vnscope::statedump {

namespace {

using nlohmann::json;

/// A generic netlink request to `family`; OVS's own header follows with the datapath's ifindex (0: all of them).
nlmsghdr* ovsRequest(Netlink& netlink, std::uint16_t family, std::uint8_t command, int datapath)
{
    nlmsghdr* const request = netlink.request(family, NLM_F_DUMP);
    auto* const generic = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
    generic->cmd = command;
    generic->version = OVS_DATAPATH_VERSION;
    static_cast<ovs_header*>(mnl_nlmsg_put_extra_header(request, sizeof(ovs_header)))->dp_ifindex = datapath;
    return request;
}

constexpr std::size_t kOvsHeaders = MNL_ALIGN(sizeof(genlmsghdr)) + sizeof(ovs_header);

int datapathOf(const nlmsghdr& message)
{
    const auto* const payload = static_cast<const char*>(mnl_nlmsg_get_payload(&message));
    return reinterpret_cast<const ovs_header*>(payload + sizeof(genlmsghdr))->dp_ifindex;
}

std::optional<std::uint16_t> familyNumber(Netlink& netlink, const char* name)
{
    nlmsghdr* const request = netlink.request(GENL_ID_CTRL, 0);
    auto* const generic = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
    generic->cmd = CTRL_CMD_GETFAMILY;
    generic->version = 1;
    mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, name);
    std::optional<std::uint16_t> number;
    (void)netlink.ask(request, [&](const nlmsghdr& message) {
        number = Attributes(message, sizeof(genlmsghdr), CTRL_ATTR_MAX).u16(CTRL_ATTR_FAMILY_ID);
    });
    return number;
}

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

/// The rows of one table, each a map from its columns.
std::vector<std::map<std::string, json>> rows(const std::string& text)
{
    const json table = json::parse(text);
    const auto headings = table.at("headings").get<std::vector<std::string>>();
    std::vector<std::map<std::string, json>> all;
    for (const json& cells : table.at("data")) {
        auto& row = all.emplace_back();
        for (std::size_t i = 0; i < headings.size(); ++i)
            row[headings[i]] = cells.at(i);
    }
    return all;
}

std::string trunksOf(const json& set)
{
    std::string text;
    for (const json& vlan : members(set))
        text += fmt::format("{}{}", text.empty() ? "" : ",", vlan.get<unsigned int>());
    return text;
}

std::vector<OvsPort> portsOfTables(const std::string& bridges, const std::string& ports, const std::string& interfaces)
{
    std::map<std::string, std::string> bridgeOfPort;
    for (const auto& bridge : rows(bridges))
        for (const json& port : members(bridge.at("ports")))
            bridgeOfPort[uuid(port)] = bridge.at("name").get<std::string>();
    std::map<std::string, std::map<std::string, json>> interfaceOf;
    for (const auto& interface : rows(interfaces))
        interfaceOf[uuid(interface.at("_uuid"))] = interface;

    std::vector<OvsPort> all;
    for (const auto& row : rows(ports)) {
        const auto bridge = bridgeOfPort.find(uuid(row.at("_uuid")));
        if (bridge == bridgeOfPort.end())
            continue;
        const std::vector<json> tag = members(row.at("tag"));
        for (const json& id : members(row.at("interfaces"))) { // Several: a bond.
            const auto interface = interfaceOf.find(uuid(id));
            if (interface == interfaceOf.end())
                continue;
            OvsPort& port = all.emplace_back();
            port.name = interface->second.at("name").get<std::string>();
            port.kind = interface->second.at("type").get<std::string>();
            port.kind = port.kind.empty() ? "system" : port.kind;
            port.peer = entry(interface->second.at("options"), "peer");
            port.bridge = bridge->second;
            port.tag = tag.empty() ? std::uint16_t{0} : tag.front().get<std::uint16_t>();
            port.trunks = trunksOf(row.at("trunks"));
        }
    }
    return all;
}

/// What a command prints; nothing when it fails.
std::string outputOf(const std::string& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "re"), &::pclose);
    std::string text;
    if (pipe == nullptr)
        return text;
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
        text.append(buffer.data(), got);
    return text;
}

std::string listTable(std::string_view table, std::string_view columns)
{
    return outputOf(
        fmt::format("ovs-vsctl --timeout=2 --format=json --columns={} list {} 2>/dev/null", columns, table));
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
        names[datapathOf(message)] = Attributes(message, kOvsHeaders, OVS_DP_ATTR_MAX).text(OVS_DP_ATTR_NAME);
    });
    for (const auto& [datapath, name] : names) {
        const auto found = Dump::take(*netlink, ovsRequest(*netlink, *portFamily, OVS_VPORT_CMD_GET, datapath));
        if (!found)
            return tl::unexpected(found.error());
        found->forEach([&](const nlmsghdr& message) { ports.push_back(portOf(message, here, name)); });
    }
    return ports;
}

base::Result<std::vector<OvsPort>> portsOfDatabase(const std::string& bridges, const std::string& ports,
                                                   const std::string& interfaces)
{
    try { // nlohmann-json reports what is not as expected by exceptions.
        return portsOfTables(bridges, ports, interfaces);
    } catch (const json::exception& error) {
        return base::fail(base::ErrorCode::Unsupported,
                          fmt::format("Open vSwitch's database is not as expected: {}.", error.what()));
    }
}

std::vector<OvsPort> readDatabase(std::vector<std::string>& problems)
{
    const std::string bridges = listTable("Bridge", "name,ports");
    if (bridges.empty())
        return {};
    auto ports = portsOfDatabase(bridges, listTable("Port", "_uuid,name,tag,trunks,interfaces"),
                                 listTable("Interface", "_uuid,name,type,options"));
    if (ports)
        return *std::move(ports);
    problems.push_back(ports.error().text());
    return {};
}

std::vector<OvsPort> joined(std::vector<OvsPort> database, const std::vector<OvsPort>& datapath)
{
    for (const OvsPort& port : datapath) {
        // A second switch's datapath, in another namespace, may have a port of the same name ("ovs-system" at least).
        const auto known = std::ranges::find_if(database, [&](const OvsPort& other) {
            return other.name == port.name && other.number == OvsPort::kNoNumber;
        });
        if (known == database.end()) {
            database.push_back(port);
            continue;
        }
        known->netns = port.netns;
        known->ifindex = port.ifindex;
        known->number = port.number;
    }
    return database;
}

} // namespace vnscope::statedump
