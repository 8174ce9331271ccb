// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/chains.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analyses/perfsight/block_state.hpp"
#include "analyses/perfsight/window.hpp"

namespace vnscope::analyses::perfsight {

namespace {

/// What went one way, and what it cost the one who counted.
struct Flow {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t timeNs = 0;

    Flow& operator+=(const Flow& other)
    {
        packets += other.packets;
        bytes += other.bytes;
        timeNs += other.timeNs;
        return *this;
    }
};

/// Both ways of one peer, in a window and since the beginning.
struct Exchange {
    Flow in;
    Flow out;
    Flow inEver;
    Flow outEver;

    Exchange& operator+=(const Exchange& other)
    {
        in += other.in;
        out += other.out;
        inEver += other.inEver;
        outEver += other.outEver;
        return *this;
    }
};

Flow inputOf(const Counters& counters)
{
    return {counters.inPackets.value_or(0), counters.inBytes.value_or(0), counters.inTimeNs.value_or(0)};
}

Flow outputOf(const Counters& counters)
{
    return {counters.outPackets.value_or(0), counters.outBytes.value_or(0), counters.outTimeNs.value_or(0)};
}

/// Two subjects and what each of them counted of the other.
struct Talk {
    Exchange ofFirst;
    Exchange ofSecond;
    bool isFromFirst = true; ///< Who made the connection, or was declared as the sender.
    Coupling coupling = Coupling::Tcp;
};

/// A peer that nobody samples and that kept a middlebox waiting.
struct OuterPeer {
    std::string name;
    std::uint64_t timeNs = 0;

    void take(const std::string& peer, std::uint64_t time)
    {
        if (time > timeNs)
            *this = {peer, time};
    }
};

/// What a middlebox counted on its chain.
struct Account {
    Flow in;
    Flow out;
    std::uint64_t answersNs = 0; ///< Waited for what its receivers answer.
    OuterPeer upstream;
    OuterPeer downstream;
};

/// A wait for answers says less than one to write: it is also how a healthy sender spends the time of a round trip. It
/// counts as waiting for the receiver from this share of the window on.
constexpr double kAnswerShare = 0.5;

std::uint64_t lessOf(std::uint64_t time, std::uint64_t less)
{
    return time - std::min(time, less);
}

bool hasPort(const std::string& address)
{
    return address.starts_with('[') || std::count(address.begin(), address.end(), ':') == 1;
}

bool isLoopback(const std::string& address)
{
    return address.starts_with("127.") || address.starts_with("[::1]") || address == "::1";
}

/// More bytes out than in. Where nothing was moved in the window, as it was before; then the maker of the connection
/// sends.
bool isSender(std::uint64_t out, std::uint64_t in, std::uint64_t outEver, std::uint64_t inEver, bool otherwise)
{
    if (out != in)
        return out > in;
    return outEver == inEver ? otherwise : outEver > inEver;
}

/// Times of several processes are added up; a share of the window is of one.
std::uint64_t processesOf(const Subject& subject, base::TimeRange range)
{
    const auto found = subject.attributes.find(kProcesses);
    if (found == subject.attributes.end())
        return 1;
    std::int64_t most = 1;
    for (const Reading& reading : found->second) {
        if (reading.at <= range.end)
            most = reading.at < range.begin ? reading.value : std::max(most, reading.value);
    }
    return static_cast<std::uint64_t>(std::max<std::int64_t>(most, 1));
}

class ChainBuilder final {
public:
    ChainBuilder(const Scene& scene, base::TimeRange range, std::vector<base::DataQuality>& quality);
    [[nodiscard]] std::vector<Chain> build();

private:
    /// Addresses as the other end of a connection has them.
    using Ends = std::pair<std::string, std::string>;

    void indexPeers();
    void matchPeers(SubjectIndex subject);
    [[nodiscard]] std::optional<SubjectIndex> otherEnd(SubjectIndex subject, const Peer& peer);
    [[nodiscard]] Exchange exchangeOf(const Subject& subject, const Peer& peer);
    void addTalk(SubjectIndex subject, SubjectIndex other, const Peer& peer, const Exchange& exchange);
    void addOuter(SubjectIndex subject, const Peer& peer, const Exchange& exchange);
    void addDeclared();
    void addLink(SubjectIndex first, SubjectIndex second, const Talk& talk);
    [[nodiscard]] ElementWindow nodeOf(SubjectIndex subject);
    [[nodiscard]] std::string_view endPointKind(SubjectIndex subject) const;
    SubjectIndex rootOf(SubjectIndex subject);
    void sayAmbiguous();

    struct SubjectLink {
        SubjectIndex from = 0;
        SubjectIndex to = 0;
        Link link; ///< Its nodes are set when the graph is made.
        std::uint64_t answersNs = 0;
    };
    struct LinkWaits {
        std::uint64_t pushNs = 0;    ///< The sender waited for the receiver to take more.
        std::uint64_t answersNs = 0; ///< The sender waited for the receiver's answer.
        std::uint64_t starvedNs = 0; ///< The receiver waited for the sender's data.
    };
    struct Waits {
        std::uint64_t inNs = 0;
        std::uint64_t outNs = 0;
    };
    void readWaits();
    [[nodiscard]] LinkWaits waitsOf(const SubjectLink& link, const Exchange& sender, const Exchange& receiver,
                                    bool isSenderConnector) const;
    [[nodiscard]] bool waitsForAnswers(SubjectIndex subject) const;
    void countAnswersAsWriting();

    const Scene& m_scene;
    base::TimeRange m_range;
    std::vector<base::DataQuality>& m_quality;
    std::multimap<Ends, SubjectIndex> m_byEnds;
    std::map<std::pair<SubjectIndex, SubjectIndex>, Talk> m_talks; ///< The smaller index first.
    std::vector<Account> m_accounts;
    std::vector<Waits> m_waits; ///< By subject.
    std::vector<SubjectLink> m_links;
    std::vector<SubjectIndex> m_parents; ///< Of a forest: one tree is one chain.
    std::uint64_t m_ambiguous = 0;
};

ChainBuilder::ChainBuilder(const Scene& scene, base::TimeRange range, std::vector<base::DataQuality>& quality)
    : m_scene(scene),
      m_range(range),
      m_quality(quality),
      m_accounts(scene.subjects.size()),
      m_parents(scene.subjects.size())
{
    std::iota(m_parents.begin(), m_parents.end(), SubjectIndex{0});
}

bool isMiddlebox(const Subject& subject)
{
    return subject.element.layer == Layer::Middlebox;
}

void ChainBuilder::indexPeers()
{
    for (SubjectIndex subject = 0; subject < m_scene.subjects.size(); ++subject)
        for (const Peer& peer : m_scene.subjects[subject].peers)
            if (!peer.local.empty())
                m_byEnds.emplace(Ends{peer.local, peer.peer}, subject);
}

/// The subject that has this connection's addresses the other way round; nothing when none has, or several.
std::optional<SubjectIndex> ChainBuilder::otherEnd(SubjectIndex subject, const Peer& peer)
{
    std::optional<SubjectIndex> found;
    const auto [begin, end] = m_byEnds.equal_range({peer.peer, peer.local});
    for (auto it = begin; it != end; ++it) {
        const bool isElsewhere = isLoopback(peer.peer) &&
                                 m_scene.subjects[it->second].element.host != m_scene.subjects[subject].element.host;
        if (it->second == subject || isElsewhere)
            continue;
        if (found) {
            ++m_ambiguous;
            return std::nullopt;
        }
        found = it->second;
    }
    return found;
}

Exchange ChainBuilder::exchangeOf(const Subject& subject, const Peer& peer)
{
    Exchange exchange;
    if (const auto window = windowOver(peer.samples, m_range, subject.element.name, m_quality)) {
        const std::uint64_t processes = processesOf(subject, m_range);
        exchange.in = inputOf(window->delta);
        exchange.out = outputOf(window->delta);
        exchange.in.timeNs /= processes;
        exchange.out.timeNs /= processes;
    }
    if (!peer.samples.empty()) {
        exchange.inEver = inputOf(peer.samples.back().counters);
        exchange.outEver = outputOf(peer.samples.back().counters);
    }
    return exchange;
}

void ChainBuilder::addTalk(SubjectIndex subject, SubjectIndex other, const Peer& peer, const Exchange& exchange)
{
    const bool isFirst = subject < other;
    Talk& talk = m_talks[std::minmax(subject, other)];
    (isFirst ? talk.ofFirst : talk.ofSecond) += exchange;
    talk.isFromFirst = hasPort(peer.peer) == isFirst;
}

void ChainBuilder::addOuter(SubjectIndex subject, const Peer& peer, const Exchange& exchange)
{
    Account& account = m_accounts[subject];
    if (isSender(exchange.out.bytes, exchange.in.bytes, exchange.outEver.bytes, exchange.inEver.bytes,
                 hasPort(peer.peer))) {
        account.out += exchange.out;
        account.downstream.take(peer.peer, exchange.out.timeNs);
    } else {
        account.in += exchange.in;
        account.upstream.take(peer.peer, exchange.in.timeNs);
    }
}

void ChainBuilder::matchPeers(SubjectIndex subject)
{
    for (const Peer& peer : m_scene.subjects[subject].peers) {
        const Exchange exchange = exchangeOf(m_scene.subjects[subject], peer);
        if (const auto other = otherEnd(subject, peer))
            addTalk(subject, *other, peer, exchange);
        else
            addOuter(subject, peer, exchange);
    }
}

SubjectIndex ChainBuilder::rootOf(SubjectIndex subject)
{
    while (m_parents[subject] != subject)
        subject = m_parents[subject] = m_parents[m_parents[subject]];
    return subject;
}

/// Who keeps whom waiting on one link. When both ends wait, neither is to blame: then data is on its way between them.
///
/// A sender that waits for room while the receiver waits for data is held up by the link; one that waits for an answer
/// while the receiver waits for data has nothing to send; an acceptor that was sent nothing only waits for work.
ChainBuilder::LinkWaits ChainBuilder::waitsOf(const SubjectLink& link, const Exchange& sender, const Exchange& receiver,
                                              bool isSenderConnector) const
{
    const Waits& ofSender = m_waits[link.from];
    const Waits& ofReceiver = m_waits[link.to];
    const std::uint64_t push = std::min(sender.out.timeNs, ofSender.outNs);
    const std::uint64_t answer = std::min(sender.in.timeNs, ofSender.inNs);
    const std::uint64_t pull = std::min(receiver.in.timeNs, ofReceiver.inNs);
    const bool isOnlyIdle = isSenderConnector && sender.out.bytes == 0 && receiver.in.bytes == 0;
    return {lessOf(push, pull), lessOf(answer, pull), isOnlyIdle ? 0 : lessOf(pull, push + answer)};
}

/// All together, each moment once: waiting to write hides waiting to read.
void ChainBuilder::readWaits()
{
    for (const Subject& subject : m_scene.subjects) {
        Waits& waits = m_waits.emplace_back();
        if (const auto window = windowOver(subject.samples, m_range, subject.element.name, m_quality)) {
            const std::uint64_t processes = processesOf(subject, m_range);
            waits.inNs = window->delta.inTimeNs.value_or(0) / processes;
            waits.outNs = window->delta.outTimeNs.value_or(0) / processes;
        }
    }
}

void ChainBuilder::addLink(SubjectIndex first, SubjectIndex second, const Talk& talk)
{
    const auto most = [](std::uint64_t a, std::uint64_t b) { return std::max(a, b); };
    const bool isFromFirst = isSender(most(talk.ofFirst.out.bytes, talk.ofSecond.in.bytes),
                                      most(talk.ofFirst.in.bytes, talk.ofSecond.out.bytes),
                                      most(talk.ofFirst.outEver.bytes, talk.ofSecond.inEver.bytes),
                                      most(talk.ofFirst.inEver.bytes, talk.ofSecond.outEver.bytes), talk.isFromFirst);
    SubjectLink link{first, second, {}};
    const Exchange* sender = &talk.ofFirst;
    const Exchange* receiver = &talk.ofSecond;
    if (!isFromFirst) {
        std::swap(link.from, link.to);
        std::swap(sender, receiver);
    }
    const LinkWaits waits = waitsOf(link, *sender, *receiver, talk.isFromFirst == isFromFirst);
    Flow received = receiver->in;
    Flow sent = sender->out;
    received.timeNs = waits.starvedNs;
    sent.timeNs = waits.pushNs;
    link.answersNs = waits.answersNs;
    m_accounts[link.to].in += received;
    m_accounts[link.from].out += sent;
    m_accounts[link.from].answersNs += waits.answersNs;
    link.link.coupling = talk.coupling;
    link.link.outBytes = sender->out.bytes;
    link.link.outTimeNs = waits.pushNs;
    m_links.push_back(std::move(link));
    m_parents[rootOf(first)] = rootOf(second);
}

bool ChainBuilder::waitsForAnswers(SubjectIndex subject) const
{
    const std::vector<Sample>& samples = m_scene.subjects[subject].samples;
    const auto first = std::ranges::find_if(samples, [&](const Sample& it) { return it.at >= m_range.begin; });
    if (first == samples.end())
        return false;
    const auto window = static_cast<double>(std::min(samples.back().at, m_range.end) - first->at);
    const Account& account = m_accounts[subject];
    return static_cast<double>(account.out.timeNs) <= kBlockedShare * window &&
           static_cast<double>(account.answersNs) > kAnswerShare * window;
}

/// Of a sender that hardly waits to write. What it wrote fits into the buffers on the way.
void ChainBuilder::countAnswersAsWriting()
{
    for (SubjectLink& each : m_links) {
        if (waitsForAnswers(each.from))
            each.link.outTimeNs = each.link.outTimeNs.value_or(0) + each.answersNs;
    }
    for (SubjectIndex subject = 0; subject < m_accounts.size(); ++subject) {
        if (waitsForAnswers(subject))
            m_accounts[subject].out.timeNs += std::exchange(m_accounts[subject].answersNs, 0);
    }
}

/// Neighbours that the elements' author declared; what they counted is in their own samples.
void ChainBuilder::addDeclared()
{
    for (const Neighbour& neighbour : m_scene.neighbours) {
        if (!isMiddlebox(m_scene.subjects[neighbour.from]) || !isMiddlebox(m_scene.subjects[neighbour.to]) ||
            m_talks.contains(std::minmax(neighbour.from, neighbour.to)))
            continue;
        m_links.push_back({neighbour.from, neighbour.to, {0, 0, neighbour.coupling, {}, {}}});
        m_parents[rootOf(neighbour.from)] = rootOf(neighbour.to);
    }
}

/// Who only makes connections is a client, who only accepts them a server; of others, what they were called.
std::string_view ChainBuilder::endPointKind(SubjectIndex subject) const
{
    const std::vector<Peer>& peers = m_scene.subjects[subject].peers;
    const bool isConnector = std::any_of(peers.begin(), peers.end(), [](const Peer& it) { return hasPort(it.peer); });
    const bool isAcceptor = std::any_of(peers.begin(), peers.end(), [](const Peer& it) { return hasPort(it.local); });
    if (isConnector == isAcceptor)
        return {};
    return isConnector ? kClient : kServer;
}

ElementWindow ChainBuilder::nodeOf(SubjectIndex index)
{
    const Subject& subject = m_scene.subjects[index];
    ElementWindow node{subject.element, {}};
    if (const auto window = windowOver(subject.samples, m_range, subject.element.name, m_quality))
        node.window = *window;
    if (subject.peers.empty())
        return node;
    if (const std::string_view kind = endPointKind(index); !kind.empty())
        node.element.kind = kind;
    const Account& account = m_accounts[index];
    Counters& delta = node.window.delta;
    if (!delta.inTimeNs || !delta.outTimeNs)
        return node; // Not two samples, or it began anew: nothing is known.
    delta.inPackets = account.in.packets;
    delta.outPackets = account.out.packets;
    delta.inBytes = account.in.bytes;
    delta.outBytes = account.out.bytes;
    // One moment may be waited for several peers; what was counted of all together has it once.
    delta.inTimeNs = std::min(account.in.timeNs, m_waits[index].inNs);
    delta.outTimeNs = std::min(account.out.timeNs, m_waits[index].inNs + m_waits[index].outNs);
    return node;
}

void ChainBuilder::sayAmbiguous()
{
    if (m_ambiguous == 0)
        return;
    m_quality.push_back({base::Severity::Defect,
                         "ambiguous_peer",
                         "Several middleboxes have the same addresses, so it is not known which of them a peer is.",
                         "Give namespaces different addresses, or declare neighbours with vnscope_element.",
                         m_ambiguous,
                         {},
                         {},
                         "perfsight"});
}

std::vector<Chain> ChainBuilder::build()
{
    readWaits();
    indexPeers();
    for (SubjectIndex subject = 0; subject < m_scene.subjects.size(); ++subject)
        matchPeers(subject);
    for (const auto& [pair, talk] : m_talks)
        addLink(pair.first, pair.second, talk);
    countAnswersAsWriting();
    addDeclared();
    sayAmbiguous();

    std::vector<Chain> chains;
    std::map<SubjectIndex, std::size_t> chainOf;
    std::vector<NodeIndex> nodes(m_scene.subjects.size());
    for (SubjectIndex subject = 0; subject < m_scene.subjects.size(); ++subject) {
        if (!isMiddlebox(m_scene.subjects[subject]))
            continue;
        const auto [position, isNew] = chainOf.try_emplace(rootOf(subject), chains.size());
        if (isNew)
            chains.emplace_back();
        Chain& chain = chains[position->second];
        nodes[subject] = chain.members.size();
        chain.members.push_back(subject);
        chain.graph.nodes.push_back(nodeOf(subject));
        chain.outerUpstream.push_back(m_accounts[subject].upstream.name);
        chain.outerDownstream.push_back(m_accounts[subject].downstream.name);
    }
    for (SubjectLink& each : m_links) {
        each.link.from = nodes[each.from];
        each.link.to = nodes[each.to];
        chains[chainOf.at(rootOf(each.from))].graph.links.push_back(each.link);
    }
    return chains;
}

} // namespace

std::vector<Chain> chainsOf(const Scene& scene, base::TimeRange range, std::vector<base::DataQuality>& quality)
{
    return ChainBuilder(scene, range, quality).build();
}

} // namespace vnscope::analyses::perfsight
