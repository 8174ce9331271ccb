// SPDX-License-Identifier: Apache-2.0
#include "topology/domain.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <tsl/robin_map.h>

#include "topology/pair_key.hpp"

namespace vnscope::topology {

namespace {

struct Entry {
    MacAddress mac;
    int vlan = kNoVlan;
    NodeId bridge;
    std::uint32_t record = 0; ///< Index in Ledger::fdb().
};

/// The entries of one address.
using Entries = std::span<const Entry>;

class Sorter {
public:
    explicit Sorter(const Ledger& ledger) : m_ledger(ledger) {}

    std::vector<Domain> domains();

private:
    struct Numbers {
        tsl::robin_map<NodeId, BridgeIndex> bridges;
        tsl::robin_map<PairKey, PortIndex, PairHash> ports; ///< Of bridge and port.
    };

    void readTags();
    void readEntries();
    void readOwners();
    [[nodiscard]] int vlanOf(const FdbInterval& entry) const;
    [[nodiscard]] std::vector<int> vlansOf(Entries entries) const;
    std::size_t vertex(NodeId bridge, int vlan);
    template <typename Function> void forEachAddress(Function function) const;
    std::size_t root(std::size_t number);
    void join(std::size_t a, std::size_t b) { m_sets[root(a)] = root(b); }
    void unite(Entries entries);
    void findComponentVlans();
    void addTracks(Entries entries);
    void addUntagged(Entries entries);
    Track track(Entries entries, int vlan, bool withUntagged, std::size_t domain, bool mayGrow);
    std::size_t domainOf(std::size_t component, int vlan);
    std::size_t componentOf(NodeId bridge, int vlan) { return root(m_vertices.at({bridge, vlan})); }
    std::optional<BridgeIndex> bridgeNumber(std::size_t domain, NodeId bridge, bool mayGrow);
    PortIndex portNumber(std::size_t domain, BridgeIndex bridge, const FdbInterval& entry);

    const Ledger& m_ledger;
    std::vector<Entry> m_entries;                              ///< By address, then record.
    std::map<MacAddress, NodeId> m_owners;                     ///< Own addresses of exactly one bridge.
    std::map<NodeId, std::set<int>> m_tags;                    ///< Tags of the VLAN devices that are ports of a bridge.
    tsl::robin_map<PairKey, std::size_t, PairHash> m_vertices; ///< Of bridge and VLAN.
    std::vector<int> m_vlanOfVertex;
    std::vector<std::size_t> m_sets; ///< By vertex: one nearer to its set's root, or itself.
    std::map<std::size_t, std::set<int>> m_componentVlans;
    std::map<std::pair<std::size_t, int>, std::size_t> m_domainOf;
    std::vector<Domain> m_domains;
    std::vector<Numbers> m_numbers;
};

void Sorter::readTags()
{
    std::map<NodeId, int> tagOf;
    for (const Fact& fact : m_ledger.facts()) {
        if (fact.kind == EdgeKind::VlanDevice)
            tagOf[fact.to] = fact.vlan;
    }
    for (const Fact& fact : m_ledger.facts()) {
        const auto tag = fact.kind == EdgeKind::BridgePort ? tagOf.find(fact.to) : tagOf.end();
        if (tag != tagOf.end())
            m_tags[fact.from].insert(tag->second);
    }
}

int Sorter::vlanOf(const FdbInterval& entry) const
{
    if (m_ledger.isFiltering(entry.bridge))
        return entry.vlan;
    const auto tags = m_tags.find(entry.bridge);
    return tags != m_tags.end() && tags->second.size() == 1 ? *tags->second.begin() : kNoVlan;
}

/// What bridges learned; what people or drivers wrote into a table need not be true.
void Sorter::readEntries()
{
    m_entries.reserve(m_ledger.fdb().size());
    std::uint32_t index = 0;
    for (const FdbRecord& record : m_ledger.fdb()) {
        const FdbInterval& entry = record.interval;
        const bool isLearned = entry.origin == FdbOrigin::Learned || entry.origin == FdbOrigin::Statedump;
        if (isLearned && entry.port.isValid() && !entry.mac.isGroup() && entry.mac.isSet())
            m_entries.push_back({entry.mac, vlanOf(entry), entry.bridge, index});
        ++index;
    }
    std::sort(m_entries.begin(), m_entries.end(),
              [](const Entry& a, const Entry& b) { return std::tie(a.mac, a.record) < std::tie(b.mac, b.record); });
}

void Sorter::readOwners()
{
    std::set<MacAddress> shared;
    for (const FdbRecord& record : m_ledger.fdb()) {
        const FdbInterval& entry = record.interval;
        if (entry.origin != FdbOrigin::Local || entry.mac.isGroup())
            continue;
        const auto [owner, isNew] = m_owners.try_emplace(entry.mac, entry.bridge);
        if (!isNew && owner->second != entry.bridge)
            shared.insert(entry.mac);
    }
    for (const MacAddress mac : shared)
        m_owners.erase(mac);
}

std::size_t Sorter::vertex(NodeId bridge, int vlan)
{
    const auto [found, isNew] = m_vertices.try_emplace({bridge, vlan}, m_vertices.size());
    if (isNew) {
        m_sets.push_back(found->second);
        m_vlanOfVertex.push_back(vlan);
    }
    return found->second;
}

std::size_t Sorter::root(std::size_t number)
{
    while (m_sets[number] != number) {
        m_sets[number] = m_sets[m_sets[number]];
        number = m_sets[number];
    }
    return number;
}

template <typename Function> void Sorter::forEachAddress(Function function) const
{
    for (auto begin = m_entries.begin(); begin != m_entries.end();) {
        const auto end =
            std::find_if(begin, m_entries.end(), [&](const Entry& entry) { return entry.mac != begin->mac; });
        function(Entries(begin, end));
        begin = end;
    }
}

/// The VLANs that an address is known in, without kNoVlan.
std::vector<int> Sorter::vlansOf(Entries entries) const
{
    std::vector<int> vlans;
    for (const Entry& entry : entries) {
        if (entry.vlan != kNoVlan)
            vlans.push_back(entry.vlan);
    }
    std::sort(vlans.begin(), vlans.end());
    vlans.erase(std::unique(vlans.begin(), vlans.end()), vlans.end());
    return vlans;
}

void Sorter::unite(Entries entries)
{
    const bool isInOneVlan = vlansOf(entries).size() <= 1;
    const auto owner = m_owners.find(entries.front().mac);
    std::map<int, std::size_t> firsts;
    for (const Entry& entry : entries) {
        const int key = isInOneVlan ? kNoVlan : entry.vlan;
        const std::size_t number = vertex(entry.bridge, entry.vlan);
        const auto [first, isNew] = firsts.try_emplace(key, number);
        const bool isWitness = isInOneVlan || entry.vlan != kNoVlan;
        if (!isNew && isWitness)
            join(first->second, number);
        if (owner != m_owners.end() && isWitness) {
            const bool isFiltering = m_ledger.isFiltering(owner->second);
            join(number, vertex(owner->second, isFiltering ? entry.vlan : kNoVlan));
        }
    }
}

void Sorter::findComponentVlans()
{
    for (std::size_t number = 0; number < m_vlanOfVertex.size(); ++number) {
        auto& vlans = m_componentVlans[root(number)];
        if (m_vlanOfVertex[number] != kNoVlan)
            vlans.insert(m_vlanOfVertex[number]);
    }
}

std::size_t Sorter::domainOf(std::size_t component, int vlan)
{
    const auto [found, isNew] = m_domainOf.try_emplace({component, vlan}, m_domains.size());
    if (isNew) {
        m_domains.emplace_back().vlan = vlan;
        m_numbers.emplace_back();
    }
    return found->second;
}

std::optional<BridgeIndex> Sorter::bridgeNumber(std::size_t domain, NodeId bridge, bool mayGrow)
{
    auto& numbers = m_numbers[domain].bridges;
    const auto known = numbers.find(bridge);
    if (known != numbers.end())
        return known->second;
    if (!mayGrow)
        return std::nullopt;
    const auto number = static_cast<BridgeIndex>(numbers.size());
    numbers.emplace(bridge, number);
    m_domains[domain].bridges.push_back(bridge);
    return number;
}

PortIndex Sorter::portNumber(std::size_t domain, BridgeIndex bridge, const FdbInterval& entry)
{
    auto& numbers = m_numbers[domain].ports;
    const auto [found, isNew] = numbers.try_emplace({entry.bridge, entry.port}, static_cast<PortIndex>(numbers.size()));
    if (isNew)
        m_domains[domain].ports.push_back({bridge, entry.port});
    return found->second;
}

Track Sorter::track(Entries entries, int vlan, bool withUntagged, std::size_t domain, bool mayGrow)
{
    Track track;
    track.mac = entries.front().mac;
    track.meetings.reserve(entries.size());
    for (const Entry& entry : entries) {
        const bool isUntagged = entry.vlan == kNoVlan;
        if (entry.vlan != vlan && !(withUntagged && isUntagged))
            continue;
        const FdbRecord& record = m_ledger.fdb()[entry.record];
        const auto bridge = bridgeNumber(domain, record.interval.bridge, mayGrow || !isUntagged);
        if (!bridge)
            continue;
        const PortIndex port = portNumber(domain, *bridge, record.interval);
        for (const base::Timestamp at : record.confirmed)
            track.meetings.push_back({{*bridge, port, at},
                                      record.interval.valid,
                                      record.interval.end,
                                      record.mayHaveLeft,
                                      record.interval.origin == FdbOrigin::Statedump});
    }
    const auto isEarlier = [](const Meeting& a, const Meeting& b) { return a.sighting.at < b.sighting.at; };
    if (!std::is_sorted(track.meetings.begin(), track.meetings.end(), isEarlier))
        std::stable_sort(track.meetings.begin(), track.meetings.end(), isEarlier);
    const auto owner = m_owners.find(track.mac);
    if (owner != m_owners.end())
        track.owner = bridgeNumber(domain, owner->second, mayGrow);
    return track;
}

void Sorter::addTracks(Entries entries)
{
    const auto vlans = vlansOf(entries);
    for (const int vlan : vlans) {
        const auto first =
            std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.vlan == vlan; });
        const std::size_t domain = domainOf(componentOf(first->bridge, vlan), vlan);
        Track found = track(entries, vlan, true, domain, vlans.size() == 1);
        found.isEvidence = vlans.size() == 1;
        if (!found.isEvidence) { // What bridges that filter say is evidence nevertheless.
            Track filtered = track(entries, vlan, false, domain, true);
            filtered.mac = {};
            m_domains[domain].tracks.push_back(std::move(filtered));
        }
        m_domains[domain].tracks.push_back(std::move(found));
    }
}

/// An address that only bridges without filtering know: of the one VLAN that there is, or of any one that has all of
/// them.
void Sorter::addUntagged(Entries entries)
{
    if (!vlansOf(entries).empty())
        return;
    const std::size_t component = componentOf(entries.front().bridge, kNoVlan);
    const auto& vlans = m_componentVlans[component];
    if (vlans.size() > 1)
        return;
    const std::size_t domain = domainOf(component, vlans.empty() ? kNoVlan : *vlans.begin());
    m_domains[domain].tracks.push_back(track(entries, kNoVlan, true, domain, true));
}

std::vector<Domain> Sorter::domains()
{
    readTags();
    readEntries();
    readOwners();
    forEachAddress([&](Entries entries) { unite(entries); });
    findComponentVlans();
    // What makes bridges members of a domain comes first.
    const auto isInOneVlan = [&](Entries entries) { return vlansOf(entries).size() == 1; };
    forEachAddress([&](Entries entries) {
        if (isInOneVlan(entries))
            addTracks(entries);
    });
    forEachAddress([&](Entries entries) { addUntagged(entries); });
    forEachAddress([&](Entries entries) {
        if (!isInOneVlan(entries))
            addTracks(entries);
    });
    return std::move(m_domains);
}

} // namespace

std::vector<Domain> findDomains(const Ledger& ledger)
{
    return Sorter(ledger).domains();
}

} // namespace vnscope::topology
