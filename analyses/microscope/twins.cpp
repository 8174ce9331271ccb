// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/twins.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::analyses::microscope {

namespace {

/// Pairs that may wait until their packets have arrived.
constexpr std::size_t kMostPairs = 1 << 17;
/// With fewer pairs than one for so many journeys it does not matter which of them went where.
constexpr std::size_t kRare = 2000;

} // namespace

void Twins::add(const Inside& first, const Inside& second)
{
    // Who came the same way may be taken for each other.
    if (first.path == second.path || m_pairs.size() == kMostPairs)
        return;
    m_pairs.push_back({{first.queue, first.rank}, {second.queue, second.rank}});
    for (const std::uint32_t low : {first.journey, second.journey}) {
        if (Journey* const journey = m_journeys.find(low); journey != nullptr)
            journey->isDoubtful = true;
    }
}

void Twins::settle()
{
    if (m_pairs.size() * kRare < m_journeys.ended().size()) {
        m_pairs.clear();
        return;
    }
    learnWays();
    m_pairs.erase(std::remove_if(m_pairs.begin(), m_pairs.end(), [this](const Pair& pair) { return settle(pair); }),
                  m_pairs.end());
}

void Twins::learnWays()
{
    for (const std::uint64_t number : m_journeys.ended()) {
        const Journey* const journey = m_journeys.find(static_cast<std::uint32_t>(number));
        if (journey == nullptr || journey->state != Journey::State::Arrived || !journey->flow.isValid() ||
            !journey->lastQueue.isValid())
            continue;
        if (const Passage* const last = passageAt({journey->lastQueue, journey->lastRank}); last != nullptr)
            m_ways.learn(journey->flow, last->path, journey->isDoubtful);
    }
}

Passage* Twins::passageAt(const Place& place)
{
    return m_logs[place.queue.value]->passage(place.rank);
}

Twins::Twin Twins::twinAt(const Place& place)
{
    Twin twin;
    twin.place = place;
    twin.passage = passageAt(place);
    if (twin.passage != nullptr)
        twin.journey = m_journeys.find(twin.passage->journey);
    return twin;
}

/// False: they are still under way.
bool Twins::settle(const Pair& pair)
{
    Twin first = twinAt(pair.first);
    Twin second = twinAt(pair.second);
    if (first.journey == nullptr || second.journey == nullptr || first.journey == second.journey)
        return true;
    if (first.journey->state == Journey::State::Open || second.journey->state == Journey::State::Open)
        return false;
    const auto agreement = [this](const Twin& tail, const Twin& head) {
        return m_ways.agreement(tail.journey->flow, head.passage->path);
    };
    const int asIs = agreement(first, first) + agreement(second, second);
    const int turned = agreement(first, second) + agreement(second, first);
    if (turned > asIs && findTail(first) && findTail(second))
        turnRound(first, second);
    return true;
}

bool Twins::findTail(Twin& twin)
{
    Place place{twin.journey->lastQueue, twin.journey->lastRank};
    while (place.queue != twin.place.queue || place.rank != twin.place.rank) {
        const Passage* const passage = place.queue.isValid() ? passageAt(place) : nullptr;
        if (passage == nullptr || twin.tail.size() == PathTable::kLongest)
            return false;
        twin.tail.push_back(place);
        const PathId before = m_paths[passage->path].previous;
        place = {before.isValid() ? m_paths[before].queue : QueueId{}, passage->previousRank};
    }
    return true;
}

void Twins::turnRound(Twin& first, Twin& second)
{
    // What went to the same queue went there in order.
    const auto next = [](const Twin& twin) { return twin.tail.empty() ? QueueId{} : twin.tail.back().queue; };
    if (next(first) == next(second))
        return;
    const std::uint32_t firstJourney = first.passage->journey;
    const std::uint32_t secondJourney = second.passage->journey;
    moveTail(first, second, secondJourney);
    moveTail(second, first, firstJourney);
    Journey& a = *first.journey;
    Journey& b = *second.journey;
    std::swap(a.end, b.end);
    std::swap(a.packet, b.packet);
    std::swap(a.flow, b.flow);
    std::swap(a.lostQueue, b.lostQueue);
    std::swap(a.state, b.state);
    std::swap(a.lastQueue, b.lastQueue);
    std::swap(a.lastRank, b.lastRank);
    const auto endHere = [](Journey& journey, const Twin& head, const Twin& tail) {
        journey.end = std::max(journey.end, journey.begin);
        if (!tail.tail.empty())
            return;
        journey.lastQueue = head.place.queue;
        journey.lastRank = head.place.rank;
    };
    endHere(a, first, second);
    endHere(b, second, first);
    ++m_turned;
}

/// What came behind `from` comes behind `to` now.
void Twins::moveTail(const Twin& from, const Twin& to, std::uint32_t journey)
{
    PathId path = to.passage->path;
    std::uint32_t rank = to.place.rank;
    for (auto place = from.tail.rbegin(); place != from.tail.rend(); ++place) {
        Passage& passage = *passageAt(*place);
        path = m_paths.redirect(passage.path, path, m_paths[passage.path].writer, place->queue);
        passage.path = path;
        passage.previousRank = rank;
        passage.journey = journey;
        rank = place->rank;
    }
}

} // namespace vnscope::analyses::microscope
