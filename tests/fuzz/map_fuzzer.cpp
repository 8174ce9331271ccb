// SPDX-License-Identifier: Apache-2.0
//
// The map of a store that may come from anywhere: reading, labelling and writing it either works or gives an error.
// The input is the map's rows, not the file: a fuzzer would spend its time on SQLite's format.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/bytes.hpp"
#include "topology/graphml.hpp"
#include "topology/labels.hpp"
#include "topology/topology_timeline.hpp"
#include "views/diagram/dot.hpp"
#include "views/map/picture.hpp"
#include "views/map/snapshot_writers.hpp"

namespace {

using namespace vnscope;
using tests::Bytes;

topology::Node nodeFrom(Bytes& bytes)
{
    topology::Node node;
    node.kind = static_cast<topology::NodeKind>(bytes.take<std::uint8_t>() % 3);
    node.host = bytes.text();
    node.netns = bytes.text();
    node.name = bytes.text();
    node.deviceKind = bytes.take<std::uint8_t>() % 2 == 0 ? "bridge" : bytes.text();
    node.mac.bits = bytes.take<std::uint64_t>() >> 16U;
    node.valid = {{bytes.take<std::int32_t>()}, {bytes.take<std::int32_t>()}};
    return node;
}

topology::Edge edgeFrom(Bytes& bytes)
{
    topology::Edge edge;
    edge.from = {bytes.take<std::uint8_t>()};
    edge.to = {bytes.take<std::uint8_t>()};
    edge.kind = static_cast<topology::EdgeKind>(bytes.take<std::uint8_t>() % 8);
    edge.vlan = bytes.take<std::int16_t>();
    edge.valid = {{0}, {bytes.take<std::uint8_t>()}};
    edge.method = bytes.text();
    edge.certainty = static_cast<topology::Certainty>(bytes.take<std::uint8_t>() % 3);
    edge.alternatives = bytes.take<std::uint8_t>();
    return edge;
}

std::string spell(std::string_view text)
{
    return std::string(text);
}

} // namespace

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Bytes bytes(data, size);
    topology::TopologyTimeline::Parts parts;
    parts.range = {{0}, {256}};
    for (int nodes = bytes.take<std::uint8_t>() % 32; nodes > 0; --nodes)
        parts.nodes.push_back(nodeFrom(bytes));
    while (!bytes.isEmpty()) {
        parts.edges.push_back(edgeFrom(bytes));
        parts.changes.push_back({{0},
                                 topology::ChangeKind::Moved,
                                 {bytes.take<std::uint8_t>()},
                                 {bytes.take<std::uint32_t>()},
                                 {bytes.take<std::uint8_t>()},
                                 bytes.text()});
    }
    const topology::TopologyTimeline timeline(std::move(parts));
    const topology::Topology snapshot = timeline.at({7});
    std::ostringstream out;
    for (const topology::Change& change : timeline.changes())
        out << labelOf(timeline, change.subject) << labelOf(timeline, change.from) << labelOf(timeline, change.to);
    views::map::writeText(snapshot, spell, out);
    views::map::writeJson(snapshot, out);
    topology::writeGraphml(snapshot, out);
    out << views::diagram::toDot(views::map::pictureOf(snapshot, {2, 4}));
    (void)timeline.diff({7}, {100});
    return 0;
}
