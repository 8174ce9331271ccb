// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/way_bundles.hpp"

#include <algorithm>

namespace vnscope::analyses::microscope {
namespace {

WayBundle bundleOf(const PathTable& paths, const PreSet::Part& way, std::size_t level, std::uint64_t ending)
{
    PathId step = way.path;
    for (std::size_t back = 0; back < level; ++back)
        step = paths[step].previous;
    const PathId before = paths[step].previous;
    return {{&way},
            PathTable::endingOf(ending, paths[step].writer, before.isValid() ? paths[before].queue : QueueId{}),
            step,
            way.levels.size() > level + 1,
            static_cast<double>(way.packets)};
}

} // namespace

std::vector<WayBundle> singleBundlesOf(const PathTable& paths, const Ways& ways, std::size_t level,
                                       std::uint64_t ending)
{
    std::vector<WayBundle> bundles;
    for (const PreSet::Part* const way : ways)
        bundles.push_back(bundleOf(paths, *way, level, ending));
    return bundles;
}

std::vector<WayBundle> bundlesOf(const PathTable& paths, const Ways& ways, std::size_t level, std::uint64_t ending)
{
    std::vector<WayBundle> bundles;
    for (const PreSet::Part* const way : ways) {
        WayBundle single = bundleOf(paths, *way, level, ending);
        const auto isSame = [&](const WayBundle& bundle) {
            return bundle.ending == single.ending && bundle.hasPast == single.hasPast;
        };
        const auto found = std::find_if(bundles.begin(), bundles.end(), isSame);
        if (found == bundles.end()) {
            bundles.push_back(std::move(single));
            continue;
        }
        found->ways.push_back(way);
        found->packets += single.packets;
    }
    return bundles;
}

base::TimeRange arrivalsOf(const Ways& ways, std::size_t level)
{
    base::TimeRange all{ways.front()->levels[level].first, ways.front()->levels[level].last};
    for (const PreSet::Part* const way : ways) {
        all.begin = std::min(all.begin, way->levels[level].first);
        all.end = std::max(all.end, way->levels[level].last);
    }
    return all;
}

base::Nanoseconds heldBefore(const Ways& ways, std::size_t level)
{
    return arrivalsOf(ways, level).begin - arrivalsOf(ways, level + 1).end;
}

} // namespace vnscope::analyses::microscope
