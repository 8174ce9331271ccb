// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "topology/layout/layout.hpp"
#include "views/model/store_reader.hpp"
#include "views/pipeline/condition.hpp"
#include "views/pipeline/counters.hpp"
#include "views/pipeline/picture.hpp"
#include "views/pipeline/pipeline.hpp"
#include "views/pipeline/verdicts.hpp"

namespace vnscope::views::widgets::perfsight {

/// What is the same whatever time is looked at.
struct PipelineWhole {
    pipeline::Pipeline pipeline;
    std::vector<pipeline::ElementId> shown; ///< Chosen by what happened in all of the time.
};

/// The pipeline in a time, ready to be painted.
struct PipelineScene {
    pipeline::Conditions conditions;
    pipeline::Verdicts verdicts;
    pipeline::PipelinePicture picture;
    vnscope::topology::layout::Placement placement;

    /// The box of an element, if it is drawn.
    [[nodiscard]] std::optional<std::size_t> boxOf(pipeline::ElementId element) const;
    /// The element that a verdict of the time is on: a root cause before a shortage.
    [[nodiscard]] std::optional<pipeline::ElementId> suspect() const;
};

/// All that is known of one element in a time.
struct ElementStory {
    pipeline::ElementId id = 0;
    pipeline::Element element;
    std::string parent; ///< Its name; empty: none.
    pipeline::Condition condition;
    pipeline::Counted counted;
    std::vector<pipeline::Cause> causes;
    std::vector<pipeline::Shortage> shortages;
    std::vector<std::string> lostMost; ///< By shortage: the element that lost most.
};

// On any thread.
[[nodiscard]] base::Result<PipelineWhole> readWhole(const storage::Store& store, const base::TimeRange& whole,
                                                    const model::Stop& stop);
[[nodiscard]] base::Result<PipelineScene> readScene(const storage::Store& store, const PipelineWhole& whole,
                                                    const base::TimeRange& range, const model::Stop& stop);

/// `scene` is that of `range`.
[[nodiscard]] base::Result<ElementStory> readStory(const storage::Store& store, const PipelineWhole& whole,
                                                   const PipelineScene& scene, pipeline::ElementId element,
                                                   const base::TimeRange& range, const model::Stop& stop);

} // namespace vnscope::views::widgets::perfsight
