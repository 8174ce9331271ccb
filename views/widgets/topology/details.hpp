// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <QString>

#include "views/model/time_controller.hpp"
#include "views/widgets/topology/map_scene.hpp"

namespace vnscope::views::widgets::topology {

/// All that is known of one node or connection; printable.
struct DetailSection {
    QString title;
    std::vector<std::pair<QString, QString>> fields;
};

/// Of the nodes that a box stands for, with their connections at the scene's moment.
[[nodiscard]] std::vector<DetailSection> detailsOfBox(const MapData& data, const MapScene& scene, std::size_t box,
                                                      const Traffic& traffic, const model::TimeController& time);
/// Of the ports and connections that a line stands for.
[[nodiscard]] std::vector<DetailSection> detailsOfLine(const MapData& data, const MapScene& scene, std::size_t line,
                                                       const Traffic& traffic, const model::TimeController& time);

} // namespace vnscope::views::widgets::topology
