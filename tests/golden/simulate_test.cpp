// SPDX-License-Identifier: Apache-2.0
// A simulated trace that was written and imported says what the simulation said.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "importer/session.hpp"
#include "simulator/ctf_trace.hpp"
#include "simulator/examples.hpp"
#include "simulator/simulated_trace.hpp"
#include "tests/support/sample_case.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::tests {
namespace {

namespace fs = std::filesystem;
using namespace simulator;
using namespace tracepoints;

/// What each stream of a session tells, in its order: time, kind and every field, names spelt out.
using Streams = std::map<std::string, std::vector<std::string>>;

std::string textOf(const EventRecord& event, const EventBatch& batch, const StringTable& strings)
{
    std::string text = fmt::format("{} {}", event.time.ns, static_cast<int>(event.type));
    const auto addIds = [&](const PacketIds& ids) {
        for (const std::uint64_t id : ids.view())
            text += fmt::format(" {}", id);
    };
    if (event.type == EventType::NfElement) {
        const auto& it = batch.payload<NfElement>(event);
        text += fmt::format(" {} {} {} {}", it.version, it.element, strings.text(it.name), strings.text(it.kind));
    } else if (event.type == EventType::NfQueue) {
        const auto& it = batch.payload<NfQueue>(event);
        text += fmt::format(" {} {} {} {} {} {}", it.version, it.queue, it.reader, it.capacity, it.batchPackets,
                            strings.text(it.name));
    } else if (event.type == EventType::NfFlow) {
        const auto& it = batch.payload<NfFlow>(event);
        text += fmt::format(" {} {} {} {} {} {} {}", it.packet, it.element, it.length, it.ipVersion, it.protocol,
                            it.sourcePort, it.destinationPort);
        for (const auto& address : {it.source, it.destination})
            for (const std::uint8_t byte : address)
                text += fmt::format(" {}", byte);
    } else if (event.type == EventType::NfDrop) {
        const auto& it = batch.payload<NfDrop>(event);
        text += fmt::format(" {} {} {} {} {}", it.element, it.queue, it.packets, it.first, strings.text(it.reason));
        addIds(it.ids);
    } else {
        const auto& it = batch.payload<NfBatch>(event);
        text += fmt::format(" {} {} {} {}", it.element, it.queue, it.packets, it.first);
        addIds(it.ids);
    }
    return text;
}

Streams streamsOf(EventSource& source)
{
    Streams streams;
    std::int64_t lastNs = 0;
    for (auto batch = source.next();; batch = source.next()) {
        EXPECT_TRUE(batch) << batch.error().text();
        if (!batch || *batch == nullptr)
            return streams;
        for (const EventRecord& event : (*batch)->events()) {
            EXPECT_GE(event.time.ns, lastNs);
            lastNs = event.time.ns;
            const StreamInfo& stream = source.session().streams.at(event.stream.value);
            streams[stream.name].push_back(textOf(event, **batch, source.strings()));
        }
    }
}

Scenario noisy(IdMode ids)
{
    Scenario scenario = figure10(11, 2.2e6, 30 * base::kNsPerMs); // Too much: there are drops.
    InjectionPlan plan;
    plan.everyNs = 5 * base::kNsPerMs;
    addInjections(scenario, plan);
    scenario.noise.ids = ids;
    scenario.noise.jitterNs = 500;
    scenario.noise.clockOffsetNs = base::kNsPerMs;
    scenario.noise.lostRecords = 0.01;
    return scenario;
}

class SimulatedAndImported : public testing::TestWithParam<IdMode> {};

TEST_P(SimulatedAndImported, TellTheSame)
{
    const support::ScratchDirectory scratch;
    const Scenario scenario = noisy(GetParam());
    {
        SimulatedTrace trace(scenario);
        CtfTrace written(scratch.path(), trace.session().streams.size(), scenario.noise.ids);
        for (auto batch = trace.next(); *batch != nullptr; batch = trace.next())
            written.add(**batch, trace.strings());
        const auto finished = written.finish();
        ASSERT_TRUE(finished) << finished.error().text();
    }
    SimulatedTrace trace(scenario);
    const Streams told = streamsOf(trace);
    const auto session = importer::openSession(std::vector{scratch.path()});
    ASSERT_TRUE(session) << session.error().text();
    const Streams read = streamsOf(**session);
    ASSERT_EQ(read.size(), 17U);
    for (const auto& [name, events] : told)
        EXPECT_TRUE(read.at(name) == events) << name;
    EXPECT_GT(trace.session().eventClasses[5].count, 0U) << "drops are among them";
    for (const EventClassInfo& it : (*session)->session().eventClasses)
        EXPECT_EQ(it.missingFields, "") << it.name;
    EXPECT_THAT((*session)->session().quality, testing::IsEmpty());
    EXPECT_EQ((*session)->session().traces.at(0).domain, "ust");
}

INSTANTIATE_TEST_SUITE_P(Ids, SimulatedAndImported, testing::Values(IdMode::Random16, IdMode::Composite32));

TEST(SimulateCommand, WritesATraceAndItsTruth)
{
    const support::ScratchDirectory scratch;
    const fs::path run = scratch.path() / "run";
    const auto simulated = support::runProgram(
        fmt::format("vnscope simulate --example figure10 --duration 50ms --inject bursts,bugs -o '{}'", run.string()));
    ASSERT_EQ(simulated.exitCode, 0) << simulated.output;
    EXPECT_THAT(simulated.output, testing::HasSubstr("vpn4"));
    std::ifstream file(run / "truth.json");
    const auto truth = nlohmann::json::parse(file);
    EXPECT_EQ(truth["packets"], truth["left"].get<int>() + truth["dropped"].get<int>() + truth["inside"].get<int>());
    EXPECT_EQ(truth["scenario"]["injections"].size(), 2U) << "at 20 and 40 ms";
    const auto imported = support::runProgram(
        fmt::format("vnscope import '{}' -o '{}'", run.string(), (scratch.path() / "s.vns").string()));
    EXPECT_EQ(imported.exitCode, 0) << imported.output;
    const auto again = support::runProgram(fmt::format("vnscope simulate -o '{}'", run.string()));
    EXPECT_EQ(again.exitCode, 1) << "the folder is not empty";
}

TEST(SimulateCommand, RunsWhatItPrints)
{
    const support::ScratchDirectory scratch;
    const std::string file = (scratch.path() / "chain.json").string();
    const auto outputOf = [](const std::string& options) {
        const auto run = support::runProgram("vnscope simulate " + options);
        EXPECT_EQ(run.exitCode, 0) << run.output;
        return run.output;
    };
    const std::string options = "--example propagation --seed 3 ";
    outputOf(fmt::format("{} --print-scenario > '{}'", options, file));
    EXPECT_EQ(outputOf(fmt::format("--scenario '{}'", file)), outputOf(options));
    EXPECT_NE(outputOf(fmt::format("--scenario '{}' --seed 4", file)), outputOf(options));
    EXPECT_EQ(support::runProgram("vnscope simulate --example none").exitCode, 2);
    EXPECT_EQ(support::runProgram("vnscope simulate --rate -3").exitCode, 2);
    EXPECT_EQ(support::runProgram("vnscope simulate --lost-records nan --duration 1ms").exitCode, 2);
}

// Section 2.1 of Microscope, from the simulator's words to those of `vnscope diagnose`.
TEST(DiagnoseVictims, NamesTheInterruptThatWasPutIn)
{
    const support::ScratchDirectory scratch;
    const std::string run = (scratch.path() / "run").string();
    const std::string store = (scratch.path() / "s.vns").string();
    const auto outputOf = [&](const std::string& command, int exitCode) {
        const auto program = support::runProgram(command);
        EXPECT_EQ(program.exitCode, exitCode) << command << ": " << program.output;
        return program.output;
    };
    outputOf(fmt::format("vnscope simulate --example propagation -o '{}'", run), 0);
    outputOf(fmt::format("vnscope import '{}' --victims 100us -o '{}'", run, store), 0);
    std::ifstream file(run + "/truth.json");
    const auto truth = nlohmann::json::parse(file);
    const std::string culprit = truth["scenario"]["injections"][0]["element"];
    const auto elements = nlohmann::json::parse(
        outputOf(fmt::format("vnscope query '{}' --format json \"SELECT element_id FROM nf_element WHERE name = '{}'\"",
                             store, culprit),
                 0));
    ASSERT_EQ(elements.size(), 1U);

    const auto victims =
        nlohmann::json::parse(outputOf(fmt::format("vnscope diagnose '{}' --victims --format json", store), 0));
    ASSERT_GT(victims.size(), 100U);
    std::size_t right = 0;
    for (const auto& victim : victims) {
        EXPECT_GT(victim["latency_ns"], 100'000);
        if (victim["culprit"] != culprit)
            continue;
        EXPECT_EQ(victim["culprit_element_id"], elements[0]["element_id"]);
        ++right;
    }
    EXPECT_GT(right, victims.size() * 99 / 100);

    const std::string story = outputOf(
        fmt::format("vnscope diagnose '{}' --victim {}", store, victims[0]["victim_id"].get<std::int64_t>()), 0);
    EXPECT_THAT(story, testing::HasSubstr(culprit + " worked slower than it can"));
    EXPECT_THAT(story, testing::HasSubstr("How it was explained"));
    outputOf(fmt::format("vnscope diagnose '{}' --victim 999999", store), 1);

    // 99.9 % of the packets, as the simulator counted them.
    const auto slowest = truth["latency"]["p999_ns"].get<std::int64_t>();
    const auto judge = [&](const std::string& condition) {
        return support::runProgram(fmt::format("vnscope report '{}' --fail-if '{}' -o '{}'", store, condition,
                                               (scratch.path() / "r.html").string()))
            .exitCode;
    };
    EXPECT_EQ(judge(fmt::format("nf_latency_p999 > {}", slowest * 9 / 10)), 4);
    EXPECT_EQ(judge(fmt::format("nf_latency_p999 > {}", slowest * 11 / 10)), 0);
    EXPECT_EQ(judge("nf_lost_packets > 0"), 0);
    EXPECT_EQ(judge("nf_overloads > 0"), 0);
}

} // namespace
} // namespace vnscope::tests
