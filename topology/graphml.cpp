// SPDX-License-Identifier: Apache-2.0
#include "topology/graphml.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>

#include "topology/labels.hpp"

namespace vnscope::topology {

namespace {

struct VertexTexts {
    std::string kind;
    std::string label;
    std::string host;
    std::string netns;
    std::string name;
    std::string mac;
    std::string deviceKind;
};

struct EdgeTexts {
    std::string kind;
    int vlan = kNoVlan;
    std::string method;
    unsigned long evidence = 0;
    std::string certainty;
    unsigned int alternatives = 0;
};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, VertexTexts, EdgeTexts>;

/// XML 1.0 has no way to write control characters; Boost escapes the rest.
std::string printable(std::string text)
{
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return text;
}

} // namespace

void writeGraphml(const Topology& topology, std::ostream& out)
{
    Graph graph;
    std::unordered_map<std::uint32_t, Graph::vertex_descriptor> vertices;
    for (const auto& [id, node] : topology.nodes) {
        const VertexTexts texts{std::string(toText(node.kind)), printable(labelOf(node, id)),
                                printable(node.host),           printable(node.netns),
                                printable(node.name),           node.mac.isSet() ? node.mac.text() : std::string(),
                                printable(node.deviceKind)};
        vertices[id.value] = boost::add_vertex(texts, graph);
    }
    for (const Edge& edge : topology.edges)
        boost::add_edge(vertices.at(edge.from.value), vertices.at(edge.to.value),
                        EdgeTexts{std::string(toText(edge.kind)), edge.vlan, edge.method, edge.evidence,
                                  std::string(toText(edge.certainty)), edge.alternatives},
                        graph);
    boost::dynamic_properties properties;
    properties.property("kind", boost::get(&VertexTexts::kind, graph));
    properties.property("label", boost::get(&VertexTexts::label, graph));
    properties.property("host", boost::get(&VertexTexts::host, graph));
    properties.property("netns", boost::get(&VertexTexts::netns, graph));
    properties.property("name", boost::get(&VertexTexts::name, graph));
    properties.property("mac", boost::get(&VertexTexts::mac, graph));
    properties.property("device_kind", boost::get(&VertexTexts::deviceKind, graph));
    properties.property("connection", boost::get(&EdgeTexts::kind, graph));
    properties.property("vlan", boost::get(&EdgeTexts::vlan, graph));
    properties.property("method", boost::get(&EdgeTexts::method, graph));
    properties.property("evidence", boost::get(&EdgeTexts::evidence, graph));
    properties.property("certainty", boost::get(&EdgeTexts::certainty, graph));
    properties.property("alternatives", boost::get(&EdgeTexts::alternatives, graph));
    boost::write_graphml(out, graph, properties, true);
}

} // namespace vnscope::topology
