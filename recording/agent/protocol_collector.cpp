// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "recording/agent/collector.hpp"
#include "recording/agent/protocol_counters.hpp"

namespace vnscope::recording::agent {

namespace {

std::int64_t asValue(std::uint64_t count)
{
    return static_cast<std::int64_t>(count);
}

class ProtocolCollector final : public Collector {
public:
    explicit ProtocolCollector(const Inventory& inventory) : m_inventory(inventory) {}

    [[nodiscard]] const char* name() const override { return "protocols"; }
    void define(Sink&) const override {} // The links' collector tells the namespaces.
    void sample(Depth depth, Sink& sink, Problems& problems) override
    {
        if (depth == Depth::Quick)
            return;
        for (const auto& it : m_inventory.namespaces()) {
            const std::string_view text = it->open.protocols.read();
            if (text.empty()) {
                problems.add("/proc/net/snmp cannot be read: no protocol counters.");
                continue;
            }
            sampleOne(it->elements.netns, parseProtocolCounters(text), sink);
        }
    }

private:
    static void sampleOne(const Element& netns, const ProtocolCounters& it, Sink& sink)
    {
        const Counters counters{it.ipInDelivers,
                                it.ipOutRequests,
                                kNotCounted,
                                kNotCounted,
                                it.udpReceiveBufferErrors + it.udpSendBufferErrors + it.ipInDiscards + it.ipOutDiscards,
                                kNotCounted};
        const std::array attributes{Attribute{"udp_receive_buffer_drop_packets", asValue(it.udpReceiveBufferErrors)},
                                    Attribute{"udp_send_buffer_drop_packets", asValue(it.udpSendBufferErrors)},
                                    Attribute{"tcp_in_segments", asValue(it.tcpInSegments)},
                                    Attribute{"tcp_out_segments", asValue(it.tcpOutSegments)},
                                    Attribute{"tcp_retransmitted_segments", asValue(it.tcpRetransmitted)},
                                    Attribute{"ip_forwarded_packets", asValue(it.ipForwarded)}};
        sink.sample(netns, &counters, attributes);
    }

    const Inventory& m_inventory;
};

} // namespace

std::unique_ptr<Collector> makeProtocolCollector(const Inventory& inventory)
{
    return std::make_unique<ProtocolCollector>(inventory);
}

} // namespace vnscope::recording::agent
