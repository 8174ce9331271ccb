// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/diagnoser.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace vnscope::analyses::microscope {

namespace {

/// Standard deviations of what comes by chance (Poisson): many ways that each bring a little more than usual together
/// outweigh the one that brings much more.
constexpr double kChance = 2;

/// Queues are few and ranks of what is remembered differ in their low bits.
std::uint64_t keyOf(QueueId queue, std::uint64_t rank)
{
    return std::uint64_t{queue.value} << 48 | (rank & 0xffff'ffff'ffff);
}

/// Adds a blame; of several for one culprit the largest part tells what it did.
void add(std::vector<Blame>& blames, const Blame& blame, double share, std::uint8_t depth)
{
    if (share <= 0)
        return;
    const auto known =
        std::find_if(blames.begin(), blames.end(), [&](const Blame& b) { return b.culprit == blame.culprit; });
    if (known == blames.end()) {
        blames.push_back(blame);
        blames.back().share = share;
        blames.back().depth = depth;
        return;
    }
    const double sum = known->share + share;
    if (share > known->share) {
        *known = blame;
        known->depth = depth;
    }
    known->share = sum;
}

void sortBlames(std::vector<Blame>& blames)
{
    std::sort(blames.begin(), blames.end(), [](const Blame& a, const Blame& b) {
        return std::pair(-a.share, a.culprit) < std::pair(-b.share, b.culprit);
    });
}

} // namespace

void Diagnoser::forget()
{
    m_explanations.clear();
    m_preSets.clear();
    m_walks.clear();
}

/// What grows with a period, kept by its begin. One that has grown beyond the period, or that a caller further up is
/// reading, is left alone.
template <typename Growing>
std::shared_ptr<Growing> Diagnoser::grown(Kept<Growing>& kept, QueueId queue, std::uint64_t firstRank,
                                          std::uint64_t lastRank)
{
    std::shared_ptr<Growing>& known = kept[keyOf(queue, firstRank)];
    if (known == nullptr)
        known = std::make_shared<Growing>(m_network, queue, firstRank);
    const std::uint64_t end = lastRank + 1;
    const bool mayGrow = known.use_count() == 1 && known->endRank() < end;
    std::shared_ptr<Growing> found =
        mayGrow || known->endRank() == end ? known : std::make_shared<Growing>(m_network, queue, firstRank);
    found->extendTo(lastRank);
    return found;
}

/// The packet that was read last with the packet `rank`. An element hands a batch on when all of it is done, so that a
/// packet waits for those behind it in its batch, too.
std::uint64_t Diagnoser::lastOfBatch(QueueId queue, std::uint64_t rank) const
{
    const QueueLog& log = m_network.log(queue);
    const Read* const read = log.readOf(rank);
    return read == nullptr ? rank : std::max(rank, std::min(read->endRank(), log.passages().end()) - 1);
}

/// Seconds from the arrival of the last packet of a batch until the batch was done.
double Diagnoser::delayOf(QueueId queue, std::uint64_t last) const
{
    const QueueLog& log = m_network.log(queue);
    const Read* const read = log.readOf(last);
    return (log.passages()[last].waitNs + (read != nullptr ? static_cast<double>(read->workNs) : 0)) * 1e-9;
}

std::shared_ptr<const Explanation> Diagnoser::explain(QueueId queue, std::uint64_t rank)
{
    return explain(queue, rank, 0);
}

void Diagnoser::tell(QueueId queue, std::uint64_t rank, DiagnosisListener& listener)
{
    m_listener = &listener;
    static_cast<void>(explain(queue, rank, 0));
    m_listener = nullptr;
}

void Diagnoser::tellRefusal(QueueId queue, base::Timestamp at, DiagnosisListener& listener)
{
    m_listener = &listener;
    static_cast<void>(explainRefusal(queue, at));
    m_listener = nullptr;
}

std::shared_ptr<const Explanation> Diagnoser::explain(QueueId queue, std::uint64_t rank, std::uint8_t depth)
{
    const std::uint64_t last = lastOfBatch(queue, rank);
    const std::uint64_t key = keyOf(queue, last);
    const bool isTelling = m_listener != nullptr && m_listener->wantsMore();
    if (const auto known = m_explanations.find(key); known != m_explanations.end() && !isTelling)
        return known->second;
    const QueuingPeriod period = m_network.log(queue).periodOf(last);
    auto found = std::make_shared<const Explanation>(find(queue, period, delayOf(queue, last), depth));
    return m_explanations.try_emplace(key, std::move(found)).first->second;
}

std::shared_ptr<const Explanation> Diagnoser::explainRefusal(QueueId queue, base::Timestamp at)
{
    const QueueLog& log = m_network.log(queue);
    const QueuingPeriod period = log.periodAt(at);
    const double rate = log.rate().perSecond();
    const double queued = static_cast<double>(period.arrived - period.read);
    return std::make_shared<const Explanation>(find(queue, period, rate > 0 ? queued / rate : 0, 0));
}

Explanation Diagnoser::find(QueueId queue, const QueuingPeriod& period, double delay, std::uint8_t depth)
{
    Explanation found;
    found.period = period;
    found.rate = m_network.log(queue).rate().perSecond();
    found.seconds = delay;
    const std::shared_ptr<PeriodWalk> walk = grown(m_walks, queue, period.firstRank, period.lastRank);
    const double refused =
        static_cast<double>(period.arrived) - static_cast<double>(period.lastRank - period.firstRank + 1);
    const double queued = static_cast<double>(period.arrived - period.read);
    const double total = m_options.countsOwnDelay ? found.rate * delay : queued;
    const double expected = found.rate * static_cast<double>(period.length()) * 1e-9;
    const double input = m_options.restartsBacklog ? walk->backlogAt(period.end) + std::max(refused, 0.0)
                                                   : static_cast<double>(period.arrived) - expected;
    found.inputScore = std::clamp(input, 0.0, std::max(total, 0.0));
    found.processingScore = std::max(0.0, total - found.inputScore);
    const double sum = found.inputScore + found.processingScore;
    // The element stalled while nothing waited; or nobody knows how fast it is.
    const double inputShare = sum > 0 && found.rate > 0 ? found.inputScore / sum : 0;
    blameElement(found, queue, *walk, 1 - inputShare);
    const bool isTelling = m_listener != nullptr && m_listener->wantsMore();
    if (inputShare > 0 || isTelling) {
        const std::uint64_t first = m_options.restartsBacklog ? walk->backlogFirst() : period.firstRank;
        const std::shared_ptr<PreSet> set = grown(m_preSets, queue, first, period.lastRank);
        if (isTelling)
            m_listener->onQueue(queue, found, *set, depth);
        if (inputShare > 0)
            propagate(found, queue, *set, inputShare, depth);
    }
    sortBlames(found.blames);
    return found;
}

void Diagnoser::blameElement(Explanation& explanation, QueueId queue, const PeriodWalk& walk, double share) const
{
    Blame blame;
    blame.culprit = {Culprit::Kind::Element, m_network.network()[queue].reader};
    blame.queue = queue;
    blame.when = {explanation.period.begin, explanation.period.end};
    blame.packets = explanation.period.arrived;
    blame.flows = walk.slowness().surplus(m_network.flows(), m_options.flows);
    add(explanation.blames, blame, share, 0);
}

/// What each way counts for. Ways that brought nothing closer together than `expected` do not count. Ways on which no
/// more came than chance explains are no reason for a queue that is usually short.
std::vector<double> Diagnoser::weightsOf(const PreSet& set, double expected) const
{
    const base::TimeRange when = set.when();
    const double seconds = static_cast<double>(when.length()) * 1e-9;
    std::vector<double> packets;
    std::vector<double> excess;
    double allExcess = 0;
    for (const PreSet::Part& part : set.parts()) {
        // Packets whose write was not recorded tell nothing of where they came from.
        const bool isStranger = !m_network.paths()[part.path].writer.isValid() && set.parts().size() > 1;
        const bool counts = !isStranger && static_cast<double>(part.levels.front().span()) * 1e-9 < expected;
        packets.push_back(counts ? static_cast<double>(part.packets) : 0);
        const double usual = m_network.paths().usualRate(part.path) * seconds;
        excess.push_back(std::max(0.0, packets.back() - usual - kChance * std::sqrt(usual)));
        allExcess += excess.back();
    }
    return m_options.weighsByExcess && allExcess > 0 ? excess : packets;
}

/// S_i by ways: each has its weight in it (adding up what each way's own shares are would lay as much on an element
/// that did almost nothing to few packets as on one that made many of them a burst).
void Diagnoser::propagate(Explanation& explanation, QueueId queue, const PreSet& set, double share, std::uint8_t depth)
{
    const double expected = static_cast<double>(set.packets()) / explanation.rate; // T_exp, seconds
    const std::vector<double> weights = weightsOf(set, expected);
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (all <= 0) {
        Blame measurement;
        measurement.culprit = {Culprit::Kind::Element, m_network.network()[queue].reader};
        measurement.queue = queue;
        measurement.when = {explanation.period.begin, explanation.period.end};
        add(explanation.blames, measurement, share, 0);
        return;
    }
    for (std::size_t part = 0; part < weights.size(); ++part) {
        if (weights[part] > 0)
            propagate(explanation, queue, set.parts()[part], expected, share * weights[part] / all, depth);
    }
}

/// One way: who brought its packets closer together than `expected`, from the source on. What somebody stretched again
/// behind does not count (section 4.2, "the timespan is not always decreasing").
void Diagnoser::propagate(Explanation& explanation, QueueId queue, const PreSet::Part& part, double expected,
                          double share, std::uint8_t depth)
{
    std::vector<double> spans; // effective ones: the longest from here up to the queue
    std::vector<PathId> steps;
    PathId step = part.path;
    for (const PreSet::Level& level : part.levels) {
        const double span = std::min(static_cast<double>(level.span()) * 1e-9, expected);
        spans.push_back(spans.empty() ? span : std::max(span, spans.back()));
        steps.push_back(step);
        step = m_network.paths()[step].previous;
    }
    const double whole = expected - spans.front();
    const std::size_t last = spans.size() - 1;
    const PathStep& root = m_network.paths()[steps[last]];
    const bool isSource = !root.writer.isValid() || m_network.network()[root.writer].isSource;

    Blame begin;
    begin.culprit = {isSource && !root.previous.isValid() ? Culprit::Kind::Source : Culprit::Kind::Element,
                     root.writer};
    begin.queue = queue;
    begin.when = {part.levels[last].first, part.levels[last].last};
    begin.packets = part.packets;
    begin.flows = part.flows.surplus(m_network.flows(), m_options.flows);
    add(explanation.blames, begin, share * (expected - spans[last]) / whole, static_cast<std::uint8_t>(last + 1));

    for (std::size_t level = 0; level < last; ++level) {
        const double part_ = share * (spans[level + 1] - spans[level]) / whole;
        if (part_ <= 0)
            continue;
        const QueueId before = m_network.paths()[steps[level + 1]].queue;
        const std::uint64_t first = part.levels[level + 1].firstRank;
        if (part_ < m_options.smallestShare || depth >= m_options.deepest ||
            !m_network.log(before).passages().holds(first)) {
            Blame blame;
            blame.culprit = {Culprit::Kind::Element, m_network.paths()[steps[level]].writer};
            blame.queue = before;
            blame.when = {part.levels[level + 1].first, part.levels[level].last};
            blame.packets = part.packets;
            add(explanation.blames, blame, part_, static_cast<std::uint8_t>(level + 1));
            continue;
        }
        const auto deeper = static_cast<std::uint8_t>(depth + 1);
        if (m_listener != nullptr && m_listener->wantsMore())
            m_listener->onDescent(part_, depth);
        const std::shared_ptr<const Explanation> earlier = explain(before, first, deeper);
        for (const Blame& blame : earlier->blames)
            add(explanation.blames, blame, part_ * blame.share,
                static_cast<std::uint8_t>(std::min<std::size_t>(blame.depth + level + 1, 255)));
    }
}

} // namespace vnscope::analyses::microscope
