// SPDX-License-Identifier: Apache-2.0
#include "topology/ledger.hpp"

#include <algorithm>

namespace vnscope::topology {

namespace {

constexpr base::Timestamp kOpenEnd = base::TimeRange::all().end;

/// The kernel counts ageing in ticks and deletes in batches; an entry can be this share younger when it goes.
constexpr base::Nanoseconds kAgeingSlackShare = 50;

} // namespace

std::size_t Ledger::KeyHash::operator()(const DeviceName& device) const noexcept
{
    const std::hash<std::string> hash;
    return mixed(hash(device.name) + mixed(hash(device.netns) + mixed(hash(device.host))));
}

std::size_t Ledger::KeyHash::operator()(const FactKey& key) const noexcept
{
    return mixed(PairKey(key.from, key.to).bits ^ (static_cast<std::uint64_t>(key.kind) << 60U));
}

base::Timestamp Ledger::advance(base::Timestamp at)
{
    if (!m_hasBegun)
        m_range = {at, at};
    m_hasBegun = true;
    m_range.end = std::max(m_range.end, at);
    return m_range.end;
}

void Ledger::confirm(Confirmed& times, base::Timestamp at) const
{
    if (times.empty() || at - times.back() > m_spread)
        times.push_back(at);
}

NodeId Ledger::deviceSeen(base::Timestamp at, const DeviceKey& key, const DeviceFacts& facts)
{
    at = advance(at);
    auto [entry, isNew] =
        m_devices.try_emplace({std::string(key.host), std::string(key.netns), std::string(key.name)}, NodeId{});
    if (isNew) {
        entry->second = NodeId{static_cast<std::uint32_t>(m_nodes.size())};
        Node node;
        node.host = key.host;
        node.netns = key.netns;
        node.name = key.name;
        node.valid = {at, kOpenEnd};
        m_nodes.push_back(std::move(node));
        m_wasTold.push_back(!facts.kind.empty() || facts.ifindex != 0 || facts.mac.isSet());
    }
    Node& node = m_nodes[entry->second.value];
    if (!facts.kind.empty())
        node.deviceKind = facts.kind;
    if (facts.ifindex != 0)
        node.ifindex = facts.ifindex;
    if (facts.mac.isSet())
        node.mac = facts.mac;
    return entry->second;
}

void Ledger::deviceRemoved(base::Timestamp at, NodeId device)
{
    at = advance(at);
    Node& node = m_nodes[device.value];
    const auto key = m_devices.find({node.host, node.netns, node.name});
    if (key == m_devices.end() || key->second != device)
        return;
    m_devices.erase(key);
    node.valid.end = at;
    std::vector<FactKey> gone;
    for (const auto& [fact, index] : m_openFacts) {
        if (fact.from == device || fact.to == device)
            gone.push_back(fact);
    }
    for (const auto& [kind, from, to] : gone) {
        if (kind == EdgeKind::BridgePort)
            portLeft(at, from, to);
        else
            factEnded(at, kind, from, to);
    }
}

void Ledger::factSeen(base::Timestamp at, const Fact& told)
{
    at = advance(at);
    const auto [open, isNew] =
        m_openFacts.try_emplace({told.kind, told.from, told.to}, static_cast<std::uint32_t>(m_facts.size()));
    if (isNew) {
        m_facts.push_back(told);
        m_facts.back().valid = {at, kOpenEnd};
    }
    Fact& fact = m_facts[open->second];
    ++fact.evidence;
    confirm(fact.confirmed, at);
}

void Ledger::factEnded(base::Timestamp at, EdgeKind kind, NodeId from, NodeId to)
{
    at = advance(at);
    const auto open = m_openFacts.find({kind, from, to});
    if (open == m_openFacts.end())
        return;
    Fact& fact = m_facts[open->second];
    fact.valid.end = at;
    fact.hasEnded = true;
    m_openFacts.erase(open);
}

/// The kernel flushes the entries of a port that leaves (br_fdb_delete_by_port).
void Ledger::portLeft(base::Timestamp at, NodeId bridge, NodeId port)
{
    at = advance(at);
    factEnded(at, EdgeKind::BridgePort, bridge, port);
    for (auto table = m_openEntries.begin(); table != m_openEntries.end(); ++table) {
        if (table.key().node() == bridge)
            flush(table.value(), at, port);
    }
}

void Ledger::flush(OpenEntries& entries, base::Timestamp at, NodeId port)
{
    for (auto open = entries.begin(); open != entries.end();) {
        FdbRecord& record = m_fdb[open->second];
        const bool isGone = record.interval.port == port;
        if (isGone) {
            end(record, at, FdbEnd::Deleted);
            record.mayHaveLeft = true;
        }
        open = isGone ? entries.erase(open) : std::next(open);
    }
}

void Ledger::end(FdbRecord& record, base::Timestamp at, FdbEnd how)
{
    record.interval.valid.end = at;
    record.interval.end = how;
}

void Ledger::fdbSeen(base::Timestamp at, const FdbInterval& entry)
{
    at = advance(at);
    const auto number = static_cast<std::uint32_t>(m_fdb.size());
    const auto [open, isNew] = m_openEntries[{entry.bridge, entry.vlan}].try_emplace(entry.mac, number);
    if (!isNew && m_fdb[open->second].interval.port == entry.port) {
        confirm(m_fdb[open->second].confirmed, at);
        return;
    }
    if (!isNew) {
        end(m_fdb[open->second], at, FdbEnd::Moved);
        open.value() = number;
    }
    m_fdb.push_back({entry, {at}, false});
    m_fdb.back().interval.valid = {at, kOpenEnd};
}

void Ledger::fdbDeleted(base::Timestamp at, const FdbInterval& entry)
{
    at = advance(at);
    OpenEntries& entries = m_openEntries[{entry.bridge, entry.vlan}];
    const auto open = entries.find(entry.mac);
    if (open == entries.end())
        return;
    FdbRecord& record = m_fdb[open->second];
    // fdb_delete does not tell why. Only what a bridge learned can age; how old an entry was at a state dump is not
    // known.
    const bool isOldEnough = isAgeReached(record, at);
    const bool hasAged =
        record.interval.origin == FdbOrigin::Statedump || (record.interval.origin == FdbOrigin::Learned && isOldEnough);
    end(record, at, hasAged ? FdbEnd::Aged : FdbEnd::Deleted);
    record.mayHaveLeft = !isOldEnough;
    entries.erase(open);
}

bool Ledger::isAgeReached(const FdbRecord& record, base::Timestamp at) const
{
    const auto facts = m_bridges.find(record.interval.bridge);
    const base::Nanoseconds ageing = facts == m_bridges.end() ? BridgeFacts{}.ageing : facts->second.ageing;
    return at - record.confirmed.back() >= ageing - ageing / kAgeingSlackShare;
}

void Ledger::packetsPassed(base::TimeRange when, NodeId in, NodeId out, std::uint64_t packets)
{
    advance(when.begin);
    const auto [known, isNew] = m_passages.try_emplace({in, out}, when, 0);
    known->second.first.end = std::max(known->second.first.end, when.end);
    known->second.second += packets;
}

/// An entry that went together with its port did not age.
void Ledger::correctEnds()
{
    std::map<std::pair<NodeId, NodeId>, std::vector<base::Timestamp>> left;
    for (const Fact& fact : m_facts) {
        if (fact.kind == EdgeKind::BridgePort && fact.hasEnded)
            left[{fact.from, fact.to}].push_back(fact.valid.end);
    }
    for (FdbRecord& record : m_fdb) {
        if (record.interval.end != FdbEnd::Aged)
            continue;
        const auto ends = left.find({record.interval.bridge, record.interval.port});
        const bool wentWithPort =
            ends != left.end() && std::any_of(ends->second.begin(), ends->second.end(), [&](base::Timestamp portEnd) {
                return portEnd >= record.interval.valid.end && portEnd - record.interval.valid.end <= m_spread;
            });
        if (wentWithPort) {
            record.interval.end = FdbEnd::Deleted;
            record.mayHaveLeft = true;
        }
    }
}

void Ledger::close(base::Timestamp at)
{
    at = advance(at);
    for (Node& node : m_nodes)
        node.valid.end = std::min(node.valid.end, at);
    for (Fact& fact : m_facts)
        fact.valid.end = std::min(fact.valid.end, at);
    for (FdbRecord& record : m_fdb)
        record.interval.valid.end = std::min(record.interval.valid.end, at);
    correctEnds();
}

bool Ledger::isFiltering(NodeId bridge) const
{
    const auto facts = m_bridges.find(bridge);
    return facts != m_bridges.end() && facts->second.isFiltering.value_or(false);
}

} // namespace vnscope::topology
