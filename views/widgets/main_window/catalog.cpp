// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/catalog.hpp"

#include <algorithm>
#include <array>

#include "views/widgets/bandwidth/bandwidth_view.hpp"
#include "views/widgets/bookmarks/bookmarks_view.hpp"
#include "views/widgets/cpu/cpu_view.hpp"
#include "views/widgets/events/events_view.hpp"
#include "views/widgets/microscope/microscope_view.hpp"
#include "views/widgets/overview/overview_view.hpp"
#include "views/widgets/paths/paths_view.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"
#include "views/widgets/sql/sql_view.hpp"
#include "views/widgets/streams/streams_view.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets::main_window {

using Kind = scope::Subject::Kind;

std::span<const kit::ViewInfo> viewCatalog()
{
    static constexpr std::array kViews{
        kit::ViewInfo{"overview", QT_TRANSLATE_NOOP("vnscope", "Overview"),
                      QT_TRANSLATE_NOOP("vnscope", "What was found, and how good is the data?"), overview::create},
        kit::ViewInfo{"bandwidth", QT_TRANSLATE_NOOP("vnscope", "Bandwidth"),
                      QT_TRANSLATE_NOOP("vnscope", "How much did each device carry, and when?"), bandwidth::create,
                      kit::kinds(Kind::Device)},
        kit::ViewInfo{"streams", QT_TRANSLATE_NOOP("vnscope", "Streams"),
                      QT_TRANSLATE_NOOP("vnscope", "Who talked with whom, how much and how fast?"), streams::create,
                      kit::kinds(Kind::Stream)},
        kit::ViewInfo{"topology", QT_TRANSLATE_NOOP("vnscope", "Topology"),
                      QT_TRANSLATE_NOOP("vnscope", "What is connected to what, and what changed?"), topology::create,
                      kit::kinds(Kind::Device, Kind::Vlan)},
        kit::ViewInfo{"paths", QT_TRANSLATE_NOOP("vnscope", "Paths"),
                      QT_TRANSLATE_NOOP("vnscope", "Which way did packets go, and where did they wait?"), paths::create,
                      kit::kinds(Kind::Stream)},
        kit::ViewInfo{"perfsight", QT_TRANSLATE_NOOP("vnscope", "PerfSight"),
                      QT_TRANSLATE_NOOP("vnscope", "Which element loses packets or holds others up?"),
                      perfsight::create, kit::kinds(Kind::Element)},
        kit::ViewInfo{"microscope", QT_TRANSLATE_NOOP("vnscope", "Microscope"),
                      QT_TRANSLATE_NOOP("vnscope", "Who made packets late?"), microscope::create,
                      kit::kinds(Kind::Function, Kind::Pattern)},
        kit::ViewInfo{"cpu", QT_TRANSLATE_NOOP("vnscope", "CPU"),
                      QT_TRANSLATE_NOOP("vnscope", "Which CPUs were busy with packets?"), cpu::create},
        kit::ViewInfo{"events", QT_TRANSLATE_NOOP("vnscope", "Events"),
                      QT_TRANSLATE_NOOP("vnscope", "What happened, event by event?"), events::create,
                      kit::kinds(Kind::Device, Kind::Stream, Kind::Function)},
        kit::ViewInfo{"sql", QT_TRANSLATE_NOOP("vnscope", "SQL"),
                      QT_TRANSLATE_NOOP("vnscope", "What else is in the store?"), sql::create},
        kit::ViewInfo{"bookmarks", QT_TRANSLATE_NOOP("vnscope", "Bookmarks"),
                      QT_TRANSLATE_NOOP("vnscope", "Which moments did somebody note?"), bookmarks::create},
    };
    return kViews;
}

const kit::ViewInfo* findView(std::string_view id)
{
    const auto views = viewCatalog();
    const auto found =
        std::ranges::find(views, id, [](const kit::ViewInfo& info) { return std::string_view(info.id); });
    return found == views.end() ? nullptr : &*found;
}

} // namespace vnscope::views::widgets::main_window
