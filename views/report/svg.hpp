// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "views/chart/state_chart.hpp"
#include "views/chart/time_chart.hpp"
#include "views/markup/markup_writer.hpp"

namespace vnscope::views::report {

using markup::MarkupWriter;

/// Writes `chart` as one inline SVG element with title and description. `idPrefix` must be unique in the document; it
/// names the elements that the SVG refers to. Colours come from the style sheet's classes.
void writeSvg(MarkupWriter& markup, const chart::TimeChart& chart, std::string_view idPrefix);
/// The same; bars and marks say what they are when the mouse rests on them.
void writeSvg(MarkupWriter& markup, const chart::StateChart& chart, std::string_view idPrefix);

} // namespace vnscope::views::report
