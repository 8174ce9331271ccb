// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/map_scene.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "topology/labels.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/series/series.hpp"

namespace vnscope::views::widgets::topology {
namespace {

using vnscope::topology::Edge;
using vnscope::topology::EdgeKind;
using vnscope::topology::Node;
using vnscope::topology::NodeId;
using vnscope::topology::NodeKind;

/// Whether all that a device at one end carries goes over the connection.
bool isWholeTraffic(const Edge& edge)
{
    return edge.kind != EdgeKind::AttachedHost && edge.kind != EdgeKind::Uplink;
}

/// A port's traffic is that of its line. A line without a port has that of a device at its end, if that has no other
/// way.
std::optional<std::int64_t> deviceOfLine(const MapData& data, const MapScene& scene,
                                         const map::SourcedPicture::LineSource& line)
{
    for (const NodeId port : line.ports)
        if (const auto device = data.deviceOf(port))
            return device;
    const auto bridges = scene.snapshot.bridges();
    for (const std::size_t index : line.edges) {
        const Edge& edge = scene.snapshot.edges[index];
        if (!isWholeTraffic(edge))
            continue;
        for (const NodeId end : {edge.to, edge.from})
            if (!bridges.contains(end) && data.deviceOf(end))
                return data.deviceOf(end);
    }
    return std::nullopt;
}

void addPortVlans(const MapData& data, base::Timestamp at, map::SourcedPicture::LineSource& line)
{
    for (const NodeId port : line.ports) {
        const auto device = data.deviceOf(port);
        if (!device)
            continue;
        const auto [first, last] = data.portVlans.equal_range(*device);
        for (auto entry = first; entry != last; ++entry)
            if (entry->second.valid.contains(at))
                line.vlans.insert(entry->second.vlan);
    }
}

std::string lowered(std::string_view text)
{
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return low;
}

/// Looks for a text in what nodes are called.
class NodeSearch final {
public:
    NodeSearch(const MapData& data, std::string_view text) : m_data(data), m_text(lowered(text)) {}

    [[nodiscard]] bool isOn() const { return !m_text.empty(); }
    [[nodiscard]] bool isIn(NodeId id) const
    {
        const Node& node = m_data.timeline.node(id);
        const auto has = [&](std::string_view where) { return lowered(where).find(m_text) != std::string::npos; };
        return has(labelOf(node, id)) || has(node.netns) || has(node.host) || has(m_data.addressesOf(id)) ||
               (node.mac.isSet() && has(node.mac.text()));
    }
    [[nodiscard]] bool isInAny(const std::vector<NodeId>& ids) const
    {
        return std::ranges::any_of(ids, [this](NodeId id) { return isIn(id); });
    }

private:
    const MapData& m_data;
    std::string m_text;
};

} // namespace

MapScene sceneAt(const MapData& data, base::Timestamp at)
{
    MapScene scene;
    scene.snapshot = data.timeline.at(at);
    scene.picture = map::sourcedPictureOf(scene.snapshot);
    scene.placement = vnscope::topology::layout::place(layoutRequest(scene.picture.diagram));
    for (map::SourcedPicture::LineSource& line : scene.picture.lines) {
        addPortVlans(data, at, line);
        scene.lineDevices.push_back(deviceOfLine(data, scene, line));
    }
    return scene;
}

base::Result<Traffic> readTraffic(const storage::Store& store, const MapData& data, const base::TimeRange& range,
                                  const std::function<bool()>& stop)
{
    Traffic traffic;
    for (const auto& device : data.devices) {
        if (!device || stop())
            continue;
        const auto received = series::sumOver(store, series::deviceRate(*device, "rx"), range, stop);
        const auto sent = series::sumOver(store, series::deviceRate(*device, "tx"), range, stop);
        if (!received || !sent)
            return tl::unexpected(received ? sent.error() : received.error());
        if (*received + *sent > 0)
            traffic[*device] = {*received, *sent};
    }
    return traffic;
}

std::vector<double> weightsOf(const MapScene& scene, const Traffic& traffic)
{
    std::vector<double> weights;
    for (const auto& device : scene.lineDevices) {
        const auto found = device ? traffic.find(*device) : traffic.end();
        weights.push_back(found == traffic.end() ? 0 : found->second.both());
    }
    const double heaviest = weights.empty() ? 0 : *std::ranges::max_element(weights);
    if (heaviest > 0)
        std::ranges::transform(weights, weights.begin(), [&](double weight) { return weight / heaviest; });
    return weights;
}

std::optional<std::int64_t> deviceOfBox(const MapData& data, const MapScene& scene, std::size_t box)
{
    std::optional<std::int64_t> found;
    for (const NodeId node : scene.picture.boxes[box]) {
        const auto device = data.deviceOf(node);
        if (!device)
            continue;
        if (node == scene.picture.boxes[box].front())
            return device;
        if (found && found != device)
            return std::nullopt;
        found = device;
    }
    return found;
}

kit::Emphasis emphasisOf(const MapData& data, const MapScene& scene, const MapFilter& filter)
{
    const auto& lines = scene.picture.lines;
    const diagram::Diagram& picture = scene.picture.diagram;
    const NodeSearch search(data, filter.text);
    const auto isLeft = [&](const std::vector<NodeId>& nodes) {
        return !filter.devices || std::ranges::any_of(nodes, [&](NodeId node) {
            const auto device = data.deviceOf(node);
            return device && scope::holds(filter.devices, *device);
        });
    };
    kit::Emphasis emphasis;
    // Boxes that are meant themselves, or by a line that is.
    const bool isWhole = filter.vlan == 0 && !filter.devices;
    std::vector<bool> touched(picture.boxes.size(), isWhole);
    for (std::size_t box = 0; box < picture.boxes.size(); ++box) {
        emphasis.foundBoxes.push_back(search.isOn() && search.isInAny(scene.picture.boxes[box]));
        if (filter.devices && isLeft(scene.picture.boxes[box]))
            touched[box] = true;
    }
    for (std::size_t line = 0; line < lines.size(); ++line) {
        const std::size_t from = picture.lines[line].from;
        const std::size_t to = picture.lines[line].to;
        const bool isOfVlan = filter.vlan == 0 || lines[line].vlans.contains(filter.vlan);
        const bool isOfDevice =
            isLeft(lines[line].ports) ||
            (filter.devices && (isLeft(scene.picture.boxes[from]) || isLeft(scene.picture.boxes[to])));
        const bool isFound = search.isOn() && search.isInAny(lines[line].ports);
        const bool isBeside = emphasis.foundBoxes[from] || emphasis.foundBoxes[to];
        emphasis.foundLines.push_back(isFound);
        emphasis.dimLines.push_back(!isOfVlan || !isOfDevice || (search.isOn() && !isFound && !isBeside));
        if (isOfVlan && isOfDevice)
            touched[from] = touched[to] = true;
    }
    for (std::size_t box = 0; box < picture.boxes.size(); ++box)
        emphasis.dimBoxes.push_back(!touched[box] || (search.isOn() && !emphasis.foundBoxes[box]));
    return emphasis;
}

} // namespace vnscope::views::widgets::topology
