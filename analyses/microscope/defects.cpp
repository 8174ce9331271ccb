// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "analyses/microscope/outcome.hpp"
#include "storage/base/duration_text.hpp"

namespace vnscope::analyses::microscope {

namespace {

using base::Severity;

constexpr std::string_view kOneHost =
    "Record all network functions and queues of a chain, from the source on, and enlarge "
    "the tracer's buffers when it lost events.";

/// Of elements, in one sentence.
constexpr std::size_t kMostNames = 8;

class Reporter final {
public:
    Reporter(const Outcome& outcome, std::vector<base::DataQuality>& quality) : m_outcome(outcome), m_quality(quality)
    {
    }
    void report();

private:
    void add(Severity severity, std::string_view kind, std::uint64_t count, std::string message,
             std::string_view advice);
    void reportJourneys();
    void reportRewriters();
    void reportClocks();
    void reportRates();
    void reportLimits();
    [[nodiscard]] const Reconstruction& network() const { return m_outcome.network(); }

    const Outcome& m_outcome;
    std::vector<base::DataQuality>& m_quality;
};

void Reporter::add(Severity severity, std::string_view kind, std::uint64_t count, std::string message,
                   std::string_view advice)
{
    if (count > 0)
        m_quality.push_back(
            {severity, std::string(kind), std::move(message), std::string(advice), count, {}, {}, "microscope"});
}

void Reporter::report()
{
    reportJourneys();
    reportRewriters();
    reportClocks();
    reportRates();
    reportLimits();
}

void Reporter::reportJourneys()
{
    std::uint64_t strangers = 0;
    for (std::uint32_t id = 0; id < network().queues(); ++id) {
        // What nobody writes comes from outside, and is no defect.
        const QueueLog& log = network().log(QueueId{id});
        strangers += log.isFilledFromOutside(base::TimeRange::all().end) ? 0 : log.strangers();
    }
    const std::uint64_t cut = m_outcome.engine.cutJourneys();
    add(Severity::Defect, "nf_strangers", strangers,
        fmt::format("{} packets were read from a queue that nobody was seen to write into it.", strangers), kOneHost);
    add(Severity::Defect, "nf_cut_journeys", cut,
        fmt::format("{} packets arrived whose beginning at a source was not seen: their latency is not known.", cut),
        "Let the source of packets tell of itself (kind \"source\") and of its writes.");
    add(Severity::Defect, "nf_unread_writes", network().unreadWrites(),
        fmt::format("{} packets were written by an element that was not seen to read them.", network().unreadWrites()),
        kOneHost);
    add(Severity::Info, "nf_recovered_reads", network().recovered(),
        fmt::format("{} packets were found again by what their reader wrote, although their read is missing.",
                    network().recovered()),
        kOneHost);
    add(Severity::Defect, "nf_oversized_batches", network().oversized(),
        fmt::format("{} batches were larger than the queue that they came from.", network().oversized()),
        "Let queues tell their true capacity, and their own numbers.");
    add(Severity::Defect, "nf_circular_paths", network().paths().cut(),
        fmt::format("{} times the way of a packet was longer than {} queues; it was cut.", network().paths().cut(),
                    PathTable::kLongest),
        "Look whether packets go in circles, and whether ids of queues and elements are unique.");
}

void Reporter::reportRewriters()
{
    const std::vector<ElementId> rewriters = network().rewriters();
    std::string names;
    for (std::size_t i = 0; i < std::min(rewriters.size(), kMostNames); ++i)
        names += (i == 0 ? "" : ", ") + network().network()[rewriters[i]].name;
    if (rewriters.size() > kMostNames)
        names += fmt::format(" and {} more", rewriters.size() - kMostNames);
    add(Severity::Info, "nf_rewritten_ids", rewriters.size(),
        rewriters.size() == 1 ? fmt::format("Element {} rewrites ids: its packets are joined by order.", names)
                              : fmt::format("Elements {} rewrite ids: their packets are joined by order.", names),
        "Let an element tell packets that it gives up on purpose (\"drop\"): else those behind them in a batch are "
        "taken "
        "for them.");
}

void Reporter::reportClocks()
{
    std::uint64_t back = 0;
    base::Nanoseconds worst = 0;
    for (std::uint32_t id = 0; id < network().queues(); ++id) {
        back += network().log(QueueId{id}).clockBacks();
        worst = std::max(worst, network().log(QueueId{id}).worstClockBack());
    }
    add(Severity::Defect, "nf_clocks_apart", back,
        fmt::format("{} packets were read before they were written, by up to {}: they count as read at once.", back,
                    base::formatDuration(worst)),
        "Tell of a write right after it, and correct the clocks of several hosts (import --clock-offset).");
}

/// Without a rate a stall and a burst cannot be told apart.
void Reporter::reportRates()
{
    std::set<QueueId> unknown;
    for (const Victim& victim : m_outcome.victims.victims())
        for (const Victim::Hop& hop : victim.hops)
            if (hop.rate <= 0)
                unknown.insert(hop.queue);
    add(Severity::Defect, "nf_rate_unknown", unknown.size(),
        fmt::format(
            "Of {} queues with victims it is not known how fast their reader can work: everything is laid on it.",
            unknown.size()),
        "Let queues tell how many packets a full read has, and record while there is load.");
}

void Reporter::reportLimits()
{
    const std::uint64_t refused = network().network().refused();
    add(Severity::Defect, "nf_too_many", refused,
        fmt::format("{} times an element or queue was named beyond the first {}: what it did is not looked at.",
                    refused, Network::kMost),
        "Number elements and queues once, not for each packet.");
    add(Severity::Info, "nf_too_many_flows", network().flows().refused(),
        fmt::format("{} packets are of flows beyond the first {}: culprits among these are not named.",
                    network().flows().refused(), FlowTable::kMost),
        "Import a shorter window.");
    const std::uint64_t forgotten = m_outcome.victims.forgotten(VictimKind::Latency) +
                                    m_outcome.victims.forgotten(VictimKind::Loss) +
                                    m_outcome.victims.forgotten(VictimKind::Throughput);
    add(Severity::Info, "nf_too_many_victims", forgotten,
        fmt::format("{} victims beyond {} of a kind have no row: those that were on their way for longest have.",
                    forgotten, VictimKeeper::kMost),
        "Import a shorter window.");
}

} // namespace

void reportDefects(const Outcome& outcome, std::vector<base::DataQuality>& quality)
{
    Reporter(outcome, quality).report();
}

} // namespace vnscope::analyses::microscope
