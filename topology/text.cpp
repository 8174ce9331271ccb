// SPDX-License-Identifier: Apache-2.0
//
// The spellings of the enumerations in the store; one table each, read both ways.
#include <array>
#include <utility>

#include "topology/change.hpp"
#include "topology/edge.hpp"
#include "topology/fdb_interval.hpp"
#include "topology/node.hpp"

namespace vnscope::topology {

namespace {

template <typename Value> using Spelling = std::pair<Value, std::string_view>;

constexpr std::array kNodeKinds{Spelling<NodeKind>{NodeKind::Device, "device"},
                                Spelling<NodeKind>{NodeKind::Station, "station"},
                                Spelling<NodeKind>{NodeKind::Segment, "segment"}};

constexpr std::array kEdgeKinds{Spelling<EdgeKind>{EdgeKind::BridgePort, "bridge_port"},
                                Spelling<EdgeKind>{EdgeKind::VethPair, "veth_pair"},
                                Spelling<EdgeKind>{EdgeKind::AttachedHost, "attached_host"},
                                Spelling<EdgeKind>{EdgeKind::Uplink, "uplink"},
                                Spelling<EdgeKind>{EdgeKind::Tunnel, "tunnel"},
                                Spelling<EdgeKind>{EdgeKind::Patch, "patch"},
                                Spelling<EdgeKind>{EdgeKind::VlanDevice, "vlan_device"},
                                Spelling<EdgeKind>{EdgeKind::TapOwner, "tap_owner"}};

constexpr std::array kCertainties{Spelling<Certainty>{Certainty::Certain, "certain"},
                                  Spelling<Certainty>{Certainty::Inferred, "inferred"},
                                  Spelling<Certainty>{Certainty::Ambiguous, "ambiguous"}};

constexpr std::array kOrigins{
    Spelling<FdbOrigin>{FdbOrigin::Learned, "learned"}, Spelling<FdbOrigin>{FdbOrigin::Statedump, "statedump"},
    Spelling<FdbOrigin>{FdbOrigin::Static, "static"}, Spelling<FdbOrigin>{FdbOrigin::External, "external"},
    Spelling<FdbOrigin>{FdbOrigin::Local, "local"}};

constexpr std::array kEnds{Spelling<FdbEnd>{FdbEnd::Open, "open"}, Spelling<FdbEnd>{FdbEnd::Moved, "moved"},
                           Spelling<FdbEnd>{FdbEnd::Aged, "aged"}, Spelling<FdbEnd>{FdbEnd::Deleted, "deleted"}};

constexpr std::array kChangeKinds{
    Spelling<ChangeKind>{ChangeKind::Appeared, "appeared"}, Spelling<ChangeKind>{ChangeKind::Vanished, "vanished"},
    Spelling<ChangeKind>{ChangeKind::Moved, "moved"}, Spelling<ChangeKind>{ChangeKind::Flapping, "flapping"},
    Spelling<ChangeKind>{ChangeKind::Aged, "aged"}};

template <typename Table, typename Value> std::string_view spell(const Table& table, Value value)
{
    for (const auto& [known, text] : table) {
        if (known == value)
            return text;
    }
    return {};
}

template <typename Table> auto parse(const Table& table, std::string_view text)
{
    std::optional<typename Table::value_type::first_type> found;
    for (const auto& [value, spelling] : table) {
        if (spelling == text)
            found = value;
    }
    return found;
}

} // namespace

std::string_view toText(NodeKind kind)
{
    return spell(kNodeKinds, kind);
}
std::optional<NodeKind> parseNodeKind(std::string_view text)
{
    return parse(kNodeKinds, text);
}
std::string_view toText(EdgeKind kind)
{
    return spell(kEdgeKinds, kind);
}
std::optional<EdgeKind> parseEdgeKind(std::string_view text)
{
    return parse(kEdgeKinds, text);
}
std::string_view toText(Certainty certainty)
{
    return spell(kCertainties, certainty);
}
std::optional<Certainty> parseCertainty(std::string_view text)
{
    return parse(kCertainties, text);
}
std::string_view toText(FdbOrigin origin)
{
    return spell(kOrigins, origin);
}
std::optional<FdbOrigin> parseFdbOrigin(std::string_view text)
{
    return parse(kOrigins, text);
}
std::string_view toText(FdbEnd end)
{
    return spell(kEnds, end);
}
std::optional<FdbEnd> parseFdbEnd(std::string_view text)
{
    return parse(kEnds, text);
}
std::string_view toText(ChangeKind kind)
{
    return spell(kChangeKinds, kind);
}
std::optional<ChangeKind> parseChangeKind(std::string_view text)
{
    return parse(kChangeKinds, text);
}

} // namespace vnscope::topology
