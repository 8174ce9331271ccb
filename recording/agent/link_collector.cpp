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

nlmsghdr* statsRequest(host::Netlink& netlink)
{
    nlmsghdr* const request = netlink.request(RTM_GETSTATS, NLM_F_DUMP);
    auto* const header = static_cast<if_stats_msg*>(mnl_nlmsg_put_extra_header(request, sizeof(if_stats_msg)));
    header->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
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

class LinkCollector final : public Collector {
public:
    explicit LinkCollector(Inventory& inventory) : m_inventory(inventory) {}

    [[nodiscard]] const char* name() const override { return "links"; }
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
        for (const auto& it : m_inventory.namespaces()) {
            m_elements = &it->elements;
            m_sink = &sink;
            const auto asked =
                it->open.route.ask(statsRequest(it->open.route), [this](const nlmsghdr& message) { take(message); });
            if (!asked)
                problems.add("Counters of devices: " + asked.error().text());
        }
    }

private:
    void take(const nlmsghdr& message)
    {
        const auto stats = parseLinkStats(message);
        if (!stats)
            return;
        const LinkElements* const link = m_elements->link(stats->ifindex);
        if (link == nullptr) {
            m_inventory.noteStranger();
            return;
        }
        const rtnl_link_stats64& counters = stats->counters;
        switch (link->shape) {
        case LinkElements::Shape::Plain:
            samplePlain(*link, counters, counters.rx_dropped + counters.tx_dropped, *m_sink);
            break;
        case LinkElements::Shape::Nic: sampleNic(*link, counters, *m_sink); break;
        case LinkElements::Shape::Tap: sampleTap(*link, counters, *m_sink); break;
        }
    }

    Inventory& m_inventory;
    const NetworkElements* m_elements = nullptr; ///< Of the namespace that answers.
    Sink* m_sink = nullptr;
};

} // namespace

std::unique_ptr<Collector> makeLinkCollector(Inventory& inventory)
{
    return std::make_unique<LinkCollector>(inventory);
}

} // namespace vnscope::recording::agent
