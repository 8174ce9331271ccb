// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/perfsight/pipeline_scene.hpp"

#include <algorithm>
#include <utility>

#include "views/diagram/anatomy.hpp"

namespace vnscope::views::widgets::perfsight {

using pipeline::ElementId;

std::optional<std::size_t> PipelineScene::boxOf(ElementId element) const
{
    const auto found = std::ranges::find(picture.elements, element);
    if (found == picture.elements.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - picture.elements.begin());
}

std::optional<ElementId> PipelineScene::suspect() const
{
    if (!verdicts.causes.empty())
        return verdicts.causes.front().element;
    if (!verdicts.shortages.empty())
        return verdicts.shortages.front().element;
    return std::nullopt;
}

base::Result<PipelineWhole> readWhole(const storage::Store& store, const base::TimeRange& whole,
                                      const model::Stop& stop)
{
    auto elements = pipeline::readPipeline(store);
    if (!elements)
        return tl::unexpected(elements.error());
    const auto conditions = pipeline::readConditions(store, whole, stop);
    if (!conditions)
        return tl::unexpected(conditions.error());
    const auto verdicts = pipeline::readVerdicts(store, whole);
    if (!verdicts)
        return tl::unexpected(verdicts.error());
    PipelineWhole read{std::move(*elements), {}};
    read.shown = pipeline::chooseElements(read.pipeline, *conditions, *verdicts);
    return read;
}

base::Result<PipelineScene> readScene(const storage::Store& store, const PipelineWhole& whole,
                                      const base::TimeRange& range, const model::Stop& stop)
{
    auto conditions = pipeline::readConditions(store, range, stop);
    if (!conditions)
        return tl::unexpected(conditions.error());
    auto verdicts = pipeline::readVerdicts(store, range);
    if (!verdicts)
        return tl::unexpected(verdicts.error());
    PipelineScene scene{std::move(*conditions), std::move(*verdicts), {}, {}};
    scene.picture = pipeline::pictureOf(whole.pipeline, whole.shown, scene.conditions, scene.verdicts);
    scene.placement = vnscope::topology::layout::place(
        layoutRequest(scene.picture.diagram, vnscope::topology::layout::Direction::Right));
    return scene;
}

base::Result<ElementStory> readStory(const storage::Store& store, const PipelineWhole& whole,
                                     const PipelineScene& scene, ElementId id, const base::TimeRange& range,
                                     const model::Stop& stop)
{
    auto counted = pipeline::readCounted(store, id, range, stop);
    if (!counted)
        return tl::unexpected(counted.error());
    const auto& elements = whole.pipeline.elements;
    const auto nameOf = [&](ElementId element) {
        const auto found = elements.find(element);
        return found == elements.end() ? std::string() : found->second.name;
    };
    ElementStory story;
    story.id = id;
    story.element = elements.at(id);
    story.parent = story.element.parent ? nameOf(*story.element.parent) : std::string();
    if (const auto condition = scene.conditions.find(id); condition != scene.conditions.end())
        story.condition = condition->second;
    story.counted = std::move(*counted);
    story.causes = scene.verdicts.causesOf(id);
    story.shortages = scene.verdicts.shortagesOf(id, story.element);
    for (const pipeline::Shortage& shortage : story.shortages)
        story.lostMost.push_back(nameOf(shortage.element));
    return story;
}

} // namespace vnscope::views::widgets::perfsight
