// SPDX-License-Identifier: Apache-2.0
#include <linux/rtnetlink.h>

#include <array>

#include "recording/agent/collector.hpp"

namespace vnscope::recording::agent {

namespace {

nlmsghdr* qdiscRequest(host::Netlink& netlink)
{
    nlmsghdr* const request = netlink.request(RTM_GETQDISC, NLM_F_DUMP);
    mnl_nlmsg_put_extra_header(request, sizeof(tcmsg));
    return request;
}

class QdiscCollector final : public Collector {
public:
    explicit QdiscCollector(Inventory& inventory) : m_inventory(inventory) {}

    [[nodiscard]] const char* name() const override { return "qdiscs"; }
    void define(Sink&) const override {} // The links' collector does, with what they are part of.
    void sample(Depth, Sink& sink, Problems& problems) override
    {
        for (const auto& it : m_inventory.namespaces()) {
            if (it->elements.qdiscs.empty())
                continue;
            m_elements = &it->elements;
            m_sink = &sink;
            const auto asked =
                it->open.route.ask(qdiscRequest(it->open.route), [this](const nlmsghdr& message) { take(message); });
            if (!asked)
                problems.add("Counters of queueing disciplines: " + asked.error().text());
        }
    }

private:
    void take(const nlmsghdr& message)
    {
        const auto stats = parseQdiscStats(message);
        const QdiscElement* const qdisc = stats ? m_elements->qdisc(stats->key) : nullptr;
        if (qdisc == nullptr)
            return; // Without a queue, or found by the next rescan.
        const Counters counters{stats->packets + stats->drops + stats->queuedPackets,
                                stats->packets,
                                kNotCounted,
                                stats->bytes,
                                stats->drops,
                                stats->queuedPackets};
        const std::array attributes{Attribute{"queued_bytes", stats->queuedBytes},
                                    Attribute{"overlimit_count", stats->overlimits},
                                    Attribute{"requeue_count", stats->requeues}};
        m_sink->sample(qdisc->element, &counters, attributes);
    }

    Inventory& m_inventory;
    const NetworkElements* m_elements = nullptr; ///< Of the namespace that answers.
    Sink* m_sink = nullptr;
};

} // namespace

std::unique_ptr<Collector> makeQdiscCollector(Inventory& inventory)
{
    return std::make_unique<QdiscCollector>(inventory);
}

} // namespace vnscope::recording::agent
