// SPDX-License-Identifier: Apache-2.0
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <array>

#include "recording/agent/collector.hpp"
#include "recording/agent/link_stats.hpp"

namespace vnscope::recording::agent {

namespace {

std::int64_t asValue(std::uint64_t count)
{
    return static_cast<std::int64_t>(count);
}

nlmsghdr* linkRequest(host::Netlink& netlink)
{
    nlmsghdr* const request = netlink.request(RTM_GETSTATS, NLM_F_DUMP);
    auto* const header = static_cast<if_stats_msg*>(mnl_nlmsg_put_extra_header(request, sizeof(if_stats_msg)));
    header->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    return request;
}

nlmsghdr* qdiscRequestBehind(const nlmsghdr* first, host::Netlink& netlink)
{
    nlmsghdr* const request = netlink.requestBehind(first, RTM_GETQDISC, NLM_F_DUMP);
    mnl_nlmsg_put_extra_header(request, sizeof(tcmsg));
    return request;
}

void samplePlain(const LinkElements& link, const rtnl_link_stats64& it, std::uint64_t drops, Sink& sink)
{
    const Counters counters{it.rx_packets, it.tx_packets, it.rx_bytes, it.tx_bytes, drops, kNotCounted};
    const std::array attributes{
        Attribute{"rx_drop_packets", asValue(it.rx_dropped)}, Attribute{"tx_drop_packets", asValue(it.tx_dropped)},
        Attribute{"rx_error_packets", asValue(it.rx_errors)}, Attribute{"tx_error_packets", asValue(it.tx_errors)}};
    sink.sample(link.device, &counters, attributes);
}

void sampleNic(const LinkElements& link, const rtnl_link_stats64& it, Sink& sink)
{
    samplePlain(link, it, it.rx_missed_errors + it.rx_fifo_errors, sink);
    const Counters driver{it.rx_packets, it.tx_packets, it.rx_bytes, it.tx_bytes, it.rx_dropped + it.tx_dropped,
                          kNotCounted};
    sink.sample(*link.part, &driver, {});
}

/// drivers/net/tun.c counts tx when the reader took the packet (tun_put_user()), and tx_dropped when the queue was full
/// or had no reader (tun_net_xmit()).
void sampleTap(const LinkElements& link, const rtnl_link_stats64& it, Sink& sink)
{
    samplePlain(link, it, it.rx_dropped, sink);
    const Counters queue{
        it.tx_packets + it.tx_dropped, it.tx_packets, kNotCounted, it.tx_bytes, it.tx_dropped, kNotCounted};
    sink.sample(*link.part, &queue, {});
}

void sampleLink(const LinkElements& link, const rtnl_link_stats64& counters, Sink& sink)
{
    switch (link.shape) {
    case LinkElements::Shape::Plain:
        samplePlain(link, counters, counters.rx_dropped + counters.tx_dropped, sink);
        break;
    case LinkElements::Shape::Nic: sampleNic(link, counters, sink); break;
    case LinkElements::Shape::Tap: sampleTap(link, counters, sink); break;
    }
}

void sampleQdisc(const Element& element, const QdiscStats& stats, Sink& sink)
{
    const Counters counters{stats.packets + stats.drops + stats.queuedPackets,
                            stats.packets,
                            kNotCounted,
                            stats.bytes,
                            stats.drops,
                            stats.queuedPackets};
    const std::array attributes{Attribute{"queued_bytes", stats.queuedBytes},
                                Attribute{"overlimit_count", stats.overlimits},
                                Attribute{"requeue_count", stats.requeues}};
    sink.sample(element, &counters, attributes);
}

/// Devices and their queueing disciplines, by one question to each namespace.
class NetworkCollector final : public Collector {
public:
    explicit NetworkCollector(Inventory& inventory) : m_inventory(inventory) {}

    [[nodiscard]] const char* name() const override { return "network"; }
    void define(Sink& sink) const override
    {
        for (const auto& it : m_inventory.namespaces()) {
            sink.define(it->elements.netns);
            for (const LinkElements& link : it->elements.links) {
                sink.define(link.device);
                if (link.part)
                    sink.define(*link.part);
            }
            for (const QdiscElement& qdisc : it->elements.qdiscs)
                sink.define(qdisc.element);
        }
        for (const auto& it : m_inventory.namespaces())
            for (const Neighbour& neighbour : it->elements.neighbours)
                sink.neighbour(neighbour);
    }
    void sample(Depth, Sink& sink, Problems& problems) override
    {
        m_sink = &sink;
        for (const auto& it : m_inventory.namespaces()) {
            m_elements = &it->elements;
            m_nextLink = 0;
            if (const auto asked = ask(it->open.route); !asked)
                problems.add("Counters of devices and queueing disciplines: " + asked.error().text());
        }
    }

private:
    base::Result<bool> ask(host::Netlink& route)
    {
        const auto onMessage = [this](const nlmsghdr& message) { take(message); };
        const nlmsghdr* const links = linkRequest(route);
        return m_elements->qdiscs.empty() ? route.ask(links, onMessage)
                                          : route.askBoth(links, qdiscRequestBehind(links, route), onMessage);
    }

    void take(const nlmsghdr& message)
    {
        if (message.nlmsg_type == RTM_NEWSTATS)
            takeLink(message);
        else if (message.nlmsg_type == RTM_NEWQDISC)
            takeQdisc(message);
    }

    void takeLink(const nlmsghdr& message)
    {
        const auto stats = parseLinkStats(message);
        if (!stats)
            return;
        if (const LinkElements* const link = nextLink(stats->ifindex))
            sampleLink(*link, stats->counters, *m_sink);
        else
            m_inventory.noteStranger();
    }

    void takeQdisc(const nlmsghdr& message)
    {
        const auto stats = parseQdiscStats(message);
        const QdiscElement* const qdisc = stats ? m_elements->qdisc(stats->key) : nullptr;
        if (qdisc != nullptr) // Else without a queue, or found by the next rescan.
            sampleQdisc(qdisc->element, *stats, *m_sink);
    }

    /// The kernel tells devices in our order: looking for each would bring all of them into the cache.
    const LinkElements* nextLink(std::uint32_t ifindex)
    {
        const auto& links = m_elements->links;
        if (m_nextLink < links.size() && links[m_nextLink].ifindex == ifindex)
            return &links[m_nextLink++];
        return m_elements->link(ifindex);
    }

    Inventory& m_inventory;
    const NetworkElements* m_elements = nullptr; ///< Of the namespace that answers.
    std::size_t m_nextLink = 0;                  ///< That it will tell, if none came or went.
    Sink* m_sink = nullptr;
};

} // namespace

std::unique_ptr<Collector> makeNetworkCollector(Inventory& inventory)
{
    return std::make_unique<NetworkCollector>(inventory);
}

} // namespace vnscope::recording::agent
