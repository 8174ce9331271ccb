// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyses/trackers/trackers.hpp"
#include "storage/base/ids.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::analyses::paths {

/// What a packet does at a place. The order is that of kPlaceKinds.
enum class PlaceKind : std::uint8_t {
    Source,  ///< The network stack or program that sent it.
    Outside, ///< Beyond the traced hosts: it came in from there.
    Queue,   ///< Handed to a device, waits for its driver.
    Qdisc,   ///< In the device's queueing discipline.
    Wire,    ///< The driver took it; nothing was seen of its arrival yet.
    Receive, ///< On a backlog or in a NAPI poll, waits for the stack.
    Stack,   ///< The stack, bridge, router or Open vSwitch works on it.
    Upcall,  ///< With ovs-vswitchd.
    Deliver, ///< A socket or protocol has got it.
    Drop,    ///< Lost here.
};

/// A column's word for a kind: all values of place.kind.
[[nodiscard]] std::string_view toText(PlaceKind kind);

/// Dense number of a place.
using PlaceId = base::Id<struct PlaceTag>;

struct Place {
    PlaceKind kind = PlaceKind::Source;
    base::DeviceId device;   ///< Invalid for Upcall.
    base::DeviceId datapath; ///< Upcall only; invalid where the event did not name it.
};

/// Places as they are met.
class Places final {
public:
    PlaceId at(PlaceKind kind, base::DeviceId device);
    PlaceId upcall(base::DeviceId datapath);
    [[nodiscard]] const Place& operator[](PlaceId id) const { return m_places[id.value]; }
    void write(storage::StoreWriter& store, const trackers::Trackers& state) const;

private:
    static constexpr std::size_t kKinds = 10;
    std::vector<Place> m_places;
    std::vector<PlaceId> m_byDevice; ///< [device * kKinds + kind]
    std::unordered_map<base::DeviceId, PlaceId> m_byDatapath;
};

} // namespace vnscope::analyses::paths
