// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/catalog.hpp"

#include <algorithm>
#include <array>

#include "views/widgets/bandwidth/bandwidth_view.hpp"
#include "views/widgets/paths/paths_view.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets::main_window {

std::span<const kit::ViewInfo> viewCatalog()
{
    static constexpr std::array kViews{
        kit::ViewInfo{"bandwidth", QT_TRANSLATE_NOOP("vnscope", "Bandwidth"),
                      QT_TRANSLATE_NOOP("vnscope", "How much did each device carry, and when?"), bandwidth::create},
        kit::ViewInfo{"topology", QT_TRANSLATE_NOOP("vnscope", "Topology"),
                      QT_TRANSLATE_NOOP("vnscope", "What is connected to what, and what changed?"), topology::create},
        kit::ViewInfo{"paths", QT_TRANSLATE_NOOP("vnscope", "Paths"),
                      QT_TRANSLATE_NOOP("vnscope", "Which way did packets go, and where did they wait?"),
                      paths::create},
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
