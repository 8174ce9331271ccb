// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/diagnoser.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::analyses::microscope {

namespace {

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
}

/// One that has grown beyond the period, or that a caller further up is reading, is left alone.
std::shared_ptr<PreSet> Diagnoser::preSet(QueueId queue, const QueuingPeriod& period)
{
    std::shared_ptr<PreSet>& kept = m_preSets[keyOf(queue, period.firstRank)];
    if (kept == nullptr)
        kept = std::make_shared<PreSet>(m_network, queue, period.firstRank);
    const std::uint64_t end = period.lastRank + 1;
    const bool mayGrow = kept.use_count() == 1 && kept->endRank() < end;
    std::shared_ptr<PreSet> set =
        mayGrow || kept->endRank() == end ? kept : std::make_shared<PreSet>(m_network, queue, period.firstRank);
    set->extendTo(period.lastRank);
    return set;
}

/// Seconds that count: until it was read and, when that is what took long, the work on its batch beyond the usual.
double Diagnoser::waitOf(QueueId queue, std::uint64_t rank) const
{
    const QueueLog& log = m_network.log(queue);
    double seconds = log.passages()[rank].waitNs * 1e-9;
    const double rate = log.rate().perSecond();
    if (const Read* const read = log.readOf(rank); read != nullptr && rate > 0)
        seconds += std::max(0.0, read->workNs * 1e-9 - read->packets / rate);
    return seconds;
}

const Explanation& Diagnoser::explain(QueueId queue, std::uint64_t rank)
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

const Explanation& Diagnoser::explain(QueueId queue, std::uint64_t rank, std::uint8_t depth)
{
    const std::uint64_t key = keyOf(queue, rank);
    const bool isTelling = m_listener != nullptr && m_listener->wantsMore();
    if (const auto known = m_explanations.find(key); known != m_explanations.end() && !isTelling)
        return *known->second;
    const QueuingPeriod period = m_network.log(queue).periodOf(rank);
    auto found = std::make_unique<Explanation>(find(queue, period, waitOf(queue, rank), depth));
    return *m_explanations.try_emplace(key, std::move(found)).first->second;
}

Explanation Diagnoser::explainRefusal(QueueId queue, base::Timestamp at)
{
    const QueueLog& log = m_network.log(queue);
    const QueuingPeriod period = log.periodAt(at);
    const double rate = log.rate().perSecond();
    const double queued = static_cast<double>(period.arrived - period.read);
    return find(queue, period, rate > 0 ? queued / rate : 0, 0);
}

Explanation Diagnoser::find(QueueId queue, const QueuingPeriod& period, double waited, std::uint8_t depth)
{
    Explanation found;
    found.period = period;
    found.rate = m_network.log(queue).rate().perSecond();
    found.seconds = waited;
    const double arrived = static_cast<double>(period.arrived);
    const double expected = found.rate * static_cast<double>(period.length()) * 1e-9;
    const double queued = static_cast<double>(period.arrived - period.read);
    const double total = m_options.countsOwnWait ? found.rate * waited : queued;
    found.inputScore = std::clamp(arrived - expected, 0.0, std::max(total, 0.0));
    found.processingScore = std::max(0.0, total - found.inputScore);
    const double sum = found.inputScore + found.processingScore;
    // The element stalled while nothing waited; or nobody knows how fast it is.
    const double inputShare = sum > 0 && found.rate > 0 ? found.inputScore / sum : 0;
    const std::shared_ptr<PreSet> set = preSet(queue, period);
    if (m_listener != nullptr && m_listener->wantsMore())
        m_listener->onQueue(queue, found, *set, depth);
    blameElement(found, queue, *set, 1 - inputShare);
    if (inputShare > 0)
        propagate(found, queue, *set, inputShare, depth);
    sortBlames(found.blames);
    return found;
}

void Diagnoser::blameElement(Explanation& explanation, QueueId queue, const PreSet& set, double share) const
{
    Blame blame;
    blame.culprit = {Culprit::Kind::Element, m_network.network()[queue].reader};
    blame.queue = queue;
    blame.when = {explanation.period.begin, explanation.period.end};
    blame.packets = set.packets();
    blame.flows = set.slowness().surplus(m_network.flows(), m_options.flows);
    add(explanation.blames, blame, share, 0);
}

/// S_i by ways: each counts by its packets (adding up what each way's own shares are would lay as much on an element
/// that did almost nothing to few packets as on one that made many of them a burst).
void Diagnoser::propagate(Explanation& explanation, QueueId queue, const PreSet& set, double share, std::uint8_t depth)
{
    const double expected = static_cast<double>(explanation.period.arrived) / explanation.rate; // T_exp, seconds
    const auto counts = [&](const PreSet::Part& part) {
        return static_cast<double>(part.levels.front().span()) * 1e-9 < expected;
    };
    std::uint64_t packets = 0;
    for (const PreSet::Part& part : set.parts())
        packets += counts(part) ? part.packets : 0;
    if (packets == 0) {
        blameElement(explanation, queue, set, share);
        return;
    }
    for (const PreSet::Part& part : set.parts()) {
        if (counts(part))
            propagate(explanation, queue, part, expected,
                      share * static_cast<double>(part.packets) / static_cast<double>(packets), depth);
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
        for (const Blame& blame : explain(before, first, deeper).blames)
            add(explanation.blames, blame, part_ * blame.share,
                static_cast<std::uint8_t>(std::min<std::size_t>(blame.depth + level + 1, 255)));
    }
}

} // namespace vnscope::analyses::microscope
