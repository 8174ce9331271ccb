// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/report/document.hpp"
#include "views/widgets/perfsight/pipeline_scene.hpp"

namespace vnscope::views::widgets::perfsight {

/// All elements with what the picture says of them, in order of id, those that are not drawn included.
[[nodiscard]] report::Table elementTable(const PipelineWhole& whole, const PipelineScene& scene);

} // namespace vnscope::views::widgets::perfsight
