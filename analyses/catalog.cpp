// SPDX-License-Identifier: Apache-2.0
#include "analyses/catalog.hpp"

#include "analyses/bandwidth/bandwidth.hpp"
#include "analyses/drops/drops.hpp"
#include "analyses/events/events.hpp"
#include "analyses/map/map.hpp"
#include "analyses/microscope/microscope.hpp"
#include "analyses/offload/offload.hpp"
#include "analyses/paths/paths.hpp"
#include "analyses/perfsight/perfsight.hpp"
#include "analyses/quality/quality.hpp"
#include "analyses/softirq/softirq.hpp"
#include "analyses/streams/streams.hpp"
#include "analyses/virtqueue/virtqueue.hpp"
#include "embedded/analyses_trackers_kTables.hpp"

namespace vnscope::analyses {

// The one list of analyses: adding one is its folder and a line here (and its include).
std::vector<std::unique_ptr<Analysis>> createAll()
{
    std::vector<std::unique_ptr<Analysis>> all;
    all.push_back(bandwidth::create());
    all.push_back(drops::create());
    all.push_back(events::create());
    all.push_back(map::create());
    all.push_back(microscope::create());
    all.push_back(offload::create());
    all.push_back(paths::create());
    all.push_back(perfsight::create());
    all.push_back(quality::create());
    all.push_back(softirq::create());
    all.push_back(streams::create());
    all.push_back(virtqueue::create());
    return all;
}

std::vector<std::string_view> allTables()
{
    std::vector<std::string_view> tables{trackers::embedded::kTables};
    for (const auto& analysis : createAll())
        tables.push_back(analysis->info().tablesSql);
    return tables;
}

} // namespace vnscope::analyses
