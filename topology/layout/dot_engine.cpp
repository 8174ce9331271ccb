// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/dot_engine.hpp"

#include <array>
#include <cstdio>
#include <mutex>
#include <string>

#include <graphviz/gvc.h>

#include "topology/layout/dot_ids.hpp"

namespace vnscope::topology::layout {
namespace {

constexpr double kPointsPerInch = 72; // A point of Graphviz is a pixel of ours.

/// Bounds of what takes dot too long: vertices, and links beyond those of a tree, which make most of the crossings.
/// Measured on random graphs: 60 vertices with 700 links took 17 s, 100 with 900 took 42 s, on a busy machine.
constexpr std::size_t kMostVertices = 1000;
constexpr std::size_t kMostExtraLinks = 200;

bool isTooLarge(const Graph& graph)
{
    return graph.vertices.size() > kMostVertices || graph.links.size() > graph.vertices.size() + kMostExtraLinks;
}

int ignoreMessage(char* /*text*/)
{
    return 0;
}

/// The C API takes names and values as char* and copies them.
class Text {
public:
    explicit Text(std::string text) : m_text(std::move(text)) {}
    operator char*() { return m_text.data(); }

private:
    std::string m_text;
};

/// In the program's locale: Graphviz reads numbers with strtod.
Text number(double value)
{
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.4f", value);
    return Text(buffer.data());
}

void set(void* object, const char* name, char* value)
{
    agsafeset(object, Text(name), value, Text(""));
}

/// An open graph of Graphviz, with its layout if it has one.
class DotGraph {
public:
    DotGraph(GVC_t* context, const Graph& graph);
    ~DotGraph();
    DotGraph(const DotGraph&) = delete;
    DotGraph& operator=(const DotGraph&) = delete;

    [[nodiscard]] bool layOut();
    [[nodiscard]] std::optional<Drawing> drawing() const;

private:
    void setDefaults();
    void addFrames(const Graph& graph);
    [[nodiscard]] Point toPoint(pointf at) const;
    [[nodiscard]] std::optional<Route> routeOf(Agedge_t* edge) const;

    GVC_t* m_context;
    Agraph_t* m_graph;
    std::vector<Agnode_t*> m_nodes;
    std::vector<Agedge_t*> m_edges;
    std::vector<Agraph_t*> m_frames; ///< One per group; null for groups without vertices.
    bool m_isLaidOut = false;
};

DotGraph::DotGraph(GVC_t* context, const Graph& graph)
    : m_context(context), m_graph(agopen(Text("g"), Agdirected, orderedIds())), m_frames(graph.groupLabels.size())
{
    setDefaults();
    for (std::size_t index = 0; index < graph.vertices.size(); ++index) {
        m_nodes.push_back(agnode(m_graph, Text(std::to_string(index)), 1));
        set(m_nodes.back(), "width", number(graph.vertices[index].size.width / kPointsPerInch));
        set(m_nodes.back(), "height", number(graph.vertices[index].size.height / kPointsPerInch));
    }
    addFrames(graph);
    for (std::size_t index = 0; index < graph.links.size(); ++index) {
        const Link& link = graph.links[index];
        m_edges.push_back(agedge(m_graph, m_nodes[link.from], m_nodes[link.to], Text(std::to_string(index)), 1));
        if (link.isTight)
            set(m_edges.back(), "weight", Text("8"));
    }
}

DotGraph::~DotGraph()
{
    if (m_isLaidOut)
        gvFreeLayout(m_context, m_graph);
    agclose(m_graph);
}

void DotGraph::setDefaults()
{
    const auto graphDefault = [&](const char* name, char* value) { agattr(m_graph, AGRAPH, Text(name), value); };
    const auto nodeDefault = [&](const char* name, const char* value) {
        agattr(m_graph, AGNODE, Text(name), Text(value));
    };
    graphDefault("nodesep", number(kNodeGap / kPointsPerInch));
    graphDefault("ranksep", number(kRankGap / kPointsPerInch));
    graphDefault("margin", Text("8"));
    graphDefault("splines", Text("true"));
    // Bounds for the two steps that may take long: ranks by network simplex, and its use for coordinates.
    graphDefault("nslimit", Text("4"));
    graphDefault("nslimit1", Text("4"));
    nodeDefault("shape", "box");
    nodeDefault("fixedsize", "true");
    nodeDefault("label", "");
    nodeDefault("width", "1");
    nodeDefault("height", "1");
    agattr(m_graph, AGEDGE, Text("dir"), Text("none"));
    agattr(m_graph, AGEDGE, Text("weight"), Text("1"));
}

void DotGraph::addFrames(const Graph& graph)
{
    for (std::size_t index = 0; index < graph.vertices.size(); ++index) {
        const auto group = graph.vertices[index].group;
        if (!group)
            continue;
        Agraph_t*& frame = m_frames[*group];
        if (frame == nullptr) {
            frame = agsubg(m_graph, Text("cluster" + std::to_string(*group)), 1);
            set(frame, "margin", number(frameMargin(graph, *group)));
        }
        agsubnode(frame, m_nodes[index], 1);
    }
}

bool DotGraph::layOut()
{
    m_isLaidOut = gvLayout(m_context, m_graph, "dot") == 0;
    return m_isLaidOut;
}

/// Graphviz counts upwards from the bottom.
Point DotGraph::toPoint(pointf at) const
{
    const boxf& bounds = GD_bb(m_graph);
    return {at.x - bounds.LL.x, bounds.UR.y - at.y};
}

std::optional<Route> DotGraph::routeOf(Agedge_t* edge) const
{
    const splines* curves = ED_spl(edge);
    if (curves == nullptr || curves->size == 0)
        return std::nullopt;
    Route route;
    for (int index = 0; index < curves->size; ++index) {
        const bezier& curve = curves->list[index];
        if (curve.size < 4)
            return std::nullopt;
        lineTo(route, toPoint(curve.list[0]));
        for (int at = 1; at < curve.size; ++at)
            route.push_back(toPoint(curve.list[at]));
    }
    return route;
}

std::optional<Drawing> DotGraph::drawing() const
{
    Drawing drawing;
    const boxf& bounds = GD_bb(m_graph);
    drawing.size = {bounds.UR.x - bounds.LL.x, bounds.UR.y - bounds.LL.y};
    for (Agnode_t* node : m_nodes)
        drawing.centres.push_back(toPoint(ND_coord(node)));
    for (Agedge_t* edge : m_edges) {
        std::optional<Route> route = routeOf(edge);
        if (!route)
            return std::nullopt;
        drawing.routes.push_back(std::move(*route));
    }
    for (Agraph_t* frame : m_frames) {
        if (frame == nullptr) {
            drawing.frames.emplace_back();
            continue;
        }
        const Point lowerLeft = toPoint(GD_bb(frame).LL);
        const Point upperRight = toPoint(GD_bb(frame).UR);
        drawing.frames.push_back({lowerLeft.x, upperRight.y, upperRight.x, lowerLeft.y});
    }
    return drawing;
}

std::mutex& graphvizMutex()
{
    static std::mutex mutex;
    return mutex;
}

} // namespace

class DotEngine::Session {
public:
    Session() : m_lock(graphvizMutex())
    {
        agseterrf(ignoreMessage);
        // One for the process: Graphviz 2.42 does not free all of a context, and each reads its list of plugins again.
        static GVC_t* const context = gvContext();
        m_context = context;
    }
    ~Session() { agseterrf(nullptr); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] GVC_t* context() const { return m_context; }

private:
    std::lock_guard<std::mutex> m_lock;
    GVC_t* m_context = nullptr;
};

DotEngine::DotEngine() : m_session(std::make_unique<Session>()) {}

DotEngine::~DotEngine() = default;

std::optional<Drawing> DotEngine::draw(const Graph& graph)
{
    if (isTooLarge(graph) || m_session->context() == nullptr)
        return std::nullopt;
    DotGraph dot(m_session->context(), graph);
    return dot.layOut() ? dot.drawing() : std::nullopt;
}

} // namespace vnscope::topology::layout
