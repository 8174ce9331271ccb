// SPDX-License-Identifier: Apache-2.0
//
// The scenarios of the PerfSight paper (IMC 2015), named after its figures, with the verdicts that it states; then one
// case for each rule of our own. Numbers that the paper does not print are chosen to be what its text describes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyses/perfsight/assessment.hpp"
#include "analyses/perfsight/root_cause.hpp"
#include "analyses/perfsight/shortage.hpp"
#include "tests/unit/perfsight_host.hpp"

namespace vnscope::analyses::perfsight {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using tests::PerfsightHost;

constexpr std::uint64_t kGbps = 1'000'000'000;

/// "resource, contention or bottleneck: elements (confidence)"
std::vector<std::string> verdictsOf(const PerfsightHost& host, const Evidence& evidence = {})
{
    std::vector<std::string> texts;
    for (const ShortageVerdict& verdict : findShortages(host.windows(), evidence, RuleBook::table1())) {
        std::string text = verdict.resource + ", " + std::string(toText(verdict.kind)) + ":";
        for (const Element& element : verdict.elements)
            text += " " + element.name;
        texts.push_back(text + " (" + std::string(toText(verdict.confidence)) + ")");
    }
    return texts;
}

PerfsightHost eightVms()
{
    return {10 * kGbps, 8};
}

PerfsightHost eightVmsLosing()
{
    PerfsightHost host = eightVms();
    for (std::uint64_t vm = 1; vm <= 8; ++vm)
        host.drops("tun" + std::to_string(vm), 900 + 10 * vm);
    return host;
}

TEST(PaperFigure8a, FloodIntoTheMachineIsIncomingBandwidth)
{
    PerfsightHost host = eightVms();
    host.passes("pnic", 1'240'000, 1'240'000, 1000).drops("pnic", 80'000);
    EXPECT_THAT(verdictsOf(host), ElementsAre("Incoming bandwidth, contention: pnic (certain)"));
}

TEST(PaperFigure8b, FloodOutOfTheMachineIsOutgoingBandwidthOrBacklog)
{
    PerfsightHost saturated = eightVms();
    saturated.passes("pnic", 1'230'000, 1'230'000, 1000).drops("backlog", 30'000);
    EXPECT_THAT(verdictsOf(saturated), ElementsAre("Outgoing bandwidth, contention: backlog (certain)"));
    PerfsightHost smallPackets = eightVms();
    smallPackets.drops("backlog", 30'000);
    EXPECT_THAT(verdictsOf(smallPackets), ElementsAre("pCPU backlog, contention: backlog (certain)"));
}

TEST(PaperFigure8c, CpuHogsAreCpuContention)
{
    EXPECT_THAT(verdictsOf(eightVmsLosing(), {{"cpu_utilisation", 0.99}}),
                ElementsAre("CPU, contention: tun8 tun7 tun6 tun5 tun4 tun3 tun2 tun1 (certain)"));
}

TEST(PaperFigure8d, MemoryHogsAreMemoryBandwidthContention)
{
    EXPECT_THAT(verdictsOf(eightVmsLosing(), {{"cpu_utilisation", 0.6}}),
                ElementsAre("Memory bandwidth, contention: tun8 tun7 tun6 tun5 tun4 tun3 tun2 tun1 (certain)"));
}

TEST(PaperFigure8e, HogInsideOneMiddleboxIsItsBottleneck)
{
    PerfsightHost host = eightVms();
    host.drops("tun2", 4'000).drops("tun5", 9); // tun5: below noise.
    EXPECT_THAT(verdictsOf(host, {{"cpu_utilisation", 0.4}}),
                ElementsAre("VM bottleneck (CPU or bandwidth), bottleneck: tun2 (certain)"));
}

TEST(PaperFigure10, SmallPacketsOverrunTheBacklogOfACpu)
{
    PerfsightHost host(kGbps, 2);
    host.passes("pnic", 62'500, 250'000, 40); // VM2 sends 250,000 packets of 40 bytes: 80 Mb/s.
    host.passes("backlog", 312'500, 200'000, 40).drops("backlog", 112'500);
    const auto verdicts = findShortages(host.windows(), {}, RuleBook::table1());
    ASSERT_THAT(verdicts, SizeIs(1));
    EXPECT_EQ(verdicts[0].resource, "pCPU backlog");
    EXPECT_EQ(verdicts[0].kind, ShortageKind::Contention);
    EXPECT_EQ(verdicts[0].lostPackets, 112'500U);
    const auto tx = std::find_if(verdicts[0].evidence.begin(), verdicts[0].evidence.end(),
                                 [](const EvidenceItem& item) { return item.name == "nic_tx_utilisation"; });
    ASSERT_NE(tx, verdicts[0].evidence.end());
    EXPECT_NEAR(tx->value, 0.08, 1e-9);
}

TEST(PaperFigure11, MemoryMachinesTakeBandwidthFromNetworkMachines)
{
    PerfsightHost host = eightVms();
    host.passes("pnic", 0, 212'500, 1000); // 1.7 Gb/s
    host.drops("tun1", 5'000).drops("tun2", 4'000).drops("tun3", 6'000).drops("tun4", 5'500);
    EXPECT_THAT(verdictsOf(host, {{"cpu_utilisation", 0.7}}),
                ElementsAre("Memory bandwidth, contention: tun3 tun4 tun1 tun2 (certain)"));
    // What the paper says it cannot tell: without CPU utilisation both rows stay possible; the NIC is not saturated.
    EXPECT_THAT(verdictsOf(host), ElementsAre("CPU, contention: tun3 tun4 tun1 tun2 (possible)",
                                              "Memory bandwidth, contention: tun3 tun4 tun1 tun2 (possible)"));
    EXPECT_THAT(verdictsOf(eightVms(), {{"cpu_utilisation", 0.7}}), IsEmpty()); // After the migration.
}

/// A middlebox over one second behind a vNIC of 100 Mb/s.
ElementWindow middlebox(const char* name, std::string_view kind, std::uint64_t inBytes, double inSeconds,
                        std::uint64_t outBytes, double outSeconds)
{
    ElementWindow node;
    node.element.name = name;
    node.element.kind = kind;
    node.element.layer = Layer::Middlebox;
    node.element.capacityBps = 100'000'000;
    node.window.range = {{0}, {base::kNsPerSecond}};
    node.window.delta.inBytes = inBytes;
    node.window.delta.outBytes = outBytes;
    node.window.delta.inTimeNs = static_cast<std::uint64_t>(inSeconds * 1e9);
    node.window.delta.outTimeNs = static_cast<std::uint64_t>(outSeconds * 1e9);
    return node;
}

/// Figure 12(a), the part in the box: client, load balancer, content filter, server; the filter logs to a file server.
class PaperFigure12 : public ::testing::Test {
protected:
    enum : NodeIndex { Client, LoadBalancer, Filter, Server, Nfs };

    PaperFigure12()
    {
        graph.links = {{Client, LoadBalancer, Coupling::Tcp, {}, {}},
                       {LoadBalancer, Filter, Coupling::Tcp, {}, {}},
                       {Filter, Server, Coupling::Tcp, {}, {}},
                       {Filter, Nfs, Coupling::Call, {}, {}}};
    }
    std::vector<std::string> causes() const
    {
        std::vector<std::string> texts;
        for (const RootCause& cause : findRootCauses(graph).rootCauses)
            texts.push_back(graph.nodes[cause.node].element.name + " " + std::string(toText(cause.label)) + " " +
                            std::string(toText(cause.confidence)));
        return texts;
    }

    MiddleboxGraph graph;
};

TEST_F(PaperFigure12, B_ServerIsOverloaded)
{
    graph.nodes = {middlebox("client", kClient, 1'000, 0.9, 4'000'000, 0.9),
                   middlebox("LB", "middlebox", 4'000'000, 0.01, 4'000'000, 0.85),
                   middlebox("CF", "middlebox", 4'000'000, 0.01, 4'400'000, 0.80),
                   middlebox("server1", kServer, 4'000'000, 0.02, 1'000, 0.0),
                   middlebox("NFS", kServer, 400'000, 0.9, 0, 0.0)};
    EXPECT_THAT(causes(), ElementsAre("server1 overloaded certain"));
}

TEST_F(PaperFigure12, C_ClientIsUnderloaded)
{
    graph.nodes = {middlebox("client", kClient, 1'000, 0.1, 500'000, 0.002),
                   middlebox("LB", "middlebox", 500'000, 0.95, 500'000, 0.002),
                   middlebox("CF", "middlebox", 500'000, 0.9, 550'000, 0.003),
                   middlebox("server1", kServer, 500'000, 0.9, 1'000, 0.0),
                   middlebox("NFS", kServer, 50'000, 0.98, 0, 0.0)};
    EXPECT_THAT(causes(), ElementsAre("client underloaded certain"));
    const auto lines = explain(graph, findRootCauses(graph));
    EXPECT_THAT(lines, Contains("client is underloaded: LB waits for its data (certain)"));
    EXPECT_THAT(lines, Contains(HasSubstr("NFS is read-blocked: 98 % of its time in reads")));
}

TEST_F(PaperFigure12, D_FileServerIsOverloaded)
{
    graph.nodes = {middlebox("client", kClient, 1'000, 0.1, 700'000, 0.9),
                   middlebox("LB", "middlebox", 700'000, 0.01, 700'000, 0.95),
                   middlebox("CF", "middlebox", 700'000, 0.01, 770'000, 0.95),
                   middlebox("server1", kServer, 700'000, 0.93, 1'000, 0.0),
                   middlebox("NFS", kServer, 70'000, 0.001, 0, 0.0)};
    EXPECT_THAT(causes(), ElementsAre("NFS overloaded certain"));
}

TEST_F(PaperFigure12, D_AlsoWhenTheFileServerStandsStill)
{
    graph.nodes = {middlebox("client", kClient, 0, 0, 700'000, 0.9),
                   middlebox("LB", "middlebox", 700'000, 0.01, 700'000, 0.95),
                   middlebox("CF", "middlebox", 700'000, 0.01, 770'000, 0.95),
                   middlebox("server1", kServer, 700'000, 0.93, 0, 0), middlebox("NFS", kServer, 0, 0, 0, 0)};
    EXPECT_THAT(causes(), ElementsAre("NFS overloaded likely"));
}

/// Client, load balancer, server of one tenant over a second at this rate; vNICs of 1 Gb/s.
std::vector<std::string> chainCauses(std::uint64_t bps, double clientWrites, double balancerReads,
                                     double balancerWrites, double serverReads)
{
    const std::uint64_t bytes = bps / 8;
    MiddleboxGraph graph{{middlebox("client", kClient, 0, 0, bytes, clientWrites),
                          middlebox("LB", "middlebox", bytes, balancerReads, bytes, balancerWrites),
                          middlebox("server", kServer, bytes, serverReads, 0, 0)},
                         {{0, 1, Coupling::Tcp, {}, {}}, {1, 2, Coupling::Tcp, {}, {}}}};
    for (ElementWindow& node : graph.nodes)
        node.element.capacityBps = kGbps;
    std::vector<std::string> texts;
    for (const RootCause& cause : findRootCauses(graph).rootCauses)
        texts.push_back(graph.nodes[cause.node].element.name + " " + std::string(toText(cause.label)));
    return texts;
}

TEST(PaperFigure13, TwoTenantsOnOneMachineInFourPhases)
{
    // 0-10 s: tenant 2 offers 360 Mb/s, its load balancer does 200.
    PerfsightHost overloaded(10 * kGbps, 2);
    overloaded.drops("tun2", 3'000);
    EXPECT_THAT(verdictsOf(overloaded, {{"cpu_utilisation", 0.3}}),
                ElementsAre("VM bottleneck (CPU or bandwidth), bottleneck: tun2 (certain)"));
    EXPECT_THAT(chainCauses(200'000'000, 0.8, 0.01, 0.01, 0.7), ElementsAre("LB overloaded"));
    EXPECT_THAT(chainCauses(180'000'000, 0.01, 0.6, 0.01, 0.7), ElementsAre("client underloaded"));

    // 10-20 s: a task takes the memory bandwidth. Both load balancers lose packets and wait for data.
    PerfsightHost memory(10 * kGbps, 2);
    memory.drops("tun1", 2'500).drops("tun2", 3'500);
    EXPECT_THAT(verdictsOf(memory, {{"cpu_utilisation", 0.5}}),
                ElementsAre("Memory bandwidth, contention: tun2 tun1 (certain)"));
    EXPECT_THAT(chainCauses(90'000'000, 0.9, 0.6, 0.01, 0.8), IsEmpty()); // No middlebox is to blame.

    // 20-30 s: the task is gone; as in the beginning. Then the tenant adds a second load balancer.
    EXPECT_THAT(chainCauses(200'000'000, 0.8, 0.01, 0.01, 0.7), ElementsAre("LB overloaded"));
    EXPECT_THAT(verdictsOf({10 * kGbps, 3}, {{"cpu_utilisation", 0.3}}), IsEmpty());
}

TEST(Table1, HasExactlyThePapersRows)
{
    std::vector<std::string> rows;
    const RuleBook book = RuleBook::table1();
    for (const Rule& rule : book.rules())
        rows.push_back(rule.resource + " | " + rule.dropPlace + " | " +
                       (rule.scope == LossScope::Any          ? "any"
                        : rule.scope == LossScope::Aggregated ? "aggregated"
                                                              : "individual"));
    EXPECT_THAT(rows, ElementsAre("CPU | tun | aggregated", "Memory space | pnic_driver | any",
                                  "Memory bandwidth | tun | aggregated", "Incoming bandwidth | pnic | any",
                                  "Outgoing bandwidth | backlog | any", "pCPU backlog | backlog | any",
                                  "VM bottleneck (CPU or bandwidth) | tun | individual"));
}

TEST(RuleBookText, AddsRowsOfAUser)
{
    RuleBook book = RuleBook::table1();
    ASSERT_TRUE(book.extend("# ours\n\nQdisc limit | qdisc | any | limit <= 1000 and nic_tx_utilisation < 0.5\n"));
    ASSERT_THAT(book.rules(), SizeIs(8));
    const Rule& rule = book.rules().back();
    ASSERT_THAT(rule.conditions, SizeIs(2));
    EXPECT_EQ(rule.conditions[1].text(), "nic_tx_utilisation < 0.5");
    EXPECT_EQ(rule.conditions[0].holds({{"limit", 1000}}), true);
    EXPECT_EQ(rule.conditions[0].holds({{"limit", 1001}}), false);
    EXPECT_EQ(rule.conditions[0].holds({}), std::nullopt);
}

TEST(RuleBookText, RefusesALineWholeAndNamesIt)
{
    for (const char* bad : {"CPU | tun", "CPU | tun | often |", "| tun | any |", "CPU | tun | any | load",
                            "CPU | tun | any | load > much", "CPU | tun | any | > 1", "CPU | tun | any | load > nan"}) {
        RuleBook book;
        const auto read = book.extend("Disk | disk | any |\n" + std::string(bad) + "\n");
        ASSERT_FALSE(read) << bad;
        EXPECT_THAT(read.error().text(), HasSubstr("line 2")) << bad;
        EXPECT_THAT(book.rules(), IsEmpty()) << bad;
    }
}

TEST(Shortage, TopVmWithFourFifthsStandsAlone)
{
    PerfsightHost alone(kGbps, 2);
    alone.drops("tun1", 8'000).drops("tun2", 2'000);
    EXPECT_THAT(verdictsOf(alone, {{"cpu_utilisation", 1.0}}),
                ElementsAre("VM bottleneck (CPU or bandwidth), bottleneck: tun1 (certain)"));
    PerfsightHost shared(kGbps, 2);
    shared.drops("tun1", 7'900).drops("tun2", 2'100);
    EXPECT_THAT(verdictsOf(shared, {{"cpu_utilisation", 1.0}}), ElementsAre("CPU, contention: tun1 tun2 (certain)"));
}

TEST(Shortage, PlaceThatLostMostComesFirst)
{
    PerfsightHost host(kGbps, 1);
    host.drops("pnic_driver", 300).drops("pnic", 5'000);
    EXPECT_THAT(verdictsOf(host), ElementsAre("Incoming bandwidth, bottleneck: pnic (certain)",
                                              "Memory space, bottleneck: pnic_driver (certain)"));
}

Element tun()
{
    Element element;
    element.name = "tap0";
    element.kind = kTun;
    element.layer = Layer::Hypervisor;
    return element;
}

Window windowOf(Counters delta, std::optional<std::int64_t> queueGrowth = {})
{
    return {{{0}, {2 * base::kNsPerSecond}}, delta, queueGrowth};
}

TEST(PacketLoss, IsWhatTheElementCountsBeforeInputMinusOutput)
{
    const auto loss = packetLoss(tun(), windowOf({10'000, 9'000, {}, {}, 40, {}, {}, {}}));
    ASSERT_TRUE(loss);
    EXPECT_EQ(loss->packets, 40U);
    EXPECT_TRUE(loss->isCounted);
}

TEST(PacketLoss, LeavesOutWhatIsQueuedOrMayBe)
{
    const Counters delta{10'000, 9'100, {}, {}, {}, {}, {}, {}};
    EXPECT_EQ(packetLoss(tun(), windowOf(delta, 700))->packets, 200U);
    EXPECT_EQ(packetLoss(tun(), windowOf(delta, 900))->packets, 0U);
    EXPECT_EQ(packetLoss(tun(), windowOf(delta, -50))->packets, 950U);
    EXPECT_EQ(packetLoss(tun(), windowOf(delta))->packets, 0U); // A buffer of 1000 may hold them.
    Element small = tun();
    small.bufferPackets = 500;
    EXPECT_EQ(packetLoss(small, windowOf(delta))->packets, 900U);
}

TEST(PacketLoss, UpToOneInTenThousandIsNoise)
{
    EXPECT_EQ(packetLoss(tun(), windowOf({1'000'000, {}, {}, {}, 100, {}, {}, {}}))->packets, 0U);
    EXPECT_EQ(packetLoss(tun(), windowOf({1'000'000, {}, {}, {}, 101, {}, {}, {}}))->packets, 101U);
}

TEST(PacketLoss, IsUnknownWithoutCounters)
{
    EXPECT_FALSE(packetLoss(tun(), windowOf({10'000, {}, 1, 1, {}, {}, {}, {}})));
}

TEST(Window, GivesRatesAndPacketSize)
{
    const Window window = windowOf({1'000, 500, 3'000'000, 40'000, {}, {}, {}, {}});
    EXPECT_DOUBLE_EQ(*inputBps(window), 12e6);
    EXPECT_DOUBLE_EQ(*outputBps(window), 160e3);
    EXPECT_DOUBLE_EQ(*averagePacketBytes(window), 80);
    EXPECT_FALSE(averagePacketBytes(windowOf({0, 0, 0, 0, {}, {}, {}, {}})));
    EXPECT_FALSE(inputBps(windowOf({})));
}

TEST(Window, CounterThatWentBackIsDataQuality)
{
    std::vector<base::DataQuality> quality;
    const Sample before{{100}, {900, 900, {}, {}, {}, {}, {}, 3}};
    const Sample after{{200}, {20, 950, {}, {}, {}, {}, {}, 1}};
    const Window window = makeWindow(before, after, "tap0", quality);
    EXPECT_FALSE(window.delta.inPackets);
    EXPECT_FALSE(window.delta.outPackets);
    ASSERT_THAT(quality, SizeIs(1));
    EXPECT_EQ(quality[0].kind, "counter_reset");
    EXPECT_EQ(quality[0].subject, "tap0");
    EXPECT_EQ(quality[0].at, base::Timestamp{200});
}

TEST(Window, QueueMayGetShorterAndUnknownStaysUnknown)
{
    std::vector<base::DataQuality> quality;
    const Window window =
        makeWindow({{100}, {1, {}, {}, {}, {}, {}, {}, 9}}, {{200}, {5, 7, {}, {}, {}, {}, {}, 2}}, "tap0", quality);
    EXPECT_EQ(window.delta.inPackets, 4U);
    EXPECT_FALSE(window.delta.outPackets);
    EXPECT_EQ(window.queueGrowth, -7);
    EXPECT_THAT(quality, IsEmpty());
}

TEST(Window, OverARangeSeesARestartThatLaterCountsHide)
{
    const auto sample = [](std::int64_t at, std::uint64_t packets) {
        return Sample{{at}, {packets, packets, {}, {}, {}, {}, {}, {}}};
    };
    const std::vector<Sample> samples{sample(0, 10), sample(10, 50), sample(20, 5), sample(30, 500), sample(40, 600)};
    std::vector<base::DataQuality> quality;
    EXPECT_FALSE(windowOver(samples, {{10}, {40}}, "tap0", quality)->delta.inPackets);
    EXPECT_THAT(quality, SizeIs(1));
    EXPECT_EQ(windowOver(samples, {{15}, {35}}, "tap0", quality)->delta.inPackets, 495U);
    EXPECT_FALSE(windowOver(samples, {{21}, {39}}, "tap0", quality));
}

BlockState stateWith(std::uint64_t inBytes, double inSeconds, std::uint64_t outBytes, double outSeconds)
{
    return stateOf(middlebox("m", "middlebox", inBytes, inSeconds, outBytes, outSeconds), {}).state;
}

/// For a second a sender hands `chainBytes` to a server, past a veth with a shaper of 100 Mbit/s that sends
/// `deviceBytes`.
struct ShapedLink {
    std::uint64_t chainBytes = 11'500'000;
    std::uint64_t deviceBytes = 12'150'000;
    std::string_view deviceKind = "veth";
    std::uint64_t senderWaitedNs = 600'000'000;
    std::uint64_t serverWaitedNs = 600'000'000;

    [[nodiscard]] Assessment assessed() const
    {
        Scene scene;
        const auto add = [&](std::string name, std::string_view kind, Layer layer, Counters counters) {
            Subject& subject = scene.subjects.emplace_back();
            subject.element = {static_cast<std::int64_t>(scene.subjects.size()),
                               -1,
                               "host",
                               std::move(name),
                               std::string(kind),
                               layer,
                               "",
                               "",
                               {},
                               {}};
            subject.samples = {{{10 * base::kNsPerSecond}, {0, 0, 0, 0, 0, 0, 0, {}}},
                               {{11 * base::kNsPerSecond}, counters}};
        };
        add("sender", kClient, Layer::Middlebox, {0, 8'000, 0, chainBytes, {}, 0, senderWaitedNs, {}});
        add("server", kServer, Layer::Middlebox, {8'000, 0, chainBytes, 0, {}, serverWaitedNs, 0, {}});
        add("v0", deviceKind, Layer::Driver, {0, 8'000, 500'000'000, deviceBytes, 0, {}, {}, {}});
        scene.subjects.back().element.capacityBps = 100'000'000;
        scene.neighbours = {{0, 1, Coupling::Tcp}};
        return assess(scene, {{10 * base::kNsPerSecond}, {11 * base::kNsPerSecond}}, RuleBook::standard());
    }
};

TEST(FullLink, IsNamedWhereNobodyOfTheChainIsToBlame)
{
    const Assessment assessment = ShapedLink{}.assessed();
    ASSERT_EQ(assessment.shortages.size(), 1U);
    const ShortageVerdict& verdict = assessment.shortages[0];
    EXPECT_EQ(verdict.resource, "Bandwidth of link v0");
    EXPECT_EQ(verdict.elements.at(0).name, "v0");
    EXPECT_EQ(verdict.lostPackets, 0U);
    EXPECT_EQ(verdict.confidence, Confidence::Likely);
    EXPECT_NEAR(verdict.evidence.at(0).value, 0.972, 1e-9);
    EXPECT_NEAR(verdict.evidence.at(1).value, 97.2e6, 1);
    EXPECT_EQ(verdict.evidence.at(3).name, "bps from sender to server");
    EXPECT_NEAR(verdict.evidence.at(3).value, 92e6, 1);
    EXPECT_EQ(verdict.notMeasured.size(), 1U);
}

TEST(FullLink, IsNotNamedWithoutNeed)
{
    EXPECT_TRUE((ShapedLink{.deviceBytes = 11'800'000}.assessed().shortages.empty())) << "94.4 % is not full";
    EXPECT_TRUE((ShapedLink{.chainBytes = 5'000'000}.assessed().shortages.empty())) << "others fill it";
    EXPECT_TRUE((ShapedLink{.chainBytes = 13'000'000}.assessed().shortages.empty())) << "more than passes there";
    EXPECT_TRUE((ShapedLink{.deviceKind = kQdisc}.assessed().shortages.empty())) << "its device is named, once";
    const Assessment slow = ShapedLink{.serverWaitedNs = 0}.assessed();
    ASSERT_EQ(slow.chains.at(0).diagnosis.rootCauses.size(), 1U) << "the server keeps the sender waiting";
    EXPECT_TRUE(slow.shortages.empty());
}

TEST(State, FollowsThePaperAndItsGuards)
{
    EXPECT_EQ(stateWith(0, 0, 0, 0), BlockState::Idle);
    EXPECT_EQ(stateWith(1'000, 0.001, 1'000, 0.001), BlockState::Running);
    EXPECT_EQ(stateWith(1'000, 0.09, 1'000, 0.001), BlockState::Running);     // Less than a tenth of the time.
    EXPECT_EQ(stateWith(5'000'000, 0.47, 5'000'000, 0), BlockState::Running); // 0.4 s at 100 Mb/s, times 1.2.
    EXPECT_EQ(stateWith(5'000'000, 0.49, 5'000'000, 0), BlockState::ReadBlocked);
    EXPECT_EQ(stateWith(5'000'000, 0, 5'000'000, 0.49), BlockState::WriteBlocked);
    EXPECT_EQ(stateWith(1'000, 0.6, 1'000, 0.3), BlockState::ReadBlocked); // What it waited for longer.
    EXPECT_EQ(stateWith(1'000, 0.3, 1'000, 0.6), BlockState::WriteBlocked);
}

TEST(State, NeedsCountersOfTheSidesOnTheChain)
{
    ElementWindow node = middlebox("m", kServer, 1'000, 0.01, 0, 0);
    node.window.delta.outTimeNs.reset();
    EXPECT_EQ(stateOf(node, {true, true}).state, BlockState::Unknown);
    EXPECT_EQ(stateOf(node, {true, false}).state, BlockState::Running);
}

TEST(RootCause, CircleThatWaitsForItselfIsNamedWhole)
{
    MiddleboxGraph graph{{middlebox("a", "middlebox", 1'000, 0.9, 1'000, 0),
                          middlebox("b", "middlebox", 1'000, 0, 1'000, 0.9),
                          middlebox("c", "middlebox", 1'000, 0.5, 1'000, 0)},
                         {{0, 1, Coupling::Tcp, {}, {}}, {1, 0, Coupling::Tcp, {}, {}}, {1, 2, Coupling::Tcp, {}, {}}}};
    const Diagnosis diagnosis = findRootCauses(graph);
    ASSERT_THAT(diagnosis.rootCauses, SizeIs(2));
    EXPECT_EQ(diagnosis.rootCauses[0].label, LoadLabel::Cycle);
    EXPECT_THAT(diagnosis.rootCauses[0].waiting, UnorderedElementsAre(0U, 1U));
}

TEST(RootCause, PacketNeighboursDoNotMakeEachOtherWait)
{
    const MiddleboxGraph graph{
        {middlebox("a", "middlebox", 1'000, 0, 1'000, 0.9), middlebox("b", "middlebox", 1'000, 0, 1'000, 0)},
        {{0, 1, Coupling::Packet, {}, {}}}};
    EXPECT_THAT(findRootCauses(graph).rootCauses, IsEmpty());
}

TEST(RootCause, CountersOfALinkTellWhichReceiverIsSlow)
{
    MiddleboxGraph graph{{middlebox("client", kClient, 0, 0, 1'000, 0.9),
                          middlebox("LB", "middlebox", 1'000, 0, 1'000, 0.9),
                          middlebox("busy", kServer, 500, 0.05, 0, 0), middlebox("slow", kServer, 500, 0, 0, 0)},
                         {{0, 1, Coupling::Tcp, {}, {}},
                          {1, 2, Coupling::Tcp, 500, 1'000'000},
                          {1, 3, Coupling::Tcp, 500, 899'000'000}}};
    const Diagnosis diagnosis = findRootCauses(graph);
    ASSERT_THAT(diagnosis.rootCauses, SizeIs(1));
    EXPECT_EQ(diagnosis.rootCauses[0].node, 3U);
    EXPECT_THAT(diagnosis.cleared, ElementsAre(2U));
}

TEST(RootCause, WaitingForSomethingNotMeasuredIsSaid)
{
    const MiddleboxGraph graph{
        {middlebox("LB", "middlebox", 1'000, 0.9, 1'000, 0), middlebox("server", kServer, 1'000, 0.9, 0, 0)},
        {{0, 1, Coupling::Tcp, {}, {}}}};
    const Diagnosis diagnosis = findRootCauses(graph);
    EXPECT_THAT(diagnosis.rootCauses, IsEmpty());
    ASSERT_THAT(diagnosis.beyond, SizeIs(1));
    EXPECT_EQ(diagnosis.beyond[0].node, 0U);
    EXPECT_TRUE(diagnosis.beyond[0].isUpstream);
}

} // namespace
} // namespace vnscope::analyses::perfsight
