// SPDX-License-Identifier: Apache-2.0
// Simulated chains against what must hold of any chain of queues, and against queueing theory.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulator/engine.hpp"
#include "simulator/examples.hpp"
#include "simulator/scenario_json.hpp"
#include "simulator/simulated_trace.hpp"

namespace vnscope::simulator {
namespace {

using base::kNsPerMs;
using base::kNsPerSecond;
using base::kNsPerUs;
using base::Nanoseconds;
using testing::HasSubstr;
using testing::Not;
using namespace tracepoints;

class Journeys final : public PacketObserver {
public:
    void onEnd(const Journey& journey) override { all.emplace(journey.packet, journey); }

    std::map<std::uint64_t, Journey> all; ///< By number.
};

void runWhole(Engine& engine, Nanoseconds endNs, Nanoseconds sliceNs = kNsPerMs)
{
    while (engine.now() < endNs)
        engine.run(std::min(engine.now() + sliceNs, endNs));
}

std::map<std::uint64_t, Journey> journeysOf(const Scenario& scenario)
{
    Journeys journeys;
    Engine engine(scenario, &journeys);
    runWhole(engine, scenario.durationNs);
    return std::move(journeys.all);
}

/// Figure 10 with problems, at a load that fills queues.
Scenario busy(std::uint64_t seed = 3)
{
    Scenario scenario = figure10(seed, 1.6e6, 60 * kNsPerMs);
    scenario.noise.interruptsPerSecond = 50;
    InjectionPlan plan;
    plan.everyNs = 8 * kNsPerMs;
    addInjections(scenario, plan);
    return scenario;
}

/// One element that is fed by one source.
Scenario single(double packetsPerSecond, double serviceNs, std::uint32_t batch, double spread)
{
    Scenario scenario;
    scenario.durationNs = 2 * kNsPerSecond;
    Element element;
    element.name = "nf";
    element.serviceNs = serviceNs;
    element.batch = batch;
    element.spread = spread;
    scenario.elements.push_back(element);
    Source source;
    source.packetsPerSecond = packetsPerSecond;
    source.flows = 100;
    source.next = {0};
    scenario.sources.push_back(source);
    return scenario;
}

TEST(Simulator, NoPacketComesFromNowhereOrIsForgotten)
{
    Scenario scenario = busy();
    scenario.sources[0].packetsPerSecond = 2.4e6;
    Journeys journeys;
    Engine engine(scenario, &journeys);
    runWhole(engine, scenario.durationNs);
    const Totals totals = engine.totals();
    EXPECT_GT(totals.dropped, 0U) << "the load is above what the NFs can do";
    EXPECT_EQ(totals.made, totals.left + totals.dropped + totals.inside);
    EXPECT_EQ(journeys.all.size(), totals.left + totals.dropped) << "each packet ends once";
    std::uint64_t lost = 0;
    for (const auto& [number, journey] : journeys.all)
        lost += journey.lostAt != kNone ? 1 : 0;
    EXPECT_EQ(lost, totals.dropped);
    for (std::uint32_t i = 0; i < scenario.elements.size(); ++i)
        EXPECT_LE(engine.totals(i).queueMax, scenario.elements[i].capacity);
}

TEST(Simulator, PacketsGoFromQueueToQueueAndInTheOrderOfTheirArrival)
{
    const Scenario scenario = busy();
    const auto journeys = journeysOf(scenario);
    std::map<std::uint32_t, std::multimap<Nanoseconds, Nanoseconds>> readsByArrival;
    for (const auto& [number, journey] : journeys) {
        Nanoseconds writtenNs = journey.sourceNs;
        std::string kinds;
        for (const Hop& hop : journey.hops) {
            EXPECT_EQ(hop.arrivalNs, writtenNs);
            EXPECT_LE(hop.arrivalNs, hop.readNs);
            EXPECT_LT(hop.readNs, hop.leaveNs);
            writtenNs = hop.leaveNs;
            kinds += scenario.elements[hop.element].kind.front();
            readsByArrival[hop.element].emplace(hop.arrivalNs, hop.readNs);
        }
        const bool isWhole = kinds == "nfv" || kinds == "nfmv";
        EXPECT_TRUE(isWhole || journey.lostAt != kNone) << kinds;
    }
    EXPECT_EQ(readsByArrival.size(), 16U);
    for (const auto& [element, reads] : readsByArrival)
        EXPECT_TRUE(
            std::is_sorted(reads.begin(), reads.end(),
                           [](const auto& a, const auto& b) { return a.first < b.first && a.second < b.second; }))
            << "queue of element " << element;
}

TEST(Simulator, FlowsKeepTheirPathAndTheirShareThatMatches)
{
    const Scenario scenario = figure10(5, 1.2e6, kNsPerMs);
    const Network network(scenario);
    std::size_t monitored = 0;
    for (std::uint32_t flow = 0; flow < scenario.sources[0].flows; ++flow)
        monitored += network.pathOf(0, flow).size() == 4 ? 1 : 0;
    EXPECT_NEAR(static_cast<double>(monitored) / scenario.sources[0].flows, 0.4, 0.01);
    std::map<FiveTuple, std::vector<std::uint32_t>> paths;
    for (const auto& [number, journey] : journeysOf(scenario)) {
        std::vector<std::uint32_t> path;
        for (const Hop& hop : journey.hops)
            path.push_back(hop.element);
        EXPECT_EQ(paths.emplace(journey.flow, path).first->second, path);
    }
}

/// Pollaczek and Khinchine: a mean wait of rate * E[S^2] / (2 (1 - load)).
TEST(Simulator, OneElementWaitsAsTheFormulaOfPollaczekAndKhinchineSays)
{
    for (const double spread : {0.0, 1.0}) {
        for (const double load : {0.3, 0.5, 0.8}) {
            constexpr double kServiceNs = 1000;
            Scenario scenario = single(load * 1e9 / kServiceNs, kServiceNs, 1, spread);
            scenario.elements[0].capacity = kMaxCapacity;
            Engine engine(scenario);
            runWhole(engine, scenario.durationNs);
            const double meanSquare = kServiceNs * kServiceNs * (1 + spread * spread / 3);
            const double waitNs = load / kServiceNs * meanSquare / (2 * (1 - load));
            EXPECT_NEAR(engine.totals().latency.meanNs(), kServiceNs + waitNs, 0.03 * (kServiceNs + waitNs))
                << load << " " << spread;
            EXPECT_NEAR(engine.totals(0).busyNs / static_cast<double>(scenario.durationNs), load, 0.01);
        }
    }
}

TEST(Simulator, AnOverloadedElementWorksAllTheTimeAndLosesTheRest)
{
    const Scenario scenario = single(2e6, 1000, 32, 0.2);
    Engine engine(scenario);
    runWhole(engine, scenario.durationNs);
    EXPECT_NEAR(static_cast<double>(engine.totals().left), 2e6, 0.005 * 2e6) << "1 M packets/s, 2 s";
    EXPECT_NEAR(static_cast<double>(engine.totals().dropped), 2e6, 0.005 * 2e6);
    EXPECT_EQ(engine.totals(0).queueMax, 1024U);
    EXPECT_GT(engine.totals(0).fullReads * 1000, engine.totals(0).reads * 999);
}

TEST(Simulator, RatesAndFlowsAreThoseOfTheScenario)
{
    Scenario scenario = single(1e6, 500, 32, 0);
    scenario.durationNs = kNsPerSecond;
    scenario.sources[0].flows = 1000;
    scenario.sources[0].zipf = 1;
    std::map<FiveTuple, double> counts;
    const auto journeys = journeysOf(scenario);
    for (const auto& [number, journey] : journeys)
        counts[journey.flow] += 1;
    EXPECT_NEAR(static_cast<double>(journeys.size()), 1e6, 5 * std::sqrt(1e6)) << "Poisson";
    EXPECT_EQ(counts.size(), 1000U);
    std::vector<double> sizes;
    for (const auto& [flow, count] : counts)
        sizes.push_back(count);
    std::sort(sizes.rbegin(), sizes.rend());
    EXPECT_NEAR(sizes[0] / sizes[1], 2, 0.05) << "Zipf: the k-th flow has 1/k of the first";
    EXPECT_NEAR(sizes[0] / sizes[9], 10, 0.5);
}

/// What a packet met; not what it is called.
std::vector<Nanoseconds> timesOf(const Journey& journey)
{
    std::vector<Nanoseconds> times{journey.sourceNs};
    for (const Hop& hop : journey.hops)
        times.insert(times.end(), {hop.arrivalNs, hop.readNs, hop.leaveNs});
    return times;
}

TEST(Simulator, ARunWithoutAnInjectionIsTheSameRunOtherwise)
{
    const Scenario with = busy();
    ASSERT_GE(with.injections.size(), 6U);
    const auto before = journeysOf(with);
    for (std::size_t removed = 0; removed < 3; ++removed) {
        Scenario without = with;
        const Injection gone = with.injections[removed];
        without.injections.erase(without.injections.begin() + static_cast<std::ptrdiff_t>(removed));
        const auto after = journeysOf(without);
        std::size_t changed = 0;
        for (const auto& [number, journey] : after) {
            EXPECT_NE(journey.injection, gone.id);
            const auto same = before.find(number);
            if (same == before.end())
                continue; // Still inside at the end, because of the injection.
            EXPECT_EQ(journey.sourceNs, same->second.sourceNs);
            EXPECT_EQ(journey.flow, same->second.flow);
            EXPECT_EQ(journey.id, same->second.id);
            const bool isChanged = timesOf(journey) != timesOf(same->second);
            changed += isChanged ? 1 : 0;
            EXPECT_FALSE(isChanged && same->second.hops.back().leaveNs < gone.timeNs)
                << "it was over before the injection";
        }
        EXPECT_GT(changed, 50U) << "the injection did something";
    }
}

TEST(Simulator, AnInterruptedElementDoesNotRead)
{
    Scenario scenario = figure10(1, 1.2e6, 10 * kNsPerMs);
    Injection interrupt;
    interrupt.kind = InjectionKind::Interrupt;
    interrupt.element = 6;
    interrupt.timeNs = 3 * kNsPerMs;
    interrupt.lengthNs = 700 * kNsPerUs;
    scenario.injections = {interrupt};
    Nanoseconds longestNs = 0;
    std::size_t reads = 0;
    for (const auto& [number, journey] : journeysOf(scenario))
        for (const Hop& hop : journey.hops) {
            if (hop.element != interrupt.element)
                continue;
            const Nanoseconds endNs = interrupt.timeNs + interrupt.lengthNs;
            EXPECT_FALSE(hop.readNs >= interrupt.timeNs && hop.readNs < endNs);
            EXPECT_FALSE(hop.leaveNs > interrupt.timeNs && hop.leaveNs < endNs);
            longestNs = std::max(longestNs, hop.leaveNs - hop.arrivalNs);
            ++reads;
        }
    EXPECT_GT(reads, 1000U);
    EXPECT_GE(longestNs, interrupt.lengthNs);
}

TEST(Simulator, BugsAreOfOneElementAndOneFlow)
{
    const Scenario scenario = namedExamples()[4].make({2, 100 * kNsPerMs, 0});
    ASSERT_EQ(scenario.name, "figure14");
    ASSERT_GE(scenario.injections.size(), 4U);
    std::size_t triggering = 0;
    for (const auto& [number, journey] : journeysOf(scenario)) {
        if (journey.injection == kNone)
            continue;
        ++triggering;
        EXPECT_EQ(journey.flow.source, 0x64000001U);
        EXPECT_EQ(journey.flow.destination, 0x20000001U);
        EXPECT_TRUE(journey.flow.sourcePort >= 2000 && journey.flow.sourcePort <= 2008);
        EXPECT_TRUE(journey.flow.destinationPort >= 6000 && journey.flow.destinationPort <= 6008);
        ASSERT_GE(journey.hops.size(), 2U);
        EXPECT_EQ(scenario.elements[journey.hops[1].element].name, "fw2");
        EXPECT_GE(journey.hops[1].leaveNs - journey.hops[1].readNs, 20 * kNsPerUs);
        EXPECT_LT(journey.hops[0].leaveNs - journey.hops[0].readNs, 32 * 2400) << "not slow at the NAT";
    }
    EXPECT_GE(triggering, 4 * 50U);
}

/// Section 2.1 of the paper, second example: flow A, which shares only the VPN with the NAT's traffic, is slow after
/// the NAT's interrupt, and not during it.
TEST(Simulator, AnInterruptIsFeltByAFlowOfAnotherElement)
{
    const auto examples = namedExamples();
    const auto found =
        std::find_if(examples.begin(), examples.end(), [](const auto& e) { return e.name == "propagation"; });
    const Scenario scenario = found->make({1, 0, 0});
    Nanoseconds duringNs = 0;
    Nanoseconds afterNs = 0;
    for (const auto& [number, journey] : journeysOf(scenario)) {
        if (journey.flow != scenario.sources[1].flow)
            continue;
        Nanoseconds& longestNs = journey.sourceNs < 1'250 * kNsPerUs ? duringNs : afterNs;
        longestNs = std::max(longestNs, journey.latencyNs());
    }
    EXPECT_LT(duringNs, 100 * kNsPerUs);
    EXPECT_GT(afterNs, 200 * kNsPerUs);
}

TEST(Simulator, InjectionsWaitUntilQueuesAreEmptyIfAsked)
{
    Scenario scenario = figure10(7, 1.2e6, 200 * kNsPerMs);
    InjectionPlan plan;
    plan.isDrainGated = true;
    addInjections(scenario, plan);
    ASSERT_GE(scenario.injections.size(), 4U);
    Engine engine(scenario);
    for (const Injection& injection : scenario.injections) {
        while (engine.now() < injection.timeNs)
            engine.run(std::min(engine.now() + kNsPerMs, injection.timeNs));
        EXPECT_TRUE(engine.isDrainedSince(engine.now() - 2 * kNsPerMs)) << injection.id;
    }
    for (std::size_t i = 1; i < scenario.injections.size(); ++i)
        EXPECT_GE(scenario.injections[i].timeNs - scenario.injections[i - 1].timeNs, plan.everyNs);
}

/// An event in words, so that traces are compared by what they say.
std::string textOf(const SimulatedTrace& trace, const EventBatch& batch, const EventRecord& event)
{
    std::string text = std::to_string(event.time.ns) + " " + std::to_string(static_cast<int>(event.type)) + " " +
                       std::to_string(event.stream.value);
    const auto add = [&](auto number) { text += " " + std::to_string(number); };
    const auto addIds = [&](const auto& it) {
        for (const std::uint64_t part :
             {std::uint64_t{it.element}, std::uint64_t{it.queue}, std::uint64_t{it.packets}, std::uint64_t{it.first}})
            add(part);
        for (const std::uint64_t id : it.ids.view())
            add(id);
    };
    if (event.type == EventType::NfRead || event.type == EventType::NfWrite)
        addIds(batch.payload<NfBatch>(event));
    else if (event.type == EventType::NfDrop)
        addIds(batch.payload<NfDrop>(event));
    else if (event.type == EventType::NfFlow)
        add(batch.payload<NfFlow>(event).packet);
    else if (event.type == EventType::NfElement)
        text += std::string(trace.strings().text(batch.payload<NfElement>(event).name));
    return text;
}

std::vector<std::string> eventsOf(const Scenario& scenario, Nanoseconds sliceNs = SimulatedTrace::kSliceNs)
{
    SimulatedTrace trace(scenario, nullptr, sliceNs);
    std::vector<std::string> events;
    for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
        for (const EventRecord& event : (*batch)->events())
            events.push_back(textOf(trace, **batch, event));
    return events;
}

TEST(SimulatedTrace, SlicesChangeNothingAndSeedsChangeAll)
{
    Scenario scenario = busy();
    scenario.durationNs = 15 * kNsPerMs;
    const std::vector<std::string> events = eventsOf(scenario);
    EXPECT_GT(events.size(), 100'000U);
    EXPECT_TRUE(events == eventsOf(scenario)) << "same seed";
    EXPECT_TRUE(events == eventsOf(scenario, 10 * kNsPerMs));
    EXPECT_TRUE(events == eventsOf(scenario, 77'777));
    scenario.seed = 4;
    EXPECT_FALSE(events == eventsOf(scenario));
}

/// What one queue was told of, in the order of the trace.
struct QueueRecord {
    std::vector<std::uint64_t> written;
    std::vector<std::uint64_t> read;
};

/// Checks the contract of tracepoints/nf on the way.
std::map<std::uint32_t, QueueRecord> queuesOf(SimulatedTrace& trace)
{
    std::map<std::uint32_t, QueueRecord> queues;
    std::int64_t lastNs = 0;
    for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
        for (const EventRecord& event : (*batch)->events()) {
            EXPECT_GE(event.time.ns, lastNs);
            lastNs = event.time.ns;
            if (event.type != EventType::NfRead && event.type != EventType::NfWrite)
                continue;
            const auto& packets = (*batch)->payload<NfBatch>(event);
            QueueRecord& queue = queues[packets.queue];
            auto& list = event.type == EventType::NfRead ? queue.read : queue.written;
            list.insert(list.end(), packets.ids.view().begin(), packets.ids.view().end());
            EXPECT_GT(packets.packets, 0U);
            EXPECT_LE(packets.ids.count, 64U);
            if (event.type == EventType::NfRead) {
                EXPECT_LE(packets.packets, 32U);
                EXPECT_LE(queue.read.size(), queue.written.size()) << "a read of what nobody wrote";
                const bool isEmptied = queue.read.size() == queue.written.size();
                EXPECT_TRUE(packets.packets == 32 || isEmptied) << "a short read empties the queue";
            }
        }
    return queues;
}

TEST(SimulatedTrace, EachQueueIsReadInTheOrderInWhichItWasWritten)
{
    SimulatedTrace trace(busy());
    const auto queues = queuesOf(trace);
    EXPECT_EQ(queues.size(), 16U + 4U) << "of 16 NFs, and 4 that lead out";
    for (const auto& [number, queue] : queues) {
        EXPECT_LE(queue.read.size(), queue.written.size());
        EXPECT_TRUE(std::equal(queue.read.begin(), queue.read.end(), queue.written.begin())) << number;
    }
    std::uint64_t flows = 0;
    for (std::uint32_t exit = 29; exit <= 32; ++exit)
        flows += queues.at(exit).written.size();
    EXPECT_EQ(trace.session().eventClasses[4].count, flows) << "one flow event for each packet that leaves";
    EXPECT_EQ(flows, trace.engine().totals().left);
}

TEST(SimulatedTrace, LongBatchesAreToldInParts)
{
    Scenario scenario = single(1e6, 500, 200, 0);
    scenario.durationNs = 5 * kNsPerMs;
    scenario.injections.push_back({0, InjectionKind::Interrupt, kNsPerMs, 0, {}, 0, 1, 0, kNsPerMs, 1});
    SimulatedTrace trace(scenario);
    std::uint32_t next = 0;
    std::size_t long_ = 0;
    for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
        for (const EventRecord& event : (*batch)->events()) {
            if (event.type != EventType::NfRead)
                continue;
            const auto& packets = (*batch)->payload<NfBatch>(event);
            EXPECT_EQ(packets.first, next);
            EXPECT_EQ(packets.ids.count, std::min(64, packets.packets - packets.first));
            next = packets.first + static_cast<std::uint32_t>(packets.ids.count);
            if (next == packets.packets)
                next = 0;
            long_ += packets.packets == 200 ? 1 : 0;
        }
    EXPECT_GE(long_, 4U) << "a batch of 200 takes four events";
}

TEST(SimulatedTrace, DefinitionsComeFirstAndEveryTenSeconds)
{
    Scenario scenario = single(100, 500, 32, 0);
    scenario.durationNs = 25 * kNsPerSecond;
    SimulatedTrace trace(scenario);
    std::vector<std::int64_t> elements;
    std::map<std::uint32_t, std::size_t> queues;
    bool isDefined = false;
    for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
        for (const EventRecord& event : (*batch)->events()) {
            if (event.type == EventType::NfElement) {
                elements.push_back((event.time - kBegin) / kNsPerSecond);
            } else if (event.type == EventType::NfQueue) {
                ++queues[(*batch)->payload<NfQueue>(event).queue];
                isDefined = queues.size() == 2;
            } else {
                EXPECT_TRUE(isDefined);
            }
        }
    EXPECT_THAT(elements, testing::ElementsAre(0, 0, 10, 10, 20, 20)) << "the element and its source";
    EXPECT_THAT(queues, testing::ElementsAre(testing::Pair(1, 3), testing::Pair(2, 3)));
}

TEST(SimulatedTrace, NoiseIsOfTheAskedSize)
{
    Scenario scenario = busy();
    scenario.durationNs = 20 * kNsPerMs;
    const std::size_t all = eventsOf(scenario).size();
    scenario.noise.jitterNs = 2 * kNsPerUs;
    scenario.noise.clockOffsetNs = 3 * kNsPerMs;
    scenario.noise.clockDriftPpm = 20;
    EXPECT_EQ(eventsOf(scenario).size(), all) << "wrong clocks lose nothing";
    scenario.noise.lostRecords = 0.05;
    scenario.noise.zeroIds = 0.3;
    SimulatedTrace trace(scenario);
    std::int64_t lastNs = 0;
    std::map<std::uint32_t, std::int64_t> firsts;
    double ids = 0;
    double zeros = 0;
    for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
        for (const EventRecord& event : (*batch)->events()) {
            EXPECT_GE(event.time.ns, lastNs);
            lastNs = event.time.ns;
            firsts.emplace(event.stream.value, event.time - kBegin);
            if (event.type == EventType::NfFlow) {
                ids += 1;
                zeros += (*batch)->payload<NfFlow>(event).packet == 0 ? 1 : 0;
            }
        }
    const double lost = static_cast<double>(trace.lostRecords());
    EXPECT_NEAR(lost / static_cast<double>(all), 0.05, 0.002);
    EXPECT_EQ(trace.session().traces[0].events + trace.lostRecords(), all);
    EXPECT_NEAR(zeros / ids, 0.3, 0.02);
    std::int64_t most = 0;
    for (const auto& [stream, firstNs] : firsts) {
        EXPECT_LE(std::abs(firstNs), 3 * kNsPerMs + 2 * kNsPerUs) << "each begins with a definition at 0";
        most = std::max(most, std::abs(firstNs));
    }
    EXPECT_GT(most, kNsPerMs);
}

TEST(SimulatedTrace, IdsAreOfTheAskedKind)
{
    Scenario scenario = single(1e5, 500, 32, 0);
    scenario.sources[0].flows = 0;
    scenario.durationNs = 20 * kNsPerMs;
    const auto idsOf = [&](IdMode mode) {
        scenario.noise.ids = mode;
        std::vector<std::uint32_t> ids;
        for (const auto& [number, journey] : journeysOf(scenario))
            ids.push_back(journey.id);
        return ids;
    };
    const auto random = idsOf(IdMode::Random16);
    EXPECT_LE(*std::max_element(random.begin(), random.end()), 0xffffU);
    const auto wide = idsOf(IdMode::Composite32);
    EXPECT_GT(*std::max_element(wide.begin(), wide.end()), 0xffffU);
    const auto counted = idsOf(IdMode::FlowCounter16);
    for (std::size_t i = 1; i < counted.size(); ++i)
        EXPECT_EQ(counted[i], static_cast<std::uint16_t>(counted[i - 1] + 1));
}

TEST(SimulatedTrace, AnElementMayGiveNewIds)
{
    Scenario scenario = single(1e6, 500, 32, 0);
    scenario.durationNs = 5 * kNsPerMs;
    scenario.elements.push_back(scenario.elements.front());
    scenario.elements[0].next = {1};
    scenario.elements[1].name = "after";
    const auto before = journeysOf(scenario);
    scenario.elements[0].rewritesIds = true;
    std::map<std::uint32_t, std::vector<std::uint64_t>> read;
    std::map<std::uint32_t, std::vector<std::uint64_t>> written;
    std::vector<std::uint64_t> flows;
    SimulatedTrace trace(scenario);
    for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
        for (const EventRecord& event : (*batch)->events()) {
            if (event.type == EventType::NfFlow)
                flows.push_back((*batch)->payload<NfFlow>(event).packet);
            if (event.type != EventType::NfRead && event.type != EventType::NfWrite)
                continue;
            const NfBatch& told = (*batch)->payload<NfBatch>(event);
            auto& ids = (event.type == EventType::NfRead ? read : written)[told.element];
            ids.insert(ids.end(), told.ids.view().begin(), told.ids.view().end());
        }
    const std::size_t count = written[1].size();
    ASSERT_GT(count, 1000U);
    std::size_t same = 0;
    for (std::size_t i = 0; i < count; ++i)
        same += read[1][i] == written[1][i] ? 1 : 0;
    EXPECT_LT(same, count / 100);
    written[1].resize(read[2].size());
    EXPECT_EQ(read[2], written[1]);
    read[2].resize(written[2].size());
    EXPECT_EQ(written[2], read[2]);
    EXPECT_EQ(flows, written[2]);
    const auto after = journeysOf(scenario);
    ASSERT_EQ(after.size(), before.size());
    for (const auto& [number, journey] : before)
        EXPECT_EQ(after.at(number).latencyNs(), journey.latencyNs()) << "an id delays nobody";
}

TEST(ScenarioJson, WhatIsWrittenIsReadAgain)
{
    for (const NamedExample& example : namedExamples()) {
        Scenario scenario = example.make({9, 50 * kNsPerMs, 0});
        scenario.noise.ids = IdMode::Composite32;
        scenario.noise.lostRecords = 0.125;
        scenario.elements.front().rewritesIds = true;
        ASSERT_TRUE(check(scenario)) << check(scenario).error().text();
        const auto again = parseScenario(toJson(scenario));
        ASSERT_TRUE(again) << example.name << ": " << again.error().text();
        EXPECT_EQ(toJson(*again), toJson(scenario));
        scenario.durationNs = std::min(scenario.durationNs, 5 * kNsPerMs);
        Scenario other = *again;
        other.durationNs = scenario.durationNs;
        EXPECT_TRUE(eventsOf(scenario) == eventsOf(other)) << example.name;
    }
}

TEST(ScenarioJson, WhatMakesNoSenseGivesOneSentence)
{
    const std::string good = R"({"sources":[{"next":["a"]}],"elements":[{"name":"a","next":["b"]},{"name":"b"}]})";
    ASSERT_TRUE(parseScenario(good)) << parseScenario(good).error().text();
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    const std::string cycle = R"("name":"b","next":["a"])";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "JSON"},
        {"[]", "object"},
        {"{", "JSON"},
        {"{}", "sources"},
        {R"({"sources":[NaN]})", "JSON"},
        {with(R"("name":"b")", cycle), "circle"},
        {with(R"({"name":"b"})", R"({"name":"b"},{"name":"b"})"), "twice"},
        {with(R"("name":"b")", R"("name":"b","next":["c"])"), "next"},
        {with(R"("name":"b")", R"("name":"b","service_ns":-1)"), "service"},
        {with(R"("name":"b")", R"("name":"b","service_ns":1e999)"), "JSON"},
        {with(R"("name":"b")", R"("name":"b","service_ns":"fast")"), "number"},
        {with(R"("name":"b")", R"("name":"b","capacity":4294967295)"), "capacity"},
        {with(R"("name":"b")", R"("name":"b","capacity":-1)"), "whole number"},
        {with(R"("name":"b")", R"("name":"b","batch":0)"), "batch"},
        {with(R"("name":"b")", R"("name":"b","colour":"red")"), "colour"},
        {with(R"({"next":["a"]})", R"({"next":["a"],"packets_per_second":-5})"), "rate"},
        {with(R"({"next":["a"]})", R"({"next":["a"],"packets_per_second":1e12})"), "rate"},
        {with(R"({"next":["a"]})", R"({"next":["a"],"flows":4000000000})"), "flows"},
        {with(R"({"next":["a"]})", R"({"next":[]})"), "no element"},
        {with(R"("sources")", R"("duration_ns":0,"sources")"), "duration"},
        {with(R"("sources")", R"("duration_ns":9223372036854775807,"sources")"), "duration"},
        {with(R"("sources")", R"("noise":{"lost_records":2},"sources")"), "lost"},
        {with(R"("sources")", R"("noise":{"ids":"md5"},"sources")"), "ids"},
        {with(R"("sources")", R"("injections":[{"kind":"interrupt","time_ns":5}],"sources")"), "element"},
        {with(R"("sources")", R"("injections":[{"kind":"burst","packets":0}],"sources")"), "packets"},
        {with(R"("sources")", R"("routes":[{"element":"b","to":"a"}],"sources")"), "next"},
    };
    for (const auto& [text, word] : cases) {
        const auto parsed = parseScenario(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, base::ErrorCode::Usage) << text;
        EXPECT_THAT(parsed.error().message, HasSubstr(word)) << text;
        EXPECT_THAT(parsed.error().message, Not(HasSubstr("\n"))) << text;
    }
    std::string many = R"({"sources":[{"next":["a"]}],"elements":[)";
    for (int i = 0; i < 5000; ++i)
        many += R"({"name":")" + std::to_string(i) + R"("},)";
    many += R"({"name":"a"}]})";
    ASSERT_FALSE(parseScenario(many));
    EXPECT_THAT(parseScenario(many).error().message, HasSubstr("4096"));
    const auto broken = parseScenario("{\n  \"name\": ]\n}");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().message, "scenario: it is no JSON at line 2, column 11");
    ASSERT_FALSE(parseScenario(std::string(1'000'000, '[')));
}

} // namespace
} // namespace vnscope::simulator
