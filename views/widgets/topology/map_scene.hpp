// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/layout/layout.hpp"
#include "topology/topology.hpp"
#include "views/map/picture.hpp"
#include "views/scope/scope.hpp"
#include "views/widgets/kit/diagram_painter.hpp"
#include "views/widgets/topology/map_data.hpp"

namespace vnscope::views::widgets::topology {

/// The map at one moment, ready to be painted.
struct MapScene {
    vnscope::topology::Topology snapshot;
    map::SourcedPicture picture;
    vnscope::topology::layout::Placement placement;
    std::vector<std::optional<std::int64_t>> lineDevices; ///< By line: whose traffic it carries.
};

/// Takes as long as the layout; on any thread.
[[nodiscard]] MapScene sceneAt(const MapData& data, base::Timestamp at);

/// What a device received and sent, in bits.
struct DeviceTraffic {
    double received = 0;
    double sent = 0;

    [[nodiscard]] double both() const { return received + sent; }
};

/// By row of the table `device`; devices without traffic are absent.
using Traffic = std::map<std::int64_t, DeviceTraffic>;

/// What every device of the map carried in `range`, to the bins of the bandwidth table that `range` has many of.
[[nodiscard]] base::Result<Traffic> readTraffic(const storage::Store& store, const MapData& data,
                                                const base::TimeRange& range, const std::function<bool()>& stop);

/// Of each line, 0..1 of the heaviest one; 0 where no device is known.
[[nodiscard]] std::vector<double> weightsOf(const MapScene& scene, const Traffic& traffic);

/// What is asked for: by VLAN, by a text and by devices.
struct MapFilter {
    int vlan = 0;          ///< 0: all.
    std::string text;      ///< Part of a name, MAC, address, host or namespace, in either case; empty: all.
    scope::Rows devices{}; ///< Rows of the table `device`.
};

/// The device that a box stands for: its own, or the only one drawn within; nothing: none, or several.
[[nodiscard]] std::optional<std::int64_t> deviceOfBox(const MapData& data, const MapScene& scene, std::size_t box);

/// Dims what does not pass the filter, and marks what the text is found in.
[[nodiscard]] kit::Emphasis emphasisOf(const MapData& data, const MapScene& scene, const MapFilter& filter);

} // namespace vnscope::views::widgets::topology
