// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <graphviz/cgraph.h>

namespace vnscope::topology::layout {

/// What agopen() gets for graphs whose objects have the order in which they were named. Graphviz's own ids are the
/// addresses of the names, and it visits subgraphs in the order of ids: a layout would depend on what the process did
/// before.
[[nodiscard]] Agdisc_t* orderedIds();

} // namespace vnscope::topology::layout
