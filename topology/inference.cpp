// SPDX-License-Identifier: Apache-2.0
#include "topology/inference.hpp"

#include <algorithm>

namespace vnscope::topology {

namespace {

bool isWithinFlap(const std::vector<Flap>& flaps, base::Timestamp at)
{
    return std::any_of(flaps.begin(), flaps.end(), [&](const Flap& flap) { return flap.when.contains(at); });
}

void sortUnique(std::vector<PortRef>& ports)
{
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
}

/// Whoever was forgotten at one place and then met at another may have left when it was forgotten.
void endBeforeMoves(std::vector<FoundStation>& spans)
{
    for (std::size_t next = 1; next < spans.size(); ++next) {
        FoundStation& span = spans[next - 1];
        const bool isSamePlace = spans[next].isProven && spans[next].places == span.places;
        if (span.isProven && span.forgottenAt && !isSamePlace)
            span.when.end = std::max(span.when.begin, std::min(span.when.end, *span.forgottenAt));
    }
}

} // namespace

void Findings::append(Findings&& more)
{
    std::move(more.joints.begin(), more.joints.end(), std::back_inserter(joints));
    std::move(more.choices.begin(), more.choices.end(), std::back_inserter(choices));
    std::move(more.stations.begin(), more.stations.end(), std::back_inserter(stations));
}

Inference::Inference(const PortLives& lives, const Domain& domain, const std::vector<CableEnds>& cables,
                     const Discovery::Options& options)
    : m_lives(lives), m_domain(domain), m_cables(cables), m_options(options)
{
    for (PortIndex port = 0; port < domain.ports.size(); ++port)
        m_places.emplace(portRef({domain.ports[port].bridge, port}), Place{domain.ports[port].bridge, port});
    for (const Track& track : domain.tracks)
        m_flaps.push_back(findFlaps(track, options.flapMoves, options.flapWindow));
}

PortRef Inference::portRef(const Place& place) const
{
    const NodeId port = place.port == kUnknownPort ? NodeId{} : m_domain.ports[place.port].node;
    return {m_domain.bridges[place.bridge], port};
}

std::optional<Place> Inference::place(const PortRef& port) const
{
    const auto found = m_places.find(port);
    return found == m_places.end() ? std::nullopt : std::optional(found->second);
}

void Inference::addCables(Directions& directions, base::TimeRange epoch, const std::vector<Link>& known) const
{
    for (const Link& link : known)
        directions.addCable(link.a.bridge, link.a.port, link.b.bridge, link.b.port);
    for (const CableEnds& cable : m_cables) {
        const auto a = place(cable.a);
        const auto b = place(cable.b);
        const bool isUp = cable.when.begin < epoch.end && epoch.begin < cable.when.end;
        if (a && b && isUp && a->bridge != b->bridge)
            directions.addCable(a->bridge, a->port, b->bridge, b->port);
    }
}

void Inference::addTrack(Directions& directions, std::size_t number, base::TimeRange epoch) const
{
    const Track& track = m_domain.tracks[number];
    for (Episode& episode : findEpisodes(track, epoch, {})) {
        std::erase_if(episode.sightings,
                      [&](const Sighting& sighting) { return isWithinFlap(m_flaps[number], sighting.at); });
        const auto next =
            std::find_if(episode.sightings.begin(), episode.sightings.end(),
                         [&](const Sighting& sighting) { return sighting.at > episode.leftBy - m_options.spread; });
        for (const auto sightings :
             {std::span(episode.sightings.begin(), next), std::span(next, episode.sightings.end())})
            directions.addWitness(sightings, track.mac.bits, m_options.spread);
        if (!track.owner)
            continue;
        for (const Sighting& sighting : episode.sightings) {
            const Sighting own[] = {sighting, {*track.owner, kOwnPort, sighting.at}};
            directions.addWitness(own, track.mac.bits, m_options.spread);
        }
    }
}

Directions Inference::directions(base::TimeRange epoch, const std::vector<Link>& known, bool isLenient) const
{
    Directions directions(static_cast<BridgeIndex>(m_domain.bridges.size()),
                          static_cast<PortIndex>(m_domain.ports.size()));
    addCables(directions, epoch, known);
    for (std::size_t track = 0; track < m_domain.tracks.size(); ++track) {
        if (m_domain.tracks[track].isEvidence)
            addTrack(directions, track, epoch);
    }
    directions.conclude(isLenient);
    return directions;
}

/// The tree may be another one after a port that led to other bridges has left.
std::vector<base::Timestamp> Inference::cuts(base::TimeRange range) const
{
    std::vector<base::Timestamp> cuts;
    std::vector<std::pair<PortIndex, base::Timestamp>> ends;
    for (PortIndex port = 0; port < m_domain.ports.size(); ++port) {
        for (const base::Timestamp end :
             m_lives.ends(m_domain.bridges[m_domain.ports[port].bridge], m_domain.ports[port].node)) {
            if (range.contains(end))
                ends.emplace_back(port, end);
        }
    }
    if (ends.empty())
        return cuts;
    const Directions whole = directions(range, {}, true);
    for (const auto& [port, end] : ends) {
        if (whole.isUplink(port))
            cuts.push_back(end);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    return cuts;
}

Findings Inference::find(base::TimeRange range, bool isLenient) const
{
    Findings findings;
    const auto cutsAt = cuts(range);
    std::vector<std::vector<FoundStation>> stations(m_domain.tracks.size());
    std::vector<Link> known;
    base::Timestamp begin = range.begin;
    for (std::size_t number = 0; number <= cutsAt.size(); ++number) {
        const base::TimeRange epoch{begin, number < cutsAt.size() ? cutsAt[number] : range.end};
        const Directions ways = directions(epoch, known, isLenient);
        const Tree tree(ways);
        addJoints(tree, epoch, findings);
        addStations(tree, epoch, cutsAt, range, stations);
        known = survivors(tree, epoch.end);
        begin = epoch.end;
    }
    for (std::size_t track = 0; track < stations.size(); ++track) {
        endBeforeMoves(stations[track]);
        applyFlaps(track, stations[track]);
        std::move(stations[track].begin(), stations[track].end(), std::back_inserter(findings.stations));
    }
    return findings;
}

/// Links whose two ports stay are still there when another port has left.
std::vector<Inference::Link> Inference::survivors(const Tree& tree, base::Timestamp at) const
{
    const base::TimeRange moment{at, at + 1};
    std::vector<Link> links;
    for (const Joint& joint : tree.joints()) {
        const bool isLink = joint.ports.size() == 2;
        const bool isUp = isLink && std::all_of(joint.ports.begin(), joint.ports.end(), [&](const Place& place) {
                              const PortRef port = portRef(place);
                              return !m_lives.within(moment, port.bridge, port.port).isEmpty();
                          });
        if (isUp)
            links.push_back({joint.ports[0], joint.ports[1]});
    }
    return links;
}

void Inference::addJoints(const Tree& tree, base::TimeRange epoch, Findings& findings) const
{
    for (const Joint& joint : tree.joints()) {
        FoundJoint found{{}, m_domain.vlan, epoch, joint.evidence};
        for (const Place& place : joint.ports) {
            found.ports.push_back(portRef(place));
            found.when = m_lives.within(found.when, found.ports.back().bridge, found.ports.back().port);
        }
        std::sort(found.ports.begin(), found.ports.end());
        findings.joints.push_back(std::move(found));
    }
    for (const OpenPort& open : tree.openPorts()) {
        FoundChoice found{portRef(open.port), {}, m_domain.vlan, epoch};
        found.when = m_lives.within(epoch, found.port.bridge, found.port.port);
        for (const Place& place : open.neighbours)
            found.neighbours.push_back(portRef(place));
        sortUnique(found.neighbours);
        findings.choices.push_back(std::move(found));
    }
}

/// A station has left its place when the port has, or when the bridge there forgets it otherwise than by age.
void Inference::endStay(const Track& track, const Place& place, FoundStation& found) const
{
    const PortRef port = portRef(place);
    base::Timestamp end = m_lives.within(found.when, port.bridge, port.port).end;
    for (const Meeting& meeting : track.meetings) {
        const base::TimeRange known = meeting.known;
        if (meeting.sighting.port != place.port || known.end <= found.when.begin || found.when.end <= known.begin)
            continue;
        if (meeting.mayHaveLeft)
            end = std::min(end, known.end);
        found.forgottenAt = known.end; // The last entry counts.
    }
    if (end < found.when.end)
        found.end = FdbEnd::Deleted;
    found.when.end = end;
}

bool Inference::isSeed(const Track& track, base::Timestamp at) const
{
    return std::any_of(track.meetings.begin(), track.meetings.end(),
                       [&](const Meeting& meeting) { return meeting.sighting.at == at && meeting.isSeed; });
}

void Inference::addStations(const Tree& tree, base::TimeRange epoch, const std::vector<base::Timestamp>& cuts,
                            base::TimeRange range, std::vector<std::vector<FoundStation>>& stations) const
{
    for (std::size_t number = 0; number < m_domain.tracks.size(); ++number) {
        const Track& track = m_domain.tracks[number];
        if (track.owner || !track.mac.isSet())
            continue;
        for (const Episode& episode : findEpisodes(track, range, cuts)) {
            if (epoch.contains(episode.when.begin))
                addEpisode(tree, track, episode, stations[number]);
        }
    }
}

/// The later sighting was met toward the place that the earlier ones prove.
bool Inference::agrees(const Tree& tree, std::span<const Sighting> earlier, const Sighting& later) const
{
    const auto proven = tree.place(earlier).proven;
    return proven && tree.port(later.bridge, proven->bridge) == later.port;
}

/// The tree tells of moves that no single bridge can see: new on one bridge, silent on the other.
void Inference::addEpisode(const Tree& tree, const Track& track, const Episode& episode,
                           std::vector<FoundStation>& out) const
{
    std::vector<Sighting> kept;
    kept.reserve(episode.sightings.size());
    base::Timestamp begin = episode.when.begin;
    const auto close = [&](base::Timestamp at) {
        addPlaced(tree, track, kept, {begin, at}, out);
        begin = at;
    };
    for (const Sighting& sighting : episode.sightings) {
        const bool isMove = tree.contradicts(sighting, kept);
        const bool isKnown = std::any_of(kept.begin(), kept.end(),
                                         [&](const Sighting& known) { return known.bridge == sighting.bridge; });
        // What is met later tells nothing of the time before, and may be of another place, unless it agrees with a
        // proof.
        const bool isLate = sighting.at - begin > m_options.spread && !isKnown && !agrees(tree, kept, sighting);
        if (isMove || isLate) {
            close(sighting.at);
            kept.clear();
        }
        if (isMove || isLate || !isKnown)
            kept.push_back(sighting);
    }
    addPlaced(tree, track, kept, {begin, episode.when.end}, out);
    if (out.back().when.end == episode.when.end)
        out.back().end = episode.end;
}

void Inference::addPlaced(const Tree& tree, const Track& track, std::span<const Sighting> sightings,
                          base::TimeRange when, std::vector<FoundStation>& out) const
{
    const Placement placement = tree.place(sightings);
    FoundStation found;
    found.mac = track.mac;
    found.vlan = m_domain.vlan;
    found.when = when;
    found.isProven = placement.proven.has_value();
    found.isSeeded = isSeed(track, when.begin);
    found.end = FdbEnd::Moved;
    found.evidence = sightings.size();
    if (placement.proven) {
        found.places = {portRef(*placement.proven)};
        endStay(track, *placement.proven, found);
    }
    for (const Place& place : placement.possible)
        found.places.push_back(portRef(place));
    sortUnique(found.places);
    out.push_back(std::move(found));
}

/// What lies in a flap, at least in part, is one span, in which the station may be at any place that was found for it.
void Inference::applyFlaps(std::size_t track, std::vector<FoundStation>& stations) const
{
    for (const Flap& flap : m_flaps[track]) {
        std::vector<FoundStation> kept;
        for (FoundStation& station : stations) {
            const bool isPart = flap.when.contains(station.when.begin) ||
                                (station.when.begin < flap.when.begin && flap.when.begin < station.when.end);
            if (!isPart) {
                kept.push_back(std::move(station));
                continue;
            }
            if (station.when.begin < flap.when.begin) { // Other bridges met the first of the moves earlier.
                kept.push_back(station);
                kept.back().when.end = flap.when.begin;
                kept.back().end = FdbEnd::Moved;
            }
            if (kept.empty() || !kept.back().isFlapping || kept.back().when.begin != flap.when.begin)
                kept.push_back(flapping(station, flap));
            auto& places = kept.back().places;
            places.insert(places.end(), station.places.begin(), station.places.end());
            sortUnique(places);
            kept.back().when.end = station.when.end;
            kept.back().end = station.end;
        }
        stations = std::move(kept);
    }
}

FoundStation Inference::flapping(FoundStation station, const Flap& flap) const
{
    station.when.begin = flap.when.begin;
    station.isFlapping = true;
    station.isProven = false;
    station.places = {portRef({flap.one.bridge, flap.one.port}), portRef({flap.other.bridge, flap.other.port})};
    return station;
}

} // namespace vnscope::topology
