// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "analyses/microscope/names.hpp"
#include "analyses/microscope/outcome.hpp"
#include "storage/base/duration_text.hpp"

namespace vnscope::analyses::microscope {

namespace {

/// Some packet is always the slowest: late ones are worth a word when they took so many times what is usual.
constexpr base::Nanoseconds kNotable = 3;
constexpr double kLeastShare = 0.05; ///< Of all victims.
constexpr std::size_t kMost = 5;

std::string packets(std::uint64_t count)
{
    return fmt::format("{} packet{}", count, count == 1 ? "" : "s");
}

/// "made 412 packets late", "made 412 packets late and 3 packets be lost"
std::string effectOf(const CulpritTally& tally)
{
    if (tally.late == 0)
        return fmt::format("made {} be lost", packets(tally.lost));
    if (tally.lost == 0)
        return fmt::format("made {} late", packets(tally.late));
    return fmt::format("made {} late and {} be lost", packets(tally.late), packets(tally.lost));
}

std::string titleOf(const CulpritTally& tally, const Network& network)
{
    const std::string name = nameOf(network, tally.culprit.element);
    if (tally.culprit.kind == Culprit::Kind::Element)
        return fmt::format("{} {}: it worked slower than it can", name, effectOf(tally));
    return fmt::format("Bursts from {} {}", name, effectOf(tally));
}

std::string detailOf(const CulpritTally& tally, const Outcome& outcome)
{
    std::string detail =
        fmt::format("It has {:.0f} % of what {} waited.", 100 * tally.share, packets(outcome.victims.victims().size()));
    if (tally.worstLatency > 0)
        detail += fmt::format(" The slowest of them took {}; half of all packets took at most {}.",
                              base::formatDuration(tally.worstLatency),
                              base::formatDuration(outcome.engine.latencyQuantile(0.5)));
    if (tally.flow.isValid())
        detail +=
            fmt::format(" The flow that stands out most often: {}.", textOf(outcome.network().flows()[tally.flow]));
    return detail;
}

bool isNotable(const CulpritTally& tally, const Outcome& outcome)
{
    if (tally.share < kLeastShare || tally.late + tally.lost == 0)
        return false;
    return tally.lost > 0 || tally.worstLatency >= kNotable * outcome.engine.latencyQuantile(0.5);
}

Finding findingOf(const CulpritTally& tally, const Outcome& outcome)
{
    Finding finding;
    finding.score = std::min(0.45 + 0.45 * tally.share, 0.9);
    finding.subjectKind = "nf_element";
    finding.subjectId = tally.culprit.element.isValid() ? static_cast<std::int64_t>(tally.culprit.element.value) : -1;
    finding.title = titleOf(tally, outcome.network().network());
    finding.detail = detailOf(tally, outcome);
    finding.when = tally.when;
    return finding;
}

void reportOverload(const Outcome& outcome, std::vector<Finding>& findings)
{
    std::uint64_t persistent = 0;
    base::TimeRange when;
    for (const Victim& victim : outcome.victims.victims()) {
        if (!victim.isPersistent)
            continue;
        when.begin = persistent == 0 ? victim.begin : std::min(when.begin, victim.begin);
        when.end = std::max(when.end, victim.end);
        ++persistent;
    }
    if (persistent == 0)
        return;
    findings.push_back({0.7, "nf_queue", -1,
                        fmt::format("A queue was not empty for long: {} met an overload", packets(persistent)),
                        "Nobody stalled and no burst came: more comes than the element can do. Which resource is short "
                        "is a question for counters (\"Bottlenecks\"; vnscope agent records them).",
                        when, ""});
}

} // namespace

void reportFindings(const Outcome& outcome, std::vector<Finding>& findings)
{
    std::size_t told = 0;
    for (const CulpritTally& tally : outcome.culprits) {
        if (told < kMost && isNotable(tally, outcome)) {
            findings.push_back(findingOf(tally, outcome));
            ++told;
        }
    }
    reportOverload(outcome, findings);
}

} // namespace vnscope::analyses::microscope
