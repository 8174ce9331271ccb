// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/patterns/aggregation.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "analyses/microscope/patterns/pattern_search.hpp"
#include "analyses/microscope/patterns/relation_set.hpp"

namespace vnscope::analyses::microscope::patterns {

namespace {

/// By place: the first place of its type.
std::vector<std::uint32_t> typesOf(std::span<const Place> places)
{
    std::map<std::string_view, std::uint32_t> firstOfType;
    std::vector<std::uint32_t> types;
    for (std::uint32_t i = 0; i < places.size(); ++i)
        types.push_back(firstOfType.try_emplace(places[i].type, i).first->second);
    return types;
}

void countLeftOver(Patterns& patterns)
{
    double found = 0;
    patterns.leftOverRelations = patterns.relations;
    for (const Pattern& pattern : patterns.ranked) {
        found += pattern.score;
        patterns.leftOverRelations -= pattern.relations;
    }
    patterns.leftOver = patterns.leftOverRelations == 0 ? 0 : std::max(0.0, patterns.total - found);
}

} // namespace

Patterns aggregate(std::span<const Relation> relations, std::span<const Place> places, const Options& options)
{
    assert(options.threshold > 0 && options.threshold <= 1);
    RelationSet set;
    Patterns patterns;
    for (const Relation& relation : relations)
        patterns.ignored += set.add(relation, places.size()) ? 0U : 1U;
    set.finish();
    patterns.relations = relations.size() - patterns.ignored;
    patterns.total = set.total();

    const auto types = typesOf(places);
    PatternSearch search({set.endpoints(), types, options.threshold * patterns.total, options.joinsAlike});
    for (auto& links : set.linksByVersions()) {
        const std::vector<Pattern> found = search.run(std::move(links));
        patterns.ranked.insert(patterns.ranked.end(), found.begin(), found.end());
    }
    std::sort(patterns.ranked.begin(), patterns.ranked.end(), [](const Pattern& left, const Pattern& right) {
        return std::tie(right.score, left.culprit, left.victim) < std::tie(left.score, right.culprit, right.victim);
    });
    countLeftOver(patterns);
    return patterns;
}

} // namespace vnscope::analyses::microscope::patterns
