// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include "views/model/time_controller.hpp"
#include "views/widgets/perfsight/pipeline_scene.hpp"

namespace vnscope::views::widgets::perfsight {

/// What is known of an element in a time: what it is, what it counted, its states, and the verdicts on it with the rule
/// that fired, what that asks and what was measured. As HTML in which names are harmless.
[[nodiscard]] QString detailsOf(const ElementStory& story, const model::TimeController& time);

} // namespace vnscope::views::widgets::perfsight
