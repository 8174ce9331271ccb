// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "views/diagram/diagram.hpp"
#include "views/pipeline/condition.hpp"
#include "views/pipeline/pipeline.hpp"
#include "views/pipeline/verdicts.hpp"

namespace vnscope::views::pipeline {

/// More boxes than these are not drawn: nobody finds a loss among hundreds.
inline constexpr std::size_t kReadableElements = 24;

/// What to draw, in order of id: all that hang together or fared badly; where those are more than `most`, those with
/// verdicts, losses or states, then their neighbours, then theirs. Chosen by what happened in all of the time, the
/// picture stays the same while one looks at parts of it.
[[nodiscard]] std::vector<ElementId> chooseElements(const Pipeline& pipeline, const Conditions& conditions,
                                                    const Verdicts& verdicts, std::size_t most = kReadableElements);

struct PipelinePicture {
    diagram::Diagram diagram;
    std::vector<ElementId> elements; ///< By box.
};

/// The elements of `shown` as boxes, those of one VM, network namespace or host in a
/// frame, with what they lost in a time as heat and
/// number, their state, and the verdicts on them as badges. Remarks say how many are not drawn.
[[nodiscard]] PipelinePicture pictureOf(const Pipeline& pipeline, const std::vector<ElementId>& shown,
                                        const Conditions& conditions, const Verdicts& verdicts);

} // namespace vnscope::views::pipeline
