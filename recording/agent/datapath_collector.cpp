// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "recording/agent/collector.hpp"
#include "recording/agent/datapath_stats.hpp"
#include "recording/host/ovs_netlink.hpp"

namespace vnscope::recording::agent {

namespace {

std::int64_t asValue(std::uint64_t count)
{
    return static_cast<std::int64_t>(count);
}

/// The kernel datapaths of one namespace.
struct Datapaths {
    std::uint32_t netns = 0;
    OpenNamespace* open = nullptr;
    std::map<int, Element> datapaths;                       ///< By ifindex.
    std::map<std::pair<int, std::uint32_t>, Element> ports; ///< By datapath and number.
    std::vector<Neighbour> neighbours;
};

class DatapathCollector final : public Collector {
public:
    explicit DatapathCollector(Inventory& inventory) : m_inventory(inventory) {}

    [[nodiscard]] const char* name() const override { return "ovs_datapaths"; }
    void rescan(Problems& problems) override
    {
        m_all.clear();
        m_datapathFamily.reset();
        if (m_inventory.namespaces().empty() || !m_inventory.namespaces().front()->open.generic)
            return;
        // Numbers of families are the same in all namespaces.
        host::Netlink& first = *m_inventory.namespaces().front()->open.generic;
        m_datapathFamily = host::familyNumber(first, OVS_DATAPATH_FAMILY);
        m_portFamily = host::familyNumber(first, OVS_VPORT_FAMILY).value_or(0);
        if (!m_datapathFamily) {
            problems.add("The kernel's module openvswitch is not loaded: no datapaths.");
            return;
        }
        for (const auto& it : m_inventory.namespaces())
            if (it->open.generic)
                find(*it, problems);
    }
    void define(Sink& sink) const override
    {
        for (const Datapaths& it : m_all) {
            for (const auto& [ifindex, element] : it.datapaths)
                sink.define(element);
            for (const auto& [key, element] : it.ports)
                sink.define(element);
            for (const Neighbour& neighbour : it.neighbours)
                sink.neighbour(neighbour);
        }
    }
    void sample(Depth, Sink& sink, Problems& problems) override
    {
        m_sink = &sink;
        for (Datapaths& here : m_all) {
            m_here = &here;
            if (!ask(*m_datapathFamily, OVS_DP_CMD_GET, 0, [this](const nlmsghdr& m) { sampleDatapath(m); }))
                problems.add("Open vSwitch's datapaths do not tell their counters.");
            for (const auto& [ifindex, element] : here.datapaths)
                if (!ask(m_portFamily, OVS_VPORT_CMD_GET, ifindex, [this](const nlmsghdr& m) { samplePort(m); }))
                    problems.add("Open vSwitch's ports do not tell their counters.");
        }
    }

private:
    template <typename F> bool ask(std::uint16_t family, std::uint8_t command, int datapath, F&& use)
    {
        host::Netlink& netlink = *m_here->open->generic;
        return netlink.ask(host::ovsRequest(netlink, family, command, datapath), use).has_value();
    }

    void find(Namespace& where, Problems& problems)
    {
        Datapaths here{where.netns.inode, &where.open, {}, {}, {}};
        m_here = &here;
        bool isRead = ask(*m_datapathFamily, OVS_DP_CMD_GET, 0, [this](const nlmsghdr& m) { addDatapath(m); });
        for (const auto& [ifindex, element] : here.datapaths)
            isRead = ask(m_portFamily, OVS_VPORT_CMD_GET, ifindex, [this](const nlmsghdr& m) { addPort(m); }) && isRead;
        if (!isRead)
            problems.add(fmt::format("Open vSwitch's datapaths of namespace {} cannot be read.", here.netns));
        if (!here.datapaths.empty())
            m_all.push_back(std::move(here));
    }

    void addDatapath(const nlmsghdr& message)
    {
        const auto stats = parseDatapathStats(message);
        if (!stats)
            return;
        Element& element = m_here->datapaths[stats->datapath];
        element.id = elementId("ovs_datapath", {m_here->netns, static_cast<std::uint64_t>(stats->datapath)});
        element.parent = elementId("netns", {m_here->netns});
        element.name = stats->name;
        element.kind = "ovs_datapath";
        element.layer = "switch";
    }

    void addPort(const nlmsghdr& message)
    {
        const auto stats = parseVportStats(message);
        if (!stats)
            return;
        const Element& datapath = m_here->datapaths[stats->datapath];
        Element& element = m_here->ports[{stats->datapath, stats->port}];
        element.id = elementId("ovs_port", {m_here->netns, static_cast<std::uint64_t>(stats->datapath), stats->port});
        element.parent = datapath.id;
        element.name = stats->name;
        element.kind = "ovs_port";
        element.layer = "switch";
        connect(element.id, datapath.id);
        if (stats->ifindex != 0)
            connect(deviceId(m_here->netns, stats->ifindex), element.id);
    }

    void connect(std::uint64_t one, std::uint64_t other)
    {
        m_here->neighbours.push_back({one, other, "call"});
        m_here->neighbours.push_back({other, one, "call"});
    }

    void sampleDatapath(const nlmsghdr& message)
    {
        const auto stats = parseDatapathStats(message);
        const auto element = stats ? m_here->datapaths.find(stats->datapath) : m_here->datapaths.end();
        if (element == m_here->datapaths.end())
            return;
        const ovs_dp_stats& it = stats->counters;
        const Counters counters{it.n_hit + it.n_missed, kNotCounted, kNotCounted, kNotCounted, it.n_lost, kNotCounted};
        const std::array attributes{
            Attribute{"hit_packets", asValue(it.n_hit)}, Attribute{"missed_packets", asValue(it.n_missed)},
            Attribute{"lost_upcall_packets", asValue(it.n_lost)}, Attribute{"flow_count", asValue(it.n_flows)}};
        m_sink->sample(element->second, &counters, attributes);
    }

    void samplePort(const nlmsghdr& message)
    {
        const auto stats = parseVportStats(message);
        const auto element = stats ? m_here->ports.find({stats->datapath, stats->port}) : m_here->ports.end();
        if (element == m_here->ports.end())
            return;
        // Its drops are its device's: ovs_vport_get_stats() asks dev_get_stats().
        const ovs_vport_stats& it = stats->counters;
        const Counters counters{it.rx_packets, it.tx_packets, it.rx_bytes, it.tx_bytes, kNotCounted, kNotCounted};
        m_sink->sample(element->second, &counters, {});
    }

    Inventory& m_inventory;
    std::optional<std::uint16_t> m_datapathFamily;
    std::uint16_t m_portFamily = 0;
    std::vector<Datapaths> m_all;
    Datapaths* m_here = nullptr; ///< Of the namespace that answers.
    Sink* m_sink = nullptr;
};

} // namespace

std::unique_ptr<Collector> makeDatapathCollector(Inventory& inventory)
{
    return std::make_unique<DatapathCollector>(inventory);
}

} // namespace vnscope::recording::agent
