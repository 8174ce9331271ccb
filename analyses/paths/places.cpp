// SPDX-License-Identifier: Apache-2.0
#include "analyses/paths/places.hpp"

#include <array>

#include <fmt/format.h>

namespace vnscope::analyses::paths {

namespace {

constexpr std::array<std::string_view, 10> kPlaceKinds{"source", "outside", "queue",  "qdisc",   "wire",
                                                       "rx",     "stack",   "upcall", "deliver", "drop"};

} // namespace

std::string_view toText(PlaceKind kind)
{
    return kPlaceKinds[static_cast<std::size_t>(kind)];
}

PlaceId Places::at(PlaceKind kind, base::DeviceId device)
{
    static_assert(kPlaceKinds.size() == kKinds);
    // A packet that was dropped before any device is at the places of device "none", in front of the others.
    const std::size_t row = device.isValid() ? device.value + std::size_t{1} : 0;
    const std::size_t index = row * kKinds + static_cast<std::size_t>(kind);
    if (m_byDevice.size() <= index)
        m_byDevice.resize((row + 1) * kKinds);
    PlaceId& known = m_byDevice[index];
    if (!known.isValid()) {
        known = PlaceId{static_cast<std::uint32_t>(m_places.size())};
        m_places.push_back({kind, device, {}});
    }
    return known;
}

PlaceId Places::upcall(base::DeviceId datapath)
{
    const auto [entry, isNew] =
        m_byDatapath.try_emplace(datapath, PlaceId{static_cast<std::uint32_t>(m_places.size())});
    if (isNew)
        m_places.push_back({PlaceKind::Upcall, {}, datapath});
    return entry->second;
}

void Places::write(storage::StoreWriter& store, const trackers::Trackers& state) const
{
    storage::TableWriter rows = store.table("place", {"place_id", "kind", "device_id", "name"});
    for (std::uint32_t index = 0; index < m_places.size(); ++index) {
        const Place& place = m_places[index];
        const base::DeviceId device = place.kind == PlaceKind::Upcall ? place.datapath : place.device;
        const std::string where = device.isValid() ? state.deviceLabel(device) : std::string("no device");
        rows.append(index, toText(place.kind), place.device, fmt::format("{} {}", where, toText(place.kind)));
    }
}

} // namespace vnscope::analyses::paths
