// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analyses/microscope/names.hpp"
#include "analyses/microscope/outcome.hpp"
#include "analyses/microscope/patterns/aggregation.hpp"

namespace vnscope::analyses::microscope {

namespace {

using storage::Value;

/// Places are the elements by number, and behind them whatever is outside of what is traced.
std::vector<patterns::Place> placesOf(const Network& network)
{
    std::vector<patterns::Place> places;
    for (std::uint32_t id = 0; id < network.elements().size(); ++id) {
        const Element& element = network[ElementId{id}];
        places.push_back({nameOf(network, ElementId{id}), element.isSource ? "source" : element.kind});
    }
    places.push_back({nameOf(network, {}), "source"});
    return places;
}

std::uint32_t placeOf(const Network& network, ElementId element)
{
    return element.isValid() ? element.value : static_cast<std::uint32_t>(network.elements().size());
}

class RelationList final {
public:
    explicit RelationList(const Reconstruction& network) : m_network(network) {}
    void add(const Victim& victim);
    [[nodiscard]] const std::vector<patterns::Relation>& relations() const { return m_relations; }

private:
    [[nodiscard]] Flow flowOf(FlowId id) const { return id.isValid() ? m_network.flows()[id] : Flow{}; }

    const Reconstruction& m_network;
    std::vector<patterns::Relation> m_relations;
};

/// What flows do not have more than usual is nobody's in particular.
void RelationList::add(const Victim& victim)
{
    for (const Victim::Relation& relation : victim.relations) {
        patterns::Relation made;
        made.culpritPlace = placeOf(m_network.network(), relation.culprit.element);
        made.victimFlow = flowOf(victim.flow);
        made.victimPlace = placeOf(m_network.network(), relation.element);
        double left = 1;
        for (const FlowShare& flow : relation.flows) {
            made.culpritFlow = flowOf(flow.flow);
            made.score = relation.seconds * flow.share;
            left -= flow.share;
            m_relations.push_back(made);
        }
        made.culpritFlow = {};
        made.score = relation.seconds * std::max(left, 0.0);
        if (made.score > 0)
            m_relations.push_back(made);
    }
}

std::array<std::uint8_t, 16> bytesOf(const patterns::Address& address)
{
    std::array<std::uint8_t, 16> bytes{};
    for (unsigned at = 0; at < 8; ++at) {
        bytes[at] = static_cast<std::uint8_t>(address.high >> (56 - 8 * at));
        bytes[8 + at] = static_cast<std::uint8_t>(address.low >> (56 - 8 * at));
    }
    return bytes;
}

/// "10.0.0.0/8", "10.0.0.1"
std::string textOf(const patterns::Prefix& prefix, std::uint8_t ipVersion)
{
    if (ipVersion == 0)
        return {};
    const std::string address = addressText(bytesOf(prefix.address), ipVersion);
    return prefix.length == (ipVersion == 4 ? 32 : 128) ? address : fmt::format("{}/{}", address, prefix.length);
}

std::string textOf(const patterns::PortRange& ports)
{
    return ports.first == ports.last ? fmt::to_string(ports.first) : fmt::format("{}-{}", ports.first, ports.last);
}

std::string_view textOf(patterns::PlaceScope scope)
{
    switch (scope) {
    case patterns::PlaceScope::Instance: return "instance";
    case patterns::PlaceScope::Type: return "type";
    case patterns::PlaceScope::Any: return "any";
    }
    return "any";
}

std::string textOf(const patterns::PlaceSet& set, const std::vector<patterns::Place>& places)
{
    switch (set.scope) {
    case patterns::PlaceScope::Instance: return places[set.place].name;
    case patterns::PlaceScope::Type: return places[set.place].type;
    case patterns::PlaceScope::Any: return "any";
    }
    return "any";
}

} // namespace

void writePatterns(const Outcome& outcome, storage::StoreWriter& store)
{
    const std::vector<patterns::Place> places = placesOf(outcome.network().network());
    RelationList relations(outcome.network());
    for (const Victim& victim : outcome.victims.victims())
        relations.add(victim);
    const patterns::Patterns found = patterns::aggregate(relations.relations(), places);
    storage::TableWriter rows = store.table(
        "causal_pattern",
        {"rank", "score", "share", "relations", "culprit_place", "culprit_scope", "culprit_protocol", "culprit_source",
         "culprit_source_ports", "culprit_destination", "culprit_destination_ports", "victim_place", "victim_scope",
         "victim_protocol", "victim_source", "victim_source_ports", "victim_destination", "victim_destination_ports"});
    std::int64_t rank = 0;
    for (const patterns::Pattern& pattern : found.ranked) {
        const patterns::Aggregate& culprit = pattern.culprit;
        const patterns::Aggregate& victim = pattern.victim;
        rows.append(++rank, pattern.score, pattern.score / found.total, pattern.relations,
                    textOf(culprit.place, places), textOf(culprit.place.scope), Value(culprit.protocol),
                    textOf(culprit.source, culprit.ipVersion), textOf(culprit.sourcePorts),
                    textOf(culprit.destination, culprit.ipVersion), textOf(culprit.destinationPorts),
                    textOf(victim.place, places), textOf(victim.place.scope), Value(victim.protocol),
                    textOf(victim.source, victim.ipVersion), textOf(victim.sourcePorts),
                    textOf(victim.destination, victim.ipVersion), textOf(victim.destinationPorts));
    }
}

} // namespace vnscope::analyses::microscope
