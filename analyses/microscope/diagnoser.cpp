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

/// Seconds in which the ways' packets came to a level, or, where somebody stretched them again behind it, to the level
/// where they were furthest apart; at most `most`.
double spanOf(const Ways& ways, std::size_t upTo, double most)
{
    base::Nanoseconds longest = 0;
    for (std::size_t level = 0; level <= upTo; ++level)
        longest = std::max(longest, arrivalsOf(ways, level).length());
    return std::min(static_cast<double>(longest) * 1e-9, most);
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

std::vector<WayBundle> Diagnoser::bundlesOf(const Ways& ways, std::size_t level, std::uint64_t ending) const
{
    const auto bundle = m_options.joinsWays ? &microscope::bundlesOf : &singleBundlesOf;
    return bundle(m_network.paths(), ways, level, ending);
}

/// What each bundle counts for. Those that brought nothing closer together than expected do not count. Those of which
/// no more came than chance explains are no reason for a queue that is usually short.
std::vector<double> Diagnoser::weightsOf(const Spread& spread, const std::vector<WayBundle>& bundles,
                                         std::size_t level) const
{
    std::vector<double> packets;
    std::vector<double> excess;
    double allExcess = 0;
    for (const WayBundle& bundle : bundles) {
        // Packets whose write was not recorded tell nothing of where they came from.
        const bool isStranger = !m_network.paths()[bundle.step].writer.isValid() && bundles.size() > 1;
        const bool counts = !isStranger && spanOf(bundle.ways, level, spread.expected) < spread.expected;
        packets.push_back(counts ? bundle.packets : 0);
        const double usual = m_network.paths().usualRate(spread.queue, bundle.ending) * spread.seconds;
        excess.push_back(std::max(0.0, packets.back() - usual - kChance * std::sqrt(usual)));
        allExcess += excess.back();
    }
    return m_options.weighsByExcess && allExcess > 0 ? excess : packets;
}

/// S_i by the elements that handed the packets on, and by those before them, back to the sources.
void Diagnoser::propagate(Explanation& explanation, QueueId queue, const PreSet& set, double share, std::uint8_t depth)
{
    const Spread spread{explanation, queue, static_cast<double>(set.packets()) / explanation.rate,
                        static_cast<double>(set.when().length()) * 1e-9, depth};
    Ways ways;
    for (const PreSet::Part& part : set.parts())
        ways.push_back(&part);
    propagate(spread, bundlesOf(ways, 0, 0), 0, share);
}

/// Each bundle has its weight in it (adding up what each way's own shares are would lay as much on an element that did
/// almost nothing to few packets as on one that made many of them a burst).
void Diagnoser::propagate(const Spread& spread, const std::vector<WayBundle>& bundles, std::size_t level, double share)
{
    const std::vector<double> weights = weightsOf(spread, bundles, level);
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (all <= 0) {
        Blame measurement;
        measurement.culprit = {Culprit::Kind::Element, m_network.network()[spread.queue].reader};
        measurement.queue = spread.queue;
        measurement.when = {spread.explanation.period.begin, spread.explanation.period.end};
        add(spread.explanation.blames, measurement, share, 0);
        return;
    }
    for (std::size_t place = 0; place < bundles.size(); ++place) {
        if (weights[place] > 0)
            propagate(spread, bundles[place], level, share * weights[place] / all);
    }
}

/// Whether the element brought the bundle's packets closer together than expected, or those before it. What somebody
/// stretched again behind does not count (section 4.2, "the timespan is not always decreasing"), and neither does how
/// they had come to an element that held them: that one decided when they came, and its own queue says why.
void Diagnoser::propagate(const Spread& spread, const WayBundle& bundle, std::size_t level, double share)
{
    if (!bundle.hasPast) {
        blameBegin(spread, bundle, share);
        return;
    }
    const double behind = spanOf(bundle.ways, level, spread.expected);
    const bool isHeld =
        m_options.forgetsWhenHeld && static_cast<double>(heldBefore(bundle.ways, level)) * 1e-9 > spread.expected;
    const double before = isHeld ? spread.expected : spanOf(bundle.ways, level + 1, spread.expected);
    const double own = behind < spread.expected ? share * (before - behind) / (spread.expected - behind) : share;
    if (own > 0)
        blameBefore(spread, bundle, level, own);
    if (before < spread.expected)
        propagate(spread, bundlesOf(bundle.ways, level + 1, bundle.ending), level + 1, share - own);
}

/// The packets began at the source, or their past is forgotten.
void Diagnoser::blameBegin(const Spread& spread, const WayBundle& bundle, double share) const
{
    for (const PreSet::Part* const way : bundle.ways) {
        const PathStep& root = m_network.paths()[bundle.step];
        const bool isSource = !root.writer.isValid() || m_network.network()[root.writer].isSource;
        Blame begin;
        begin.culprit = {isSource && !root.previous.isValid() ? Culprit::Kind::Source : Culprit::Kind::Element,
                         root.writer};
        begin.queue = spread.queue;
        begin.when = {way->levels.back().first, way->levels.back().last};
        begin.packets = way->packets;
        begin.flows = way->flows.surplus(m_network.flows(), m_options.flows);
        add(spread.explanation.blames, begin, share * static_cast<double>(way->packets) / bundle.packets,
            static_cast<std::uint8_t>(way->levels.size()));
    }
}

/// An element brought them closer together: for what its own queue was long.
void Diagnoser::blameBefore(const Spread& spread, const WayBundle& bundle, std::size_t level, double share)
{
    const auto cameFirst = [level](const PreSet::Part* a, const PreSet::Part* b) {
        return a->levels[level + 1].first < b->levels[level + 1].first;
    };
    const PreSet::Level& first =
        (*std::min_element(bundle.ways.begin(), bundle.ways.end(), cameFirst))->levels[level + 1];
    const PathStep& step = m_network.paths()[bundle.step];
    const QueueId before = m_network.paths()[step.previous].queue;
    if (share < m_options.smallestShare || spread.depth >= m_options.deepest ||
        !m_network.log(before).passages().holds(first.firstRank)) {
        Blame blame;
        blame.culprit = {Culprit::Kind::Element, step.writer};
        blame.queue = before;
        blame.when = {first.first, arrivalsOf(bundle.ways, level).end};
        blame.packets = static_cast<std::uint64_t>(bundle.packets);
        add(spread.explanation.blames, blame, share, static_cast<std::uint8_t>(level + 1));
        return;
    }
    if (m_listener != nullptr && m_listener->wantsMore())
        m_listener->onDescent(share, spread.depth);
    const std::shared_ptr<const Explanation> earlier =
        explain(before, first.firstRank, static_cast<std::uint8_t>(spread.depth + 1));
    for (const Blame& blame : earlier->blames)
        add(spread.explanation.blames, blame, share * blame.share,
            static_cast<std::uint8_t>(std::min<std::size_t>(blame.depth + level + 1, 255)));
}

} // namespace vnscope::analyses::microscope
