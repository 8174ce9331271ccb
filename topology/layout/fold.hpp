// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "topology/layout/layout.hpp"

namespace vnscope::topology::layout {

/// How high a room of this shape (width by height) has to be for a drawing.
[[nodiscard]] double heightNeeded(const Size& drawing, double shape);

/// Cuts a drawing that leads to the right and is too long for a room of this shape into rows, one below the other, read
/// like lines of a text. Edges between rows lead around the margin. No box, label or frame is cut; a drawing that gains
/// nothing stays as it is. `placement` is that of `request`.
[[nodiscard]] Placement fold(const Request& request, const Placement& placement, double shape);

} // namespace vnscope::topology::layout
