// SPDX-License-Identifier: Apache-2.0
#include "views/flow/picture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "views/chart/format.hpp"

namespace vnscope::views::flow {
namespace {

using diagram::Box;
using diagram::Diagram;
using diagram::Line;

/// What people call a kind of place, and what happens there (analyses/paths/places.hpp).
struct KindText {
    std::string_view kind;
    std::string_view direction; ///< Of the packets there, as the device sees it.
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<KindText, 10> kKinds{
    {{"source", "tx", "source", "the network stack or program that sent the packets"},
     {"outside", "rx", "outside", "they came in from beyond the traced hosts"},
     {"queue", "tx", "queue", "handed to the device, they wait for its driver"},
     {"qdisc", "tx", "qdisc", "in the device's queueing discipline"},
     {"wire", "tx", "wire", "the driver took them; nothing was seen of their arrival"},
     {"rx", "rx", "rx", "received, they wait for the stack"},
     {"stack", "rx", "stack", "bridge, router, Open vSwitch or socket code works on them"},
     {"upcall", "", "ovs-vswitchd", "sent up to user space, because the kernel had no flow for them"},
     {"deliver", "rx", "delivered", "a socket or protocol has got them"},
     {"drop", "rx", "dropped", "lost here"}}};

/// Lines to these kinds of places are worth a colour.
struct KindStyle {
    std::string_view kind;
    std::string_view name;
};

constexpr std::array<KindStyle, 2> kStyles{{{"drop", "dropped"}, {"upcall", "to ovs-vswitchd"}}};

KindText textOf(const std::string& kind)
{
    const auto known =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const KindText& one) { return one.kind == kind; });
    return known == kKinds.end() ? KindText{kind, "", kind, ""} : *known;
}

std::string labelOf(const Step& step)
{
    const std::string packets = chart::formatCount(step.packets);
    if (!step.wait)
        return packets;
    return fmt::format("{} · {}{}", packets, step.packets > 1 ? "p99 " : "", base::formatDuration(*step.wait));
}

class Painter final {
public:
    Painter(const FlowGraph& graph, std::size_t mostSteps)
        : m_graph(graph), m_shown(std::span(graph.steps).first(std::min(mostSteps, graph.steps.size())))
    {
    }
    [[nodiscard]] Diagram paint();

private:
    void addBoxes();
    void addLines();
    void addRemarks();
    [[nodiscard]] std::optional<std::size_t> styleOf(const std::string& kind);
    [[nodiscard]] std::string describe() const;
    [[nodiscard]] const Place& place(std::int64_t id) const { return m_graph.places.at(id); }

    const FlowGraph& m_graph;
    std::span<const Step> m_shown;
    std::map<std::int64_t, std::size_t> m_boxOf; ///< By place.
    Diagram m_diagram;
};

/// One frame for what a device receives and one for what it sends: in one frame together, traffic that passes it both
/// ways would run in circles.
std::string frameOf(const Place& place)
{
    return fmt::format("{} {}", place.where, textOf(place.kind).direction);
}

/// A frame around a single box would only repeat its name.
void Painter::addBoxes()
{
    for (const Step& step : m_shown) {
        m_boxOf.emplace(step.from, 0);
        m_boxOf.emplace(step.to, 0);
    }
    std::map<std::string, std::size_t> placesIn;
    for (const auto& [id, ignored] : m_boxOf)
        ++placesIn[frameOf(place(id))];
    for (auto& [id, number] : m_boxOf) {
        const Place& at = place(id);
        const KindText text = textOf(at.kind);
        const std::string frame = frameOf(at);
        Box box;
        box.id = boxIdOf(id);
        box.shape = diagram::Shape::Place;
        box.tooltip = fmt::format("{} {}: {}", at.where, text.name, text.meaning);
        if (placesIn.at(frame) > 1) {
            box.lines = {std::string(text.name)};
            box.group = frame;
        } else {
            box.lines = {at.where, std::string(text.name)};
        }
        number = m_diagram.boxes.size();
        m_diagram.boxes.push_back(std::move(box));
    }
}

std::optional<std::size_t> Painter::styleOf(const std::string& kind)
{
    const auto style =
        std::find_if(kStyles.begin(), kStyles.end(), [&](const KindStyle& one) { return one.kind == kind; });
    if (style == kStyles.end())
        return std::nullopt;
    auto& styles = m_diagram.styles;
    const auto known = std::find(styles.begin(), styles.end(), style->name);
    if (known != styles.end())
        return static_cast<std::size_t>(known - styles.begin());
    styles.emplace_back(style->name);
    return styles.size() - 1;
}

void Painter::addLines()
{
    const std::int64_t heaviest = m_shown.empty() ? 0 : m_shown.front().packets;
    const bool isWeighted = heaviest > 1; // One packet alone has the same weight everywhere.
    for (const Step& step : m_shown) {
        Line line;
        line.from = m_boxOf.at(step.from);
        line.to = m_boxOf.at(step.to);
        line.label = labelOf(step);
        line.style = styleOf(place(step.to).kind);
        line.isDirected = true;
        if (isWeighted)
            line.weight = static_cast<double>(step.packets) / static_cast<double>(heaviest);
        m_diagram.lines.push_back(std::move(line));
    }
}

void Painter::addRemarks()
{
    m_diagram.remarks.emplace_back("On the lines: packets, and the wait between the arrivals at both places.");
    if (m_shown.size() == m_graph.steps.size())
        return;
    std::int64_t packets = 0;
    for (const Step& step : std::span(m_graph.steps).subspan(m_shown.size()))
        packets = std::max(packets, step.packets);
    m_diagram.remarks.push_back(fmt::format("Not drawn: the {} lightest of {} steps, of at most {} packets each.",
                                            m_graph.steps.size() - m_shown.size(), m_graph.steps.size(),
                                            chart::formatCount(packets)));
}

std::string Painter::describe() const
{
    if (m_shown.empty())
        return "No step was seen.";
    const Step& heaviest = m_shown.front();
    const auto name = [&](std::int64_t id) {
        return fmt::format("{} {}", place(id).where, textOf(place(id).kind).name);
    };
    return fmt::format("{} steps between {} places; the heaviest leads from {} to {}, with {} packets.", m_shown.size(),
                       m_boxOf.size(), name(heaviest.from), name(heaviest.to), chart::formatCount(heaviest.packets));
}

Diagram Painter::paint()
{
    addBoxes();
    addLines();
    addRemarks();
    m_diagram.title = "The way of packets";
    m_diagram.description = describe();
    return std::move(m_diagram);
}

} // namespace

Diagram pictureOf(const FlowGraph& graph, std::size_t mostSteps)
{
    return Painter(graph, mostSteps).paint();
}

std::string boxIdOf(std::int64_t place)
{
    return fmt::format("place{}", place);
}

} // namespace vnscope::views::flow
