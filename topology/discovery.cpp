// SPDX-License-Identifier: Apache-2.0
#include "topology/discovery.hpp"

#include "topology/cartographer.hpp"
#include "topology/ledger.hpp"

namespace vnscope::topology {

class Discovery::Impl {
public:
    explicit Impl(Options given) : options(given), ledger(given.spread) {}

    Options options;
    Ledger ledger;
};

Discovery::Discovery() : Discovery(Options{}) {}
Discovery::Discovery(Options options) : m_impl(std::make_unique<Impl>(options)) {}
Discovery::~Discovery() = default;
Discovery::Discovery(Discovery&&) noexcept = default;
Discovery& Discovery::operator=(Discovery&&) noexcept = default;

NodeId Discovery::deviceSeen(base::Timestamp at, const DeviceKey& key, const DeviceFacts& facts)
{
    return m_impl->ledger.deviceSeen(at, key, facts);
}

void Discovery::deviceRemoved(base::Timestamp at, NodeId device)
{
    m_impl->ledger.deviceRemoved(at, device);
}

void Discovery::portJoined(base::Timestamp at, NodeId bridge, NodeId port, std::string_view method)
{
    Fact fact;
    fact.from = bridge;
    fact.to = port;
    fact.method = method;
    m_impl->ledger.factSeen(at, fact);
}

void Discovery::portLeft(base::Timestamp at, NodeId bridge, NodeId port)
{
    m_impl->ledger.portLeft(at, bridge, port);
}

void Discovery::bridgeFiltersVlans(NodeId bridge, bool isFiltering)
{
    m_impl->ledger.bridge(bridge).isFiltering = isFiltering;
}

void Discovery::bridgeAgeing(NodeId bridge, base::Nanoseconds ageing)
{
    m_impl->ledger.bridge(bridge).ageing = ageing;
}

void Discovery::cableSeen(base::Timestamp at, const Cable& cable, std::string_view method)
{
    Fact fact;
    fact.kind = cable.kind;
    fact.from = cable.from;
    fact.to = cable.to;
    fact.vlan = cable.vlan;
    fact.method = method;
    m_impl->ledger.factSeen(at, fact);
}

void Discovery::cableRemoved(base::Timestamp at, const Cable& cable)
{
    m_impl->ledger.factEnded(at, cable.kind, cable.from, cable.to);
}

void Discovery::fdbSeen(base::Timestamp at, NodeId bridge, NodeId port, MacAddress mac, int vlan, FdbOrigin origin)
{
    FdbInterval entry;
    entry.bridge = bridge;
    entry.port = port;
    entry.mac = mac;
    entry.vlan = vlan;
    entry.origin = port.isValid() ? origin : FdbOrigin::Local;
    if (port.isValid())
        portJoined(at, bridge, port, origin == FdbOrigin::Statedump ? method::kStatedump : method::kFdbEvent);
    // A bridge without filtering keeps what it learns under VLAN 0; its own addresses tell nothing, they have its VLANs
    // always.
    auto& isFiltering = m_impl->ledger.bridge(bridge).isFiltering;
    if (!isFiltering && vlan > 0 && entry.origin == FdbOrigin::Learned)
        isFiltering = true;
    m_impl->ledger.fdbSeen(at, entry);
}

void Discovery::fdbDeleted(base::Timestamp at, NodeId bridge, NodeId port, MacAddress mac, int vlan)
{
    FdbInterval entry;
    entry.bridge = bridge;
    entry.port = port;
    entry.mac = mac;
    entry.vlan = vlan;
    m_impl->ledger.fdbDeleted(at, entry);
}

void Discovery::packetsPassed(base::TimeRange when, NodeId in, NodeId out, std::uint64_t packets)
{
    m_impl->ledger.packetsPassed(when, in, out, packets);
}

void Discovery::eventsLost(std::string_view host, base::TimeRange when)
{
    m_impl->ledger.lost({std::string(host), when});
}

TopologyTimeline Discovery::finish(base::Timestamp end)
{
    m_impl->ledger.close(end);
    TopologyTimeline timeline(Cartographer(m_impl->ledger, m_impl->options).draw());
    m_impl = std::make_unique<Impl>(m_impl->options);
    return timeline;
}

} // namespace vnscope::topology
