// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/details.hpp"

#include "topology/labels.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::topology {
namespace {

using kit::printable;
using kit::toQString;
using vnscope::topology::Edge;
using vnscope::topology::Node;
using vnscope::topology::NodeId;

/// "veth pair" of the store's spelling.
QString words(std::string_view spelling)
{
    return toQString(spelling).replace(QLatin1Char('_'), QLatin1Char(' '));
}

class DetailsWriter final {
public:
    DetailsWriter(const MapData& data, const MapScene& scene, const Traffic& traffic, const model::TimeController& time)
        : m_data(data), m_scene(scene), m_traffic(traffic), m_time(time)
    {
    }

    [[nodiscard]] DetailSection ofNode(NodeId id) const
    {
        const Node& node = m_data.timeline.node(id);
        DetailSection section{label(id), {}};
        const QString kind = toQString(toText(node.kind));
        add(section, Tr::tr("Kind"),
            node.deviceKind.empty() ? kind : QStringLiteral("%1 (%2)").arg(kind, printable(node.deviceKind)));
        add(section, Tr::tr("Host"), printable(node.host));
        add(section, Tr::tr("Namespace"), printable(node.netns));
        add(section, Tr::tr("Name"), printable(node.name));
        add(section, Tr::tr("MAC"), node.mac.isSet() ? toQString(node.mac.text()) : QString());
        add(section, Tr::tr("Addresses"), printable(m_data.addressesOf(id)));
        add(section, Tr::tr("Index"), node.ifindex > 0 ? QString::number(node.ifindex) : QString());
        addRange(section, node.valid);
        addTraffic(section, id);
        for (const Edge& edge : m_scene.snapshot.edges)
            if (edge.from == id || edge.to == id)
                add(section, words(toText(edge.kind)), connection(edge, id));
        return section;
    }

    [[nodiscard]] DetailSection ofEdge(const Edge& edge) const
    {
        DetailSection section{QStringLiteral("%1 – %2").arg(label(edge.from), label(edge.to)), {}};
        add(section, Tr::tr("Kind"), words(toText(edge.kind)));
        add(section, Tr::tr("From"), label(edge.from));
        add(section, Tr::tr("To"), label(edge.to));
        add(section, Tr::tr("VLAN"), edge.vlan > 0 ? QString::number(edge.vlan) : Tr::tr("all, or untagged"));
        add(section, Tr::tr("How sure"), toQString(toText(edge.certainty)));
        add(section, Tr::tr("Found by"), printable(edge.method));
        add(section, Tr::tr("Observations"), QString::number(edge.evidence));
        addRange(section, edge.valid);
        if (edge.alternatives != 0)
            add(section, Tr::tr("Alternatives"), Tr::tr("one of group %1 is true").arg(edge.alternatives));
        return section;
    }

private:
    static void add(DetailSection& section, const QString& name, const QString& value)
    {
        if (!value.isEmpty())
            section.fields.emplace_back(name, value);
    }
    [[nodiscard]] QString label(NodeId id) const { return printable(labelOf(m_data.timeline, id)); }
    void addRange(DetailSection& section, const base::TimeRange& range) const
    {
        add(section, Tr::tr("Seen from"), toQString(m_time.text(range.begin)));
        add(section, Tr::tr("Seen until"), toQString(m_time.text(range.end)));
    }
    /// In the visible range.
    void addTraffic(DetailSection& section, NodeId id) const
    {
        const auto device = m_data.deviceOf(id);
        if (!device)
            return;
        const auto found = m_traffic.find(*device);
        const DeviceTraffic traffic = found == m_traffic.end() ? DeviceTraffic() : found->second;
        add(section, Tr::tr("Received"), Tr::tr("%1 (visible)").arg(toQString(chart::formatBits(traffic.received))));
        add(section, Tr::tr("Sent"), Tr::tr("%1 (visible)").arg(toQString(chart::formatBits(traffic.sent))));
    }
    [[nodiscard]] QString connection(const Edge& edge, NodeId id) const
    {
        QString text = label(edge.from == id ? edge.to : edge.from);
        if (edge.vlan > 0)
            text += QStringLiteral(", VLAN %1").arg(edge.vlan);
        return QStringLiteral("%1, %2").arg(text, toQString(toText(edge.certainty)));
    }

    const MapData& m_data;
    const MapScene& m_scene;
    const Traffic& m_traffic;
    const model::TimeController& m_time;
};

} // namespace

std::vector<DetailSection> detailsOfBox(const MapData& data, const MapScene& scene, std::size_t box,
                                        const Traffic& traffic, const model::TimeController& time)
{
    const DetailsWriter writer(data, scene, traffic, time);
    std::vector<DetailSection> sections;
    for (const NodeId id : scene.picture.boxes.at(box))
        sections.push_back(writer.ofNode(id));
    return sections;
}

std::vector<DetailSection> detailsOfLine(const MapData& data, const MapScene& scene, std::size_t line,
                                         const Traffic& traffic, const model::TimeController& time)
{
    const DetailsWriter writer(data, scene, traffic, time);
    const auto& source = scene.picture.lines.at(line);
    std::vector<DetailSection> sections;
    for (const NodeId port : source.ports)
        sections.push_back(writer.ofNode(port));
    for (const std::size_t edge : source.edges)
        sections.push_back(writer.ofEdge(scene.snapshot.edges[edge]));
    return sections;
}

} // namespace vnscope::views::widgets::topology
