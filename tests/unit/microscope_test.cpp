// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/unit/nf_session.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::microscope {
namespace {

using testing::ElementsAre;
using tests::NfSession;
using tracepoints::NfQueue;

constexpr std::int64_t kUs = 1000;

EngineOptions everyPacket()
{
    EngineOptions options;
    options.isVictim = [](const Journey&) { return true; };
    return options;
}

/// Plays a session and keeps what it is told, by the packet's id.
struct Played {
    explicit Played(NfSession& session, EngineOptions options = everyPacket())
        : engine(std::move(options), [this](const Diagnosis& diagnosis) {
              hops[diagnosis.journey.packet] = namesOf(engine.network().hops(diagnosis.journey));
              diagnoses.insert_or_assign(diagnosis.journey.packet, diagnosis);
          })
    {
        session.play(engine);
    }
    [[nodiscard]] std::vector<std::string> namesOf(std::vector<Hop> way) const
    {
        std::vector<std::string> names;
        for (const Hop& hop : way)
            names.insert(names.begin(), engine.network().network()[hop.element].name);
        return names;
    }
    /// Share of a culprit in what the packet waited at one element.
    [[nodiscard]] double share(std::uint64_t packet, std::string_view at, std::string_view culprit) const
    {
        for (const HopDiagnosis& hop : diagnoses.at(packet).hops) {
            if (engine.network().network()[hop.hop.element].name != at)
                continue;
            for (const Blame& blame : hop.why->blames) {
                if (blame.culprit.element.isValid() &&
                    engine.network().network()[blame.culprit.element].name == culprit)
                    return blame.share;
            }
        }
        return 0;
    }

    std::map<std::uint64_t, std::vector<std::string>> hops;
    std::map<std::uint64_t, Diagnosis> diagnoses;
    Engine engine;
};

std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t count)
{
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = first; id < first + count; ++id)
        ids.push_back(id);
    return ids;
}

/// source → A → B → C → f, each packet written alone, spread evenly over the given time from the given begin.
struct Stage {
    std::int64_t beginNs;
    std::int64_t spanNs;
};

// The worked example for section 4.2's non-monotonic case: 200 packets that take 360 us at the source, 150 after A,
// 300 after B and 100 after C, for an f of 0.5 M packets/s that reads 40 of them in that time. S_i = 150 is the
// source's by 20, A's by 30, B's by 0 (it stretched them), C's by 100.
TEST(Microscope, SplitsAnInputScoreByWhoSqueezedThePackets)
{
    constexpr std::uint64_t kPackets = 200;
    // Each NF holds the first packet until its begin: so what it squeezed is its own doing.
    const std::array stages{Stage{0, 360 * kUs}, Stage{400 * kUs, 150 * kUs}, Stage{600 * kUs, 300 * kUs},
                            Stage{1000 * kUs, 100 * kUs}};
    NfSession session;
    session.element(1, "source", "source");
    const std::array names{"A", "B", "C", "f"};
    for (std::uint32_t nf = 0; nf < 4; ++nf)
        session.element(nf + 2, names[nf], "nf").queue(nf + 2, names[nf], nf + 2, 0);
    session.queue(9, "out", NfQueue::kNone);
    const auto at = [&](std::size_t stage, std::uint64_t packet) {
        return stages[stage].beginNs + stages[stage].spanNs * static_cast<std::int64_t>(packet) / (kPackets - 1);
    };
    for (std::uint64_t packet = 0; packet < kPackets; ++packet) {
        for (std::uint32_t stage = 0; stage < 4; ++stage) {
            if (stage > 0)
                session.read(at(stage, packet) - 1, stage + 1, stage + 1, {packet});
            session.write(at(stage, packet), stage + 1, stage + 2, {packet});
        }
        // f reads one each 2.5 us: 40 of them until the last one comes, 100 us after the first.
        const std::int64_t read = 1000 * kUs + 2400 + 2500 * static_cast<std::int64_t>(packet);
        session.read(read, 5, 5, {packet}).write(read + 2000, 5, 9, {packet});
    }
    EngineOptions options = everyPacket();
    options.rates = {{"f", 0.5e6}, {"A", 1e9}, {"B", 1e9}, {"C", 1e9}};
    const Played played(session, options);

    const Explanation& why = *played.diagnoses.at(kPackets - 1).hops.front().why;
    EXPECT_EQ(why.period.arrived, 200U);
    EXPECT_EQ(why.period.read, 40U);
    EXPECT_EQ(why.period.length(), 100 * kUs);
    EXPECT_NEAR(why.inputScore, 150, 0.01);
    // It leaves 401.9 us after it came, in which f could have done 200.95 packets: what is not the input's is f's.
    EXPECT_NEAR(why.processingScore, 200.95 - 150, 0.01);
    const double input = 150 / 200.95;
    EXPECT_NEAR(played.share(199, "f", "f"), 1 - input, 1e-3);
    EXPECT_NEAR(played.share(199, "f", "source"), input * 20 / 150, 1e-3);
    EXPECT_NEAR(played.share(199, "f", "A"), input * 30 / 150, 1e-3);
    EXPECT_NEAR(played.share(199, "f", "B"), 0, 1e-3);
    EXPECT_NEAR(played.share(199, "f", "C"), input * 100 / 150, 1e-3);

    // As the paper has it, what counts is the queue when the packet comes: S_i + S_p is its length.
    options.diagnosis.countsOwnDelay = false;
    const Played paper(session, options);
    const Explanation& queued = *paper.diagnoses.at(kPackets - 1).hops.front().why;
    EXPECT_NEAR(queued.inputScore, 150, 0.01);
    EXPECT_NEAR(queued.processingScore, 10, 0.01);
}

/// A firewall (2) and a VPN (3) behind it: the firewall takes the packets 0 to `count` - 1 at `read` and hands all of
/// them on at `written`; the VPN then needs 10 us for each.
void holdAndDrain(NfSession& session, std::uint32_t count, std::int64_t read, std::int64_t written)
{
    session.element(1, "source", "source").element(2, "fw", "firewall").element(3, "vpn", "vpn");
    session.queue(2, "fw", 2, 0).queue(3, "vpn", 3, 0).queue(9, "out", NfQueue::kNone);
    session.read(read, 2, 2, numbers(0, count)).write(written, 2, 3, numbers(0, count));
    for (std::uint32_t packet = 0; packet < count; ++packet) {
        const std::int64_t at = written + kUs + 10 * kUs * packet;
        session.read(at, 3, 3, {packet}).write(at + 9 * kUs, 3, 9, {packet});
    }
}

// Twenty packets come through twenty NATs to a firewall, one each 20 us, and leave it together after it has stalled.
// Each way has one packet, of which nothing can be said; all that came through the firewall took 380 us to come to it.
TEST(Microscope, ThinWaysThroughOneElementAreLookedAtTogether)
{
    constexpr std::uint32_t kWays = 20;
    NfSession session;
    for (std::uint32_t way = 0; way < kWays; ++way)
        session.element(10 + way, "nat" + std::to_string(way), "nat").queue(10 + way, "nat", 10 + way, 0);
    for (std::uint32_t way = 0; way < kWays; ++way) {
        const std::int64_t at = 20 * kUs * way;
        session.write(at, 1, 10 + way, {way});
        session.read(at + 100, 10 + way, 10 + way, {way}).write(at + 1000, 10 + way, 2, {way});
    }
    holdAndDrain(session, kWays, 600 * kUs, 610 * kUs);
    EngineOptions options = everyPacket();
    options.diagnosis.forgetsWhenHeld = false; // Which would tell it, too.
    options.rates = {{"fw", 1e6}, {"vpn", 0.1e6}};
    const Played joined(session, options);
    EXPECT_GT(joined.share(kWays - 1, "vpn", "fw"), 0.9);
    EXPECT_LT(joined.share(kWays - 1, "vpn", "source"), 0.05);

    options.diagnosis.joinsWays = false;
    const Played apart(session, options);
    EXPECT_GT(apart.share(kWays - 1, "vpn", "source"), 0.9) << "as if the source had sent them at once";
}

// Twenty packets leave the source within 19 us and are held by a firewall for two milliseconds: that they come to the
// vpn together now, and not then, is the firewall's doing.
TEST(Microscope, WhoHeldPacketsIsWhyTheyComeTogether)
{
    constexpr std::uint32_t kPackets = 20;
    NfSession session;
    for (std::uint32_t packet = 0; packet < kPackets; ++packet)
        session.write(kUs * packet, 1, 2, {packet});
    holdAndDrain(session, kPackets, 20 * kUs, 2000 * kUs);
    EngineOptions options = everyPacket();
    options.rates = {{"fw", 1e6}, {"vpn", 0.1e6}};
    const Played held(session, options);
    EXPECT_GT(held.share(kPackets - 1, "vpn", "fw"), 0.9);

    options.diagnosis.forgetsWhenHeld = false;
    const Played literal(session, options);
    EXPECT_GT(literal.share(kPackets - 1, "vpn", "source"), 0.8) << "as if nothing had been between";
}

/// Two upstreams whose packets meet at one NF.
NfSession twoUpstreams()
{
    NfSession session;
    session.element(1, "source", "source").element(2, "up1", "nat").element(3, "up2", "nat").element(4, "down", "vpn");
    session.queue(2, "up1", 2).queue(3, "up2", 3).queue(4, "down", 4).queue(9, "out", NfQueue::kNone);
    return session;
}

// Figure 9 of the paper: id 5 is in both upstreams' queues; that 3 came before it tells which one is meant.
TEST(Microscope, TheOrderOfPacketsTellsEqualIdsApart)
{
    NfSession session = twoUpstreams();
    session.write(0, 1, 2, {3, 5 + 100, 1}).write(0, 1, 3, {2, 5 + 200, 4});
    session.read(1 * kUs, 2, 2, {3, 5 + 100, 1}).read(1 * kUs, 3, 3, {2, 5 + 200, 4});
    // Only the low bits are what the NFs tell; the rest says which packet it truly is.
    session.write(5 * kUs, 2, 4, {3, 5 + 100, 1}).write(6 * kUs, 3, 4, {2, 5 + 200, 4});
    session.read(9 * kUs, 4, 4, {3, 5, 1, 2, 5, 4}).write(12 * kUs, 4, 9, {3, 5 + 100, 1, 2, 5 + 200, 4});
    for (const std::uint64_t packet : {3, 5 + 100, 1, 2, 5 + 200, 4})
        session.flow(13 * kUs, 4, packet, static_cast<std::uint16_t>(packet));
    EngineOptions options = everyPacket();
    options.reconstruction.idBits = 2; // 5, 105 and 205 are one id, and so are 1 and 5
    const Played played(session, options);
    EXPECT_THAT(played.hops.at(105), ElementsAre("up1", "down"));
    EXPECT_THAT(played.hops.at(205), ElementsAre("up2", "down"));
    EXPECT_THAT(played.hops.at(4), ElementsAre("up2", "down"));
}

TEST(Microscope, ALostRecordCostsOnlyItsOwnPackets)
{
    NfSession session = twoUpstreams();
    std::uint64_t id = 100;
    for (std::int64_t batch = 0; batch < 50; ++batch, id += 8) {
        const std::int64_t at = batch * 20 * kUs;
        session.write(at, 1, 2, numbers(id, 8)).read(at + kUs, 2, 2, numbers(id, 8));
        if (batch != 20) // what up1 wrote is missing once, what down read another time
            session.write(at + 5 * kUs, 2, 4, numbers(id, 8));
        if (batch != 30)
            session.read(at + 6 * kUs, 4, 4, numbers(id, 8));
        session.write(at + 9 * kUs, 4, 9, numbers(id, 8));
    }
    const Played played(session);
    EXPECT_EQ(played.engine.cutJourneys(), 8U) << "those whose write was not recorded";
    std::size_t whole = 0;
    for (const auto& [packet, names] : played.hops)
        whole += names == std::vector<std::string>{"up1", "down"} ? 1 : 0;
    EXPECT_EQ(whole, 49U * 8);
    EXPECT_EQ(played.engine.network().recovered(), 8U) << "those whose read was not recorded";
    EXPECT_EQ(played.engine.lost(), 0U);
    EXPECT_TRUE(played.engine.network().rewriters().empty());
}

/// source → vpn → fw → out; batches of eight, each packet made at a time of its own. The vpn writes ids of its own.
class RewritingChain final {
public:
    static constexpr std::uint64_t kBatch = 8;
    static constexpr std::uint64_t kBatches = 100;
    static constexpr std::uint64_t kNewIds = 100'000;
    static constexpr std::int64_t kEvery = 40 * kUs;

    RewritingChain()
    {
        m_session.element(1, "source", "source").element(2, "vpn", "vpn").element(3, "fw", "firewall");
        m_session.queue(2, "vpn", 2).queue(3, "fw", 3).queue(9, "out", NfQueue::kNone);
    }
    static std::int64_t madeAt(std::uint64_t packet)
    {
        return static_cast<std::int64_t>(packet / kBatch) * kEvery + static_cast<std::int64_t>(packet % kBatch) * kUs;
    }
    static std::int64_t batchAt(std::uint64_t batch) { return static_cast<std::int64_t>(batch) * kEvery; }

    void make(std::uint64_t batch)
    {
        for (const std::uint64_t packet : numbers(batch * kBatch, kBatch))
            m_session.write(madeAt(packet), 1, 2, {packet});
    }
    void read(std::int64_t at, std::uint64_t batch) { m_session.read(at, 2, 2, numbers(batch * kBatch, kBatch)); }
    /// What the vpn hands on of a batch, and what becomes of it.
    void handOn(std::int64_t at, const std::vector<std::uint64_t>& packets)
    {
        std::vector<std::uint64_t> ids;
        for (const std::uint64_t packet : packets)
            ids.push_back(packet + kNewIds);
        m_session.write(at, 2, 3, ids).read(at + kUs, 3, 3, ids);
        for (const std::uint64_t id : ids)
            m_session.flow(at + 2 * kUs, 3, id, static_cast<std::uint16_t>(id));
        m_session.write(at + 3 * kUs, 3, 9, ids);
    }
    [[nodiscard]] NfSession& session() { return m_session; }

private:
    NfSession m_session;
};

/// Packets of the chain whose way is right, of those from the batch `first` on. Their beginning may be off by `slack`.
std::size_t rightFrom(const Played& played, std::uint64_t first, std::int64_t slack = 0)
{
    std::size_t right = 0;
    for (std::uint64_t packet = first * RewritingChain::kBatch;
         packet < RewritingChain::kBatches * RewritingChain::kBatch; ++packet) {
        const auto found = played.diagnoses.find(packet + RewritingChain::kNewIds);
        if (found == played.diagnoses.end())
            continue;
        const Journey& journey = found->second.journey;
        const std::int64_t begin = journey.begin.ns - NfSession::kBegin;
        right += played.hops.at(journey.packet) == std::vector<std::string>{"vpn", "fw"} && journey.isWhole &&
                         std::abs(begin - RewritingChain::madeAt(packet)) <= slack
                     ? 1
                     : 0;
    }
    return right;
}

constexpr std::uint64_t kUntilKnown = 20; ///< Batches until it is known that ids are rewritten.

TEST(Microscope, PacketsThatGetNewIdsAreJoinedByOrder)
{
    RewritingChain chain;
    for (std::uint64_t batch = 0; batch < RewritingChain::kBatches; ++batch) {
        const std::int64_t at = RewritingChain::batchAt(batch);
        chain.make(batch);
        chain.read(at + 10 * kUs, batch);
        chain.handOn(at + 20 * kUs, numbers(batch * RewritingChain::kBatch, RewritingChain::kBatch));
    }
    const Played played(chain.session());
    EXPECT_EQ(rightFrom(played, kUntilKnown), (RewritingChain::kBatches - kUntilKnown) * RewritingChain::kBatch);
    ASSERT_EQ(played.engine.network().rewriters().size(), 1U);
    EXPECT_EQ(played.engine.network().network()[played.engine.network().rewriters().front()].name, "vpn");
}

// With a `drop` the rest is exact; without one it is known which batch a packet was of.
TEST(Microscope, WhatARewritingElementGivesUpShiftsNoOtherBatch)
{
    for (const bool isTold : {true, false}) {
        RewritingChain chain;
        for (std::uint64_t batch = 0; batch < RewritingChain::kBatches; ++batch) {
            const std::int64_t at = RewritingChain::batchAt(batch);
            chain.make(batch);
            chain.read(at + 10 * kUs, batch);
            std::vector<std::uint64_t> packets = numbers(batch * RewritingChain::kBatch, RewritingChain::kBatch);
            const auto unwanted = packets.begin() + static_cast<std::ptrdiff_t>(batch * 5 % packets.size());
            if (isTold)
                chain.session().drop(at + 15 * kUs, 2, NfQueue::kNone, {*unwanted});
            packets.erase(unwanted);
            chain.handOn(at + 20 * kUs, packets);
        }
        const Played played(chain.session());
        EXPECT_EQ(rightFrom(played, kUntilKnown, isTold ? 0 : kUs),
                  (RewritingChain::kBatches - kUntilKnown) * (RewritingChain::kBatch - 1))
            << (isTold ? "told" : "not told");
    }
}

TEST(Microscope, ARewritingElementMayReadOnBeforeItWrites)
{
    RewritingChain chain;
    for (std::uint64_t batch = 0; batch < RewritingChain::kBatches; ++batch) {
        const std::int64_t at = RewritingChain::batchAt(batch);
        chain.make(batch);
        chain.read(at + 10 * kUs, batch);
        const auto packets = numbers(batch * RewritingChain::kBatch, RewritingChain::kBatch);
        // Two batches at a time.
        chain.handOn(RewritingChain::batchAt(batch + (batch % 2 == 0 ? 1 : 0)) + (batch % 2 == 0 ? 20 : 21) * kUs,
                     packets);
    }
    const Played played(chain.session());
    EXPECT_EQ(rightFrom(played, 2 * kUntilKnown),
              (RewritingChain::kBatches - 2 * kUntilKnown) * RewritingChain::kBatch);
}

TEST(Microscope, ALostRecordOfARewritingElementCostsOnlyItsOwnPackets)
{
    RewritingChain chain;
    for (std::uint64_t batch = 0; batch < RewritingChain::kBatches; ++batch) {
        const std::int64_t at = RewritingChain::batchAt(batch);
        chain.make(batch);
        if (batch != 50)
            chain.read(at + 10 * kUs, batch);
        chain.handOn(at + 20 * kUs, numbers(batch * RewritingChain::kBatch, RewritingChain::kBatch));
    }
    const Played played(chain.session());
    EXPECT_GE(rightFrom(played, kUntilKnown), (RewritingChain::kBatches - kUntilKnown - 1) * RewritingChain::kBatch);
}

// nat1's packet goes to vpn2 and nat2's to vpn1. Both have id 0 and are in the firewall together, so what tells them
// apart is that the flows of packets with ids of their own go these ways.
TEST(Microscope, FlowsTellApartWhatIdsDoNot)
{
    NfSession session;
    session.element(1, "source", "source").element(2, "nat1", "nat").element(3, "nat2", "nat");
    session.element(4, "fw", "firewall").element(5, "vpn1", "vpn").element(6, "vpn2", "vpn");
    for (std::uint32_t nf = 2; nf <= 6; ++nf)
        session.queue(nf, "q", nf);
    session.queue(15, "out", NfQueue::kNone).queue(16, "out", NfQueue::kNone);
    constexpr std::uint64_t kRounds = 20;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
        const std::int64_t at = static_cast<std::int64_t>(round) * 100 * kUs;
        const bool isZero = round % 2 == 1;
        const std::uint64_t ofNat1 = isZero ? 0 : 2 * round + 1;
        const std::uint64_t ofNat2 = isZero ? 0 : 2 * round + 2;
        const std::uint64_t label = (round + 1) << 16U;
        session.write(at, 1, 2, {ofNat1}).write(at + 1, 1, 3, {ofNat2});
        session.read(at + kUs, 2, 2, {ofNat1}).write(at + 2 * kUs, 2, 4, {ofNat1});
        session.read(at + kUs, 3, 3, {ofNat2}).write(at + 3 * kUs, 3, 4, {ofNat2});
        session.read(at + 4 * kUs, 4, 4, {ofNat1, ofNat2});
        session.write(at + 9 * kUs, 4, 5, {ofNat2}).write(at + 9 * kUs, 4, 6, {ofNat1});
        session.read(at + 10 * kUs, 5, 5, {ofNat2}).read(at + 10 * kUs, 6, 6, {ofNat1});
        session.write(at + 12 * kUs, 5, 15, {ofNat2}).write(at + 12 * kUs, 6, 16, {ofNat1});
        session.flow(at + 13 * kUs, 5, label | 1U << 31U | ofNat2, 2).flow(at + 13 * kUs, 6, label | ofNat1, 1);
    }
    EngineOptions options = everyPacket();
    options.reconstruction.idBits = 16;
    const Played played(session, options);
    for (const auto& [packet, diagnosis] : played.diagnoses) {
        const bool isOfNat2 = (packet & 1U << 31U) != 0;
        const auto way =
            isOfNat2 ? std::vector<std::string>{"nat2", "fw", "vpn1"} : std::vector<std::string>{"nat1", "fw", "vpn2"};
        EXPECT_EQ(played.hops.at(packet), way) << packet;
        EXPECT_EQ((diagnosis.journey.begin.ns - NfSession::kBegin) % (100 * kUs), isOfNat2 ? 1 : 0);
    }
    EXPECT_EQ(played.diagnoses.size(), 2 * kRounds);
}

TEST(Microscope, AReadThatIsToldBeforeItsWriteWaitsForIt)
{
    NfSession session = twoUpstreams();
    for (std::uint64_t packet = 0; packet < 100; ++packet) {
        const std::int64_t at = static_cast<std::int64_t>(packet) * 10 * kUs;
        session.write(at, 1, 2, {packet}).read(at - 300, 2, 2, {packet});
        session.write(at + 2 * kUs, 2, 4, {packet}).read(at + 2 * kUs - 700, 4, 4, {packet});
        session.write(at + 4 * kUs, 4, 9, {packet});
    }
    const Played played(session);
    EXPECT_EQ(played.engine.arrived(), 100U);
    EXPECT_EQ(played.engine.cutJourneys(), 0U);
    EXPECT_EQ(played.engine.network().log(QueueId{0}).worstClockBack(), 300);
}

TEST(Microscope, ARefusedPacketIsAVictimOfWhatFilledTheQueue)
{
    NfSession session = twoUpstreams();
    session.queue(2, "up1", 2, 32, 64);
    // up1 does nothing for a while; 64 packets fill its queue, the next ones find no room.
    session.write(0, 1, 2, numbers(0, 32)).write(10 * kUs, 1, 2, numbers(32, 32));
    session.drop(20 * kUs, 1, 2, {1000, 1001, 1002});
    session.read(900 * kUs, 2, 2, numbers(0, 32)).write(930 * kUs, 2, 4, numbers(0, 32));
    session.read(932 * kUs, 2, 2, numbers(32, 32)).write(960 * kUs, 2, 4, numbers(32, 32));
    session.read(1000 * kUs, 4, 4, numbers(0, 32)).read(1001 * kUs, 4, 4, numbers(32, 32));
    session.write(1040 * kUs, 4, 9, numbers(0, 64));
    EngineOptions options = everyPacket();
    options.rates = {{"up1", 1e6}};
    const Played played(session, options);
    const Diagnosis& victim = played.diagnoses.at(1001);
    EXPECT_EQ(victim.kind, VictimKind::Loss);
    EXPECT_EQ(victim.journey.state, Journey::State::Refused);
    const Explanation& why = *victim.hops.front().why;
    EXPECT_EQ(why.period.arrived, 67U) << "those without room count as input";
    EXPECT_EQ(why.period.read, 0U);
    EXPECT_NEAR(why.inputScore, 67 - 20, 0.01) << "1 M packets/s take 20 in 20 us";
}

TEST(Microscope, PeriodsAreThoseOfTheDefinition)
{
    std::mt19937 random(7);
    for (int round = 0; round < 20; ++round) {
        NfSession session;
        session.element(1, "source", "source")
            .element(2, "nf", "nf")
            .queue(2, "q", 2, 4)
            .queue(9, "out", NfQueue::kNone);
        std::vector<std::int64_t> arrivals;
        std::int64_t at = 0;
        for (int i = 0; i < 300; ++i) {
            at += static_cast<std::int64_t>(random() % 4000) + 1;
            arrivals.push_back(at);
            session.write(at, 1, 2, {arrivals.size() - 1});
        }
        struct Batch {
            std::int64_t at;
            std::size_t end;
            bool cameToRest;
        };
        std::vector<Batch> reads;
        std::size_t next = 0;
        std::int64_t now = 0;
        while (next < arrivals.size()) {
            now = std::max(now, arrivals[next]) + 1;
            const auto waiting =
                static_cast<std::size_t>(std::upper_bound(arrivals.begin(), arrivals.end(), now) - arrivals.begin()) -
                next;
            const std::size_t count = std::min<std::size_t>(waiting, 4);
            session.read(now, 2, 2, numbers(next, count));
            next += count;
            const std::int64_t begun = now;
            now += static_cast<std::int64_t>(count) * (1500 + static_cast<std::int64_t>(random() % 1500));
            session.write(now, 2, 9, numbers(next - count, count));
            // At rest: nothing was left, and nothing came until the batch was done.
            const bool isAtRest = next == arrivals.size() || arrivals[next] >= now;
            reads.push_back({begun, next, (count < 4 || count == waiting) && isAtRest});
        }
        const Played played(session);
        const QueueLog& log = played.engine.network().log(QueueId{0});
        for (std::size_t packet = 0; packet < arrivals.size(); ++packet) {
            std::size_t first = 0; // of the period: after the last read by then behind which there was rest
            std::size_t read = 0;
            for (const Batch& batch : reads) {
                if (batch.at > arrivals[packet])
                    break;
                first = batch.cameToRest ? batch.end : first;
                read = batch.end;
            }
            const QueuingPeriod period = log.periodOf(packet);
            ASSERT_EQ(period.firstRank, first) << packet;
            ASSERT_EQ(period.arrived, packet - first + 1);
            ASSERT_EQ(period.read, std::min(read, packet + 1) - std::min(first, read));
            ASSERT_EQ(period.length(), arrivals[packet] - arrivals[first]);
        }
    }
}

TEST(MicroscopeDelays, MedianAndMadAreThoseOfTheDelays)
{
    std::mt19937 random(3);
    std::lognormal_distribution<double> delays(std::log(20'000), 0.7);
    DelayHistory history;
    std::vector<double> all;
    for (int i = 0; i < 20'001; ++i) {
        const double delay = std::floor(delays(random));
        history.add(static_cast<base::Nanoseconds>(delay));
        all.push_back(delay);
    }
    history.settle(Abnormality::MedianAndMad);
    const auto median = [](std::vector<double> values) {
        std::nth_element(values.begin(), values.begin() + 10'000, values.end());
        return values[10'000];
    };
    const double middle = median(all);
    std::vector<double> deviations;
    for (const double delay : all)
        deviations.push_back(std::abs(delay - middle));
    EXPECT_NEAR(static_cast<double>(history.median()), middle, middle * 0.03);
    const double threshold = middle + 1.4826 * median(deviations);
    EXPECT_NEAR(static_cast<double>(history.threshold()), threshold, threshold * 0.04);
}

TEST(MicroscopeDelays, WhatIsLongAgoIsForgotten)
{
    DelayHistory history;
    for (int i = 0; i < 1000; ++i)
        history.add(1'000'000);
    history.settle(Abnormality::MedianAndMad);
    for (std::size_t step = 0; step < DelayHistory::kSegments; ++step) {
        for (int i = 0; i < 10; ++i)
            history.add(1000);
        history.settle(Abnormality::MedianAndMad);
    }
    EXPECT_LT(history.threshold(), 1100);
}

TEST(MicroscopeRate, AStallAndAFewFastBatchesDoNotMoveIt)
{
    PeakRate rate;
    for (int i = 0; i < 1000; ++i)
        rate.addFull(64'000 + i % 7 * 100, 32);
    rate.addFull(900'000, 32);
    for (int i = 0; i < 20; ++i)
        rate.addFull(1000, 32);
    const PeakRate::Estimate estimate = rate.estimate();
    EXPECT_NEAR(estimate.perSecond, 32 / 64.3e-6, 0.015 * estimate.perSecond);
    EXPECT_LE(estimate.low, estimate.perSecond);
    EXPECT_GE(estimate.high, estimate.perSecond);
    EXPECT_TRUE(estimate.isFromFullBatches);
}

TEST(MicroscopeHistory, KeepsNumbersWhenItGrowsAndForgets)
{
    History<int> history;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_EQ(history.push(i), static_cast<std::uint64_t>(i));
        if (history.size() > 700)
            history.popFront();
    }
    EXPECT_EQ(history.begin(), 10'000U - 700);
    for (std::uint64_t number = history.begin(); number != history.end(); ++number)
        EXPECT_EQ(history[number], static_cast<int>(number));
    EXPECT_EQ(history.numberOf(static_cast<std::uint32_t>(9'500)), 9'500U);
}

// What no NF would tell: ids without a queue, batches larger than the ring, NFs that feed each other in a circle, reads
// of what nobody wrote, ids that change and do not, clocks that are seconds apart.
TEST(Microscope, HostileEventsNeitherCrashNorHang)
{
    std::mt19937_64 random(11);
    for (int round = 0; round < 6; ++round) {
        NfSession session;
        for (std::uint32_t nf = 1; nf <= 4; ++nf)
            session.element(nf, "nf", random() % 2 == 0 ? "source" : "nf")
                .queue(nf, "q", static_cast<std::uint32_t>(random() % 5), static_cast<std::uint16_t>(random() % 40));
        for (int i = 0; i < 3000; ++i) {
            auto batch =
                NfSession::batch(static_cast<std::uint32_t>(random() % 6),
                                 random() % 20 == 0 ? NfQueue::kNone : static_cast<std::uint32_t>(random() % 6),
                                 numbers(random() % 50 + (round % 2 == 1 ? random() % 1000 : 0), random() % 64));
            if (random() % 10 == 0)
                batch.packets = static_cast<std::uint16_t>(random());
            if (random() % 10 == 0)
                batch.first = static_cast<std::uint16_t>(random());
            if (random() % 10 == 0)
                batch.ids.count = random();
            const auto at = static_cast<std::int64_t>(random() % (random() % 2 == 0 ? 100 * kUs : 5'000'000 * kUs));
            session.add(at, random() % 2 == 0 ? tracepoints::EventType::NfRead : tracepoints::EventType::NfWrite,
                        batch);
            if (random() % 8 == 0)
                session.flow(at, static_cast<std::uint32_t>(random() % 6), random() % 50, 1);
            if (random() % 8 == 0)
                session.drop(at, static_cast<std::uint32_t>(random() % 6), static_cast<std::uint32_t>(random() % 6),
                             numbers(random() % 50, random() % 20));
        }
        const Played played(session);
        for (const auto& [packet, diagnosis] : played.diagnoses) {
            for (const HopDiagnosis& hop : diagnosis.hops) {
                double sum = 0;
                for (const Blame& blame : hop.why->blames) {
                    EXPECT_TRUE(std::isfinite(blame.share));
                    sum += blame.share;
                }
                EXPECT_LE(sum, 1 + 1e-6);
            }
        }
    }
}

} // namespace
} // namespace vnscope::analyses::microscope
