// SPDX-License-Identifier: Apache-2.0
#include "views/scope/scope.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "views/scope/flow_set.hpp"

namespace vnscope::views::scope {
namespace {

using storage::oneOf;
using storage::Select;
using storage::Value;
using Ids = std::vector<std::int64_t>;
using Conditions = std::vector<Select::Condition>;

void makeSet(Ids& ids)
{
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

void intersect(Rows& rows, const Rows& other)
{
    if (!rows) {
        rows = other;
    } else if (other) {
        Ids both;
        std::ranges::set_intersection(*rows, *other, std::back_inserter(both));
        rows = std::move(both);
    }
}

/// IP's number of the protocols that the table `stream` names.
std::int64_t protocolNumber(const std::string& name)
{
    static const std::map<std::string, std::int64_t> kNumbers{{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"icmpv6", 58}};
    const auto found = kNumbers.find(name);
    return found == kNumbers.end() ? -1 : found->second;
}

/// One side of a causal pattern: where, and which flows.
struct Side {
    std::string place;
    std::string scope; ///< instance, type, any
    FlowSet flows;

    [[nodiscard]] bool isAt(const std::string& name, const std::string& type) const
    {
        return scope == "any" || place == (scope == "type" ? type : name);
    }
};

bool isOf(const FlowSet& flows, const std::vector<Value>& flow)
{
    return (!flows.protocol || *flows.protocol == flow[1].integer()) && flows.source->contains(flow[2].text()) &&
           flows.sourcePorts.contains(flow[3].integer()) && flows.destination->contains(flow[4].text()) &&
           flows.destinationPorts.contains(flow[5].integer());
}

/// Reads what belongs to one subject. The first error ends it: later questions give nothing.
class Resolver final {
public:
    Resolver(const storage::Store& store, const std::function<bool()>& stop) : m_store(store), m_stop(stop) {}

    [[nodiscard]] base::Result<Scope> resolve(const Subject& subject);

private:
    [[nodiscard]] std::vector<std::vector<Value>> rows(const Select& select);
    /// The numbers of a column, each once, in order; NULL is left out.
    [[nodiscard]] Ids ids(const std::string& table, const std::string& column, Conditions where);

    [[nodiscard]] Scope ofDevice(std::int64_t device);
    [[nodiscard]] Scope ofStream(std::int64_t stream);
    [[nodiscard]] Scope ofVlan(std::int64_t vlan);
    [[nodiscard]] Scope ofFunction(std::int64_t function);
    [[nodiscard]] Scope ofElement(std::int64_t element);
    [[nodiscard]] Scope ofPattern(std::int64_t rank);

    [[nodiscard]] Rows streamsAt(const Ids& devices);
    [[nodiscard]] Ids keysOf(const Ids& functions);
    [[nodiscard]] Rows victimsOf(const std::vector<Value>& stream);
    [[nodiscard]] Rows namedLike(const std::string& table, const std::string& idColumn, const std::string& from,
                                 const std::string& fromColumn, std::int64_t id);
    [[nodiscard]] Side sideOf(const std::string& side, std::int64_t rank);
    [[nodiscard]] Ids flowsOf(const FlowSet& flows, const std::vector<std::vector<Value>>& all) const;

    const storage::Store& m_store;
    const std::function<bool()>& m_stop;
    std::optional<base::Error> m_error;
};

std::vector<std::vector<Value>> Resolver::rows(const Select& select)
{
    if (m_error || !m_store.hasTable(select.table))
        return {};
    auto table = m_store.read(select, m_stop);
    if (table)
        return std::move(table->rows);
    m_error = std::move(table).error();
    return {};
}

Ids Resolver::ids(const std::string& table, const std::string& column, Conditions where)
{
    Ids found;
    for (const auto& row : rows({table, {column}, std::move(where)}))
        if (!row[0].isNull())
            found.push_back(row[0].integer());
    makeSet(found);
    return found;
}

/// Nothing where no way of any packet is known: then it cannot be told which streams passed a device.
Rows Resolver::streamsAt(const Ids& devices)
{
    const Ids places = ids("place", "place_id", {oneOf("device_id", devices)});
    Ids streams = ids("stream_edge", "stream_id", {oneOf("to_id", places)});
    std::ranges::copy(ids("stream_edge", "stream_id", {oneOf("from_id", places)}), std::back_inserter(streams));
    makeSet(streams);
    if (streams.empty() && rows({"stream_edge", {"stream_id"}, {}, {}, 1}).empty())
        return std::nullopt;
    return streams;
}

/// What events have instead of the rows of `nf_element`.
Ids Resolver::keysOf(const Ids& functions)
{
    return ids("nf_element", "function_key", {oneOf("element_id", functions)});
}

/// What has the host and name of a row of another table. Nothing: the other table is empty, or nothing has.
Rows Resolver::namedLike(const std::string& table, const std::string& idColumn, const std::string& from,
                         const std::string& fromColumn, std::int64_t id)
{
    const auto named = rows({from, {"host", "name"}, {{fromColumn, "=", id}}});
    if (named.empty())
        return std::nullopt;
    Ids found = ids(table, idColumn, {{"host", "=", named[0][0]}, {"name", "=", named[0][1]}});
    return found.empty() ? std::nullopt : Rows(std::move(found));
}

Scope Resolver::ofDevice(std::int64_t device)
{
    Scope scope;
    scope.devices = ids("device", "device_id", {{"device_id", "=", device}});
    scope.eventDevices = scope.devices;
    scope.streams = streamsAt(*scope.devices);
    scope.elements = namedLike("element", "element_id", "device", "device_id", device);
    return scope;
}

Rows Resolver::victimsOf(const std::vector<Value>& stream)
{
    const Value protocol = protocolNumber(stream[0].text());
    const auto flows = [&](std::size_t from, std::size_t to) {
        const auto port = [&](std::size_t at) { return stream[at].isNull() ? Value(0) : stream[at]; };
        return ids("nf_flow", "flow_id",
                   {{"protocol", "=", protocol},
                    {"source", "=", stream[from]},
                    {"source_port", "=", port(from + 1)},
                    {"destination", "=", stream[to]},
                    {"destination_port", "=", port(to + 1)}});
    };
    Ids both = flows(1, 3);
    std::ranges::copy(flows(3, 1), std::back_inserter(both));
    // Where the trace tells no flows, or none is this one's, nothing can be said of victims.
    return both.empty() ? std::nullopt : Rows(ids("victim", "victim_id", {oneOf("flow_id", both)}));
}

Scope Resolver::ofStream(std::int64_t stream)
{
    Scope scope;
    scope.streams = ids("stream", "stream_id", {{"stream_id", "=", stream}});
    scope.eventStreams = scope.streams;
    Ids places;
    for (const auto& row : rows({"stream_edge", {"from_id", "to_id"}, {{"stream_id", "=", stream}}}))
        places.insert(places.end(), {row[0].integer(), row[1].integer()});
    if (!places.empty())
        scope.devices = ids("place", "device_id", {oneOf("place_id", places)});
    const auto ends =
        rows({"stream", {"protocol", "addr_a", "port_a", "addr_b", "port_b"}, {{"stream_id", "=", stream}}});
    if (!ends.empty())
        scope.victims = victimsOf(ends[0]);
    return scope;
}

Scope Resolver::ofVlan(std::int64_t vlan)
{
    Scope scope;
    scope.vlans = Ids{vlan};
    Ids devices = ids("port_vlan", "device_id", {{"vlan", "=", vlan}});
    Ids nodes = ids("topology_edge", "from_id", {{"vlan", "=", vlan}});
    std::ranges::copy(ids("topology_edge", "to_id", {{"vlan", "=", vlan}}), std::back_inserter(nodes));
    std::ranges::copy(ids("topology_node", "device_id", {oneOf("node_id", nodes)}), std::back_inserter(devices));
    makeSet(devices);
    scope.streams = streamsAt(devices);
    scope.eventDevices = devices;
    scope.devices = std::move(devices);
    return scope;
}

Scope Resolver::ofFunction(std::int64_t function)
{
    Scope scope;
    scope.functions = ids("nf_element", "element_id", {{"element_id", "=", function}});
    scope.eventFunctions = keysOf(*scope.functions);
    scope.queues = ids("nf_queue", "queue_id", {{"element_id", "=", function}});
    Ids victims = ids("victim_hop", "victim_id", {{"element_id", "=", function}});
    std::ranges::copy(ids("causal_relation", "victim_id", {{"culprit_element_id", "=", function}}),
                      std::back_inserter(victims));
    makeSet(victims);
    scope.victims = std::move(victims);
    scope.elements = namedLike("element", "element_id", "nf_element", "element_id", function);
    return scope;
}

Scope Resolver::ofElement(std::int64_t element)
{
    Scope scope;
    if (const Rows devices = namedLike("device", "device_id", "element", "element_id", element); devices) {
        scope.devices = devices;
        scope.eventDevices = devices;
        scope.streams = streamsAt(*devices);
    }
    if (const Rows functions = namedLike("nf_element", "element_id", "element", "element_id", element);
        functions && !functions->empty())
        scope = ofFunction(functions->front());
    scope.elements = ids("element", "element_id", {{"element_id", "=", element}});
    return scope;
}

/// `side`: "culprit" or "victim".
Side Resolver::sideOf(const std::string& side, std::int64_t rank)
{
    const auto found = rows({"causal_pattern",
                             {side + "_place", side + "_scope", side + "_source", side + "_source_ports",
                              side + "_destination", side + "_destination_ports", side + "_protocol"},
                             {{"rank", "=", rank}}});
    if (found.empty())
        return {};
    const auto& row = found[0];
    Side read{row[0].text(), row[1].text(), {}};
    read.flows.source = Prefix::parse(row[2].text());
    read.flows.destination = Prefix::parse(row[4].text());
    read.flows.sourcePorts = PortRange::parse(row[3].text()).value_or(PortRange{});
    read.flows.destinationPorts = PortRange::parse(row[5].text()).value_or(PortRange{});
    if (!row[6].isNull())
        read.flows.protocol = row[6].integer();
    return read;
}

Ids Resolver::flowsOf(const FlowSet& flows, const std::vector<std::vector<Value>>& all) const
{
    Ids found;
    for (const auto& flow : all)
        if (flows.isTold() && isOf(flows, flow))
            found.push_back(flow[0].integer());
    makeSet(found);
    return found;
}

Scope Resolver::ofPattern(std::int64_t rank)
{
    const Side culprit = sideOf("culprit", rank);
    const Side victim = sideOf("victim", rank);
    const auto flows =
        rows({"nf_flow", {"flow_id", "protocol", "source", "source_port", "destination", "destination_port"}});
    const Ids culpritFlows = flowsOf(culprit.flows, flows);
    Conditions ofVictims;
    if (victim.flows.isTold())
        ofVictims.push_back(oneOf("flow_id", flowsOf(victim.flows, flows)));
    const Ids candidates = ids("victim", "victim_id", std::move(ofVictims));
    Scope scope;
    scope.victims.emplace();
    scope.functions.emplace();
    if (culprit.scope.empty())
        return scope; // There is no such pattern.
    for (const auto& row : rows({"causal_summary",
                                 {"victim_id", "culprit", "culprit_type", "victim_element", "victim_type",
                                  "culprit_flow_id", "victim_element_id"},
                                 {oneOf("victim_id", candidates)}})) {
        const bool isFlow = !culprit.flows.isTold() || std::ranges::binary_search(culpritFlows, row[5].integer());
        if (!isFlow || !culprit.isAt(row[1].text(), row[2].text()) || !victim.isAt(row[3].text(), row[4].text()))
            continue;
        scope.victims->push_back(row[0].integer());
        if (!row[6].isNull())
            scope.functions->push_back(row[6].integer());
    }
    makeSet(*scope.victims);
    makeSet(*scope.functions);
    scope.eventFunctions = keysOf(*scope.functions);
    scope.queues = ids("nf_queue", "queue_id", {oneOf("element_id", *scope.functions)});
    return scope;
}

base::Result<Scope> Resolver::resolve(const Subject& subject)
{
    Scope scope;
    switch (subject.kind) {
    case Subject::Kind::Device: scope = ofDevice(subject.id); break;
    case Subject::Kind::Stream: scope = ofStream(subject.id); break;
    case Subject::Kind::Vlan: scope = ofVlan(subject.id); break;
    case Subject::Kind::Function: scope = ofFunction(subject.id); break;
    case Subject::Kind::Element: scope = ofElement(subject.id); break;
    case Subject::Kind::Pattern: scope = ofPattern(subject.id); break;
    }
    if (m_error)
        return tl::unexpected(*m_error);
    return scope;
}

} // namespace

bool holds(const Rows& rows, std::int64_t row)
{
    return !rows || std::ranges::binary_search(*rows, row);
}

void narrow(Conditions& where, const char* column, const Rows& rows)
{
    if (rows)
        where.push_back(oneOf(column, *rows));
}

base::Result<Scope> resolve(const storage::Store& store, std::span<const Subject> subjects,
                            const std::function<bool()>& stop)
{
    Scope all;
    for (const Subject& subject : subjects) {
        const auto one = Resolver(store, stop).resolve(subject);
        if (!one)
            return one;
        for (const auto rows :
             {&Scope::devices, &Scope::streams, &Scope::vlans, &Scope::functions, &Scope::queues, &Scope::elements,
              &Scope::victims, &Scope::eventDevices, &Scope::eventStreams, &Scope::eventFunctions})
            intersect(all.*rows, (*one).*rows);
    }
    return all;
}

} // namespace vnscope::views::scope
