// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "topology/layout/layout.hpp"
#include "views/diagram/diagram.hpp"
#include "views/markup/markup_writer.hpp"

namespace vnscope::views::diagram {

/// Writes `diagram` as one inline SVG element. `placement` is that of layoutRequest(diagram). `idPrefix` must be unique
/// in the document. The document must contain styleSheet().
void writeSvg(markup::MarkupWriter& markup, const Diagram& diagram, const topology::layout::Placement& placement,
              std::string_view idPrefix);

/// The rules of every diagram of a document, light and dark; their names are below `.diagram`.
[[nodiscard]] markup::Literal styleSheet();

/// An SVG file with its style and the title as heading: no script, nothing from outside.
[[nodiscard]] std::string toSvg(const Diagram& diagram, const topology::layout::Placement& placement);
/// The same, laid out from top to bottom.
[[nodiscard]] std::string toSvg(const Diagram& diagram);

} // namespace vnscope::views::diagram
