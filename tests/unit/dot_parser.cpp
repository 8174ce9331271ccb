// SPDX-License-Identifier: Apache-2.0
#include "unit/dot_parser.hpp"

#include <graphviz/cgraph.h>

namespace vnscope::tests {
namespace {

std::string attribute(void* object, std::string name)
{
    const char* value = agget(object, name.data());
    return value == nullptr ? std::string() : value;
}

} // namespace

std::optional<DotText> parseDot(const std::string& text)
{
    Agraph_t* graph = agmemread(text.c_str());
    if (graph == nullptr)
        return std::nullopt;
    DotText found;
    for (Agnode_t* node = agfstnode(graph); node != nullptr; node = agnxtnode(graph, node)) {
        found.nodes.insert(attribute(node, "label"));
        for (Agedge_t* edge = agfstout(graph, node); edge != nullptr; edge = agnxtout(graph, edge)) {
            found.edges.insert(attribute(edge, "label"));
            found.tailLabels.insert(attribute(edge, "taillabel"));
        }
    }
    for (Agraph_t* cluster = agfstsubg(graph); cluster != nullptr; cluster = agnxtsubg(cluster))
        found.clusters.insert(attribute(cluster, "label"));
    agclose(graph);
    return found;
}

} // namespace vnscope::tests
