// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "views/diagram/diagram.hpp"

namespace vnscope::views::diagram {

/// `diagram` in Graphviz's language, for those who want to lay it out or to work on it themselves. Style names are part
/// of the lines' labels, as dot has no legend.
[[nodiscard]] std::string toDot(const Diagram& diagram);

} // namespace vnscope::views::diagram
