// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "analyses/microscope/engine.hpp"
#include "evaluation/summary.hpp"
#include "evaluation/trial.hpp"
#include "simulator/examples.hpp"
#include "simulator/simulated_trace.hpp"

namespace vnscope::evaluation {
namespace {

using analyses::microscope::Culprit;
using analyses::microscope::Diagnosis;
using analyses::microscope::Engine;
using analyses::microscope::EngineOptions;
using analyses::microscope::Journey;
using analyses::microscope::Suspect;
using analyses::microscope::VictimKind;
using simulator::InjectionKind;
using simulator::Scenario;

simulator::Scenario example(std::string_view name)
{
    for (const simulator::NamedExample& known : simulator::namedExamples()) {
        if (known.name == name)
            return known.make({});
    }
    ADD_FAILURE() << "no example " << name;
    return {};
}

/// Every packet that took longer than `latency`, or was lost, in a simulated run.
class Diagnosed final {
public:
    Diagnosed(const Scenario& scenario, base::Nanoseconds latency)
        : m_engine(options(latency), [this](const Diagnosis& diagnosis) {
              victims.push_back(diagnosis);
              elements.push_back(m_engine.network().hops(diagnosis.journey).size());
          })
    {
        simulator::SimulatedTrace trace(scenario);
        const std::string host = "host";
        for (auto batch = trace.next(); batch && *batch != nullptr; batch = trace.next()) {
            for (const tracepoints::EventRecord& record : (*batch)->events())
                m_engine.process(record, **batch, trace.strings(), 0, host);
        }
        m_engine.finish();
    }
    [[nodiscard]] std::string nameOf(const Culprit& culprit) const
    {
        return culprit.element.isValid() ? m_engine.network().network()[culprit.element].name : "outside";
    }
    [[nodiscard]] double secondsOf(const Diagnosis& victim, std::string_view name) const
    {
        double seconds = 0;
        for (const Suspect& suspect : victim.suspects)
            seconds += nameOf(suspect.culprit) == name ? suspect.seconds : 0;
        return seconds;
    }
    [[nodiscard]] const Engine& engine() const { return m_engine; }

    std::vector<Diagnosis> victims;
    std::vector<std::size_t> elements; ///< That each went through.

private:
    static EngineOptions options(base::Nanoseconds latency)
    {
        EngineOptions options;
        options.isVictim = [latency](const Journey& journey) {
            return journey.state != Journey::State::Arrived || journey.end - journey.begin > latency;
        };
        return options;
    }
    Engine m_engine;
};

// Section 2.1, first example (Figure 1): packets that come long after a burst of 340 us suffer from it.
TEST(MicroscopeExamples, ABurstHasALastingImpact)
{
    const Diagnosed run(example("lasting-impact"), 300 * base::kNsPerUs);
    std::size_t later = 0;
    for (const Diagnosis& victim : run.victims) {
        ASSERT_FALSE(victim.suspects.empty());
        const Suspect& first = victim.suspects.front();
        EXPECT_EQ(first.culprit.kind, Culprit::Kind::Source);
        ASSERT_FALSE(first.blame->flows.empty());
        EXPECT_EQ(run.engine().network().flows()[first.blame->flows.front().flow].sourcePort, 5001);
        later += victim.journey.begin - simulator::kBegin > 1500 * base::kNsPerUs ? 1 : 0;
    }
    EXPECT_GT(later, 200U) << "packets that came half a millisecond after the burst had ended, and later";
}

// Second example (Figure 2): flow A goes through the VPN only; an interrupt of the NAT, before, is what delays it.
TEST(MicroscopeExamples, AnInterruptPropagatesToAnotherFlow)
{
    const Diagnosed run(example("propagation"), 300 * base::kNsPerUs);
    std::size_t ofFlowA = 0;
    for (std::size_t i = 0; i < run.victims.size(); ++i) {
        ASSERT_FALSE(run.victims[i].suspects.empty());
        EXPECT_EQ(run.nameOf(run.victims[i].suspects.front().culprit), "nat1");
        EXPECT_EQ(run.victims[i].suspects.front().culprit.kind, Culprit::Kind::Element);
        ofFlowA += run.elements[i] == 1 ? 1 : 0;
    }
    EXPECT_GT(ofFlowA, 20U);
}

// Third example (Figure 3): of two equal interrupts the NAT's makes most of the losses, for it carries more traffic.
TEST(MicroscopeExamples, EqualInterruptsHaveDifferentImpact)
{
    const Diagnosed run(example("different-impact"), 10 * base::kNsPerSecond);
    std::size_t lost = 0;
    for (const Diagnosis& victim : run.victims) {
        if (victim.kind != VictimKind::Loss)
            continue;
        ++lost;
        EXPECT_EQ(run.nameOf(victim.suspects.front().culprit), "nat1");
        EXPECT_GT(run.secondsOf(victim, "nat1"), 2 * run.secondsOf(victim, "mon1"));
        EXPECT_GT(run.secondsOf(victim, "mon1"), 0);
    }
    EXPECT_GT(lost, 10U);
}

/// Percent of the victims whose reason is ranked first, of one kind or of all.
double rankOne(const Trial& trial, std::optional<InjectionKind> kind = {})
{
    double all = 0;
    double right = 0;
    for (const Outcome& outcome : trial.result.outcomes) {
        if (kind && outcome.reason.kind != *kind)
            continue;
        all += 1;
        right += outcome.rank == 1 ? 1 : 0;
    }
    EXPECT_GT(all, 100);
    return 100 * right / all;
}

double waysRight(const Trial& trial)
{
    return 100 * static_cast<double>(trial.result.waysRight) / static_cast<double>(trial.result.waysChecked);
}

Trial runOf(Scenario scenario, const simulator::InjectionPlan& plan, TrialOptions options = {})
{
    simulator::addInjections(scenario, plan);
    Trial trial{scenario, {}};
    trial.result = runTrial(scenario, options);
    return trial;
}

// The paper's protocol, shortened: goals of the specification.
TEST(MicroscopeAccuracy, QuietRun)
{
    TrialOptions options;
    options.netmedicWindows = {10 * base::kNsPerMs};
    const Trial trial = runOf(simulator::figure10(1, 1.2e6, 300 * base::kNsPerMs), {}, options);
    EXPECT_GE(rankOne(trial), 99);
    EXPECT_GE(rankOne(trial, InjectionKind::Burst), 99.9);
    EXPECT_GE(rankOne(trial, InjectionKind::Interrupt), 98);
    EXPECT_GE(rankOne(trial, InjectionKind::Bug), 98);
    EXPECT_GE(waysRight(trial), 99.9);
    const Summary summary = summarize({trial}, options.netmedicWindows);
    EXPECT_EQ(summary.figures.front().name, "rank 1, all victims");
    EXPECT_NEAR(summary.figures.front().median, rankOne(trial), 1e-9);
    EXPECT_NEAR(summary.curve.front().microscope, rankOne(trial), 1e-9);
    EXPECT_NEAR(summary.curve.back().microscope, 100, 1e-9);
    EXPECT_LT(summary.curve.front().netmedic, rankOne(trial));
}

TEST(MicroscopeAccuracy, NoisyRun)
{
    Scenario scenario = simulator::figure10(2, 1.2e6, 500 * base::kNsPerMs);
    scenario.noise.interruptsPerSecond = 60;
    scenario.noise.interruptMinNs = 20 * base::kNsPerUs;
    scenario.noise.interruptMaxNs = 500 * base::kNsPerUs;
    scenario.noise.lostRecords = 0.005;
    scenario.noise.jitterNs = base::kNsPerUs;
    simulator::InjectionPlan plan;
    plan.everyNs = 8 * base::kNsPerMs;
    TrialOptions options;
    options.rateError = 0.05;
    EXPECT_GE(rankOne(runOf(scenario, plan, options)), 95);
}

TEST(MicroscopeAccuracy, ZeroIdsWithAHashBeside)
{
    Scenario scenario = simulator::figure10(3, 1.2e6, 100 * base::kNsPerMs);
    scenario.noise.ids = simulator::IdMode::Composite32;
    scenario.noise.zeroIds = 0.3;
    TrialOptions options;
    options.idBits = 32;
    EXPECT_GE(waysRight(runOf(scenario, {}, options)), 99);
}

TEST(MicroscopeAccuracy, ZeroIdsAlone)
{
    Scenario scenario = simulator::figure10(3, 1.2e6, 200 * base::kNsPerMs);
    scenario.noise.zeroIds = 0.3;
    EXPECT_GE(waysRight(runOf(scenario, {})), 99);
}

TEST(MicroscopeAccuracy, NewIdsOnTheWay)
{
    Scenario scenario = simulator::figure10(5, 1.2e6, 200 * base::kNsPerMs);
    for (simulator::Element& element : scenario.elements)
        element.rewritesIds = element.kind == "vpn";
    const Trial trial = runOf(scenario, {});
    EXPECT_GE(waysRight(trial), 99);
    EXPECT_GE(rankOne(trial), 98);
}

// A truth that would call anything right is none: problems that are kept apart have one reason each, and it is the one
// that was put in.
TEST(MicroscopeAccuracy, TheTruthIsWhatWasInjected)
{
    Scenario scenario = simulator::figure10(4, 1.2e6, 100 * base::kNsPerMs);
    simulator::Injection interrupt;
    interrupt.kind = InjectionKind::Interrupt;
    interrupt.timeNs = 50 * base::kNsPerMs;
    interrupt.element = 0;
    interrupt.lengthNs = 800 * base::kNsPerUs;
    scenario.injections = {interrupt};
    const GroundTruth truth(scenario, {});
    ASSERT_GT(truth.victims().size(), 100U);
    for (const Victim& victim : truth.victims()) {
        ASSERT_EQ(victim.reasons.size(), 1U);
        EXPECT_EQ(victim.reasons.front().injection, 0U);
        EXPECT_EQ(victim.reasons.front().kind, InjectionKind::Interrupt);
        EXPECT_GE(victim.end, interrupt.timeNs);
        EXPECT_LT(victim.end, interrupt.timeNs + 20 * base::kNsPerMs);
    }
    scenario.injections.clear();
    EXPECT_TRUE(GroundTruth(scenario, {}).victims().empty());
}

// The packets that set a bug off wait at the NAT before it as any would that come so fast: who waits behind them there,
// and goes to another firewall, is late because of the packets, and who waits at the firewall because of the bug.
TEST(MicroscopeAccuracy, ABugIsTheReasonOnlyWhereItIs)
{
    Scenario scenario = simulator::figure10(4, 1.2e6, 100 * base::kNsPerMs);
    simulator::InjectionPlan plan;
    plan.bursts = plan.interrupts = false;
    plan.everyNs = 50 * base::kNsPerMs;
    simulator::addInjections(scenario, plan);
    ASSERT_EQ(scenario.injections.size(), 1U);
    const std::string& firewall = scenario.elements[scenario.injections.front().element].name;
    TruthOptions options;
    options.share = 1;
    const GroundTruth truth(scenario, options);
    std::uint64_t atNats = 0;
    std::uint64_t atFirewall = 0;
    for (const Victim& victim : truth.victims()) {
        const std::string& place = scenario.elements[victim.element].name;
        if (place.starts_with("nat")) {
            EXPECT_EQ(victim.reason.kind, InjectionKind::Burst) << place << " at " << victim.end;
            ++atNats;
        } else if (place == firewall) {
            EXPECT_EQ(victim.reason.kind, InjectionKind::Bug) << place << " at " << victim.end;
            ++atFirewall;
        }
    }
    EXPECT_GT(atNats, 20U);
    EXPECT_GT(atFirewall, 200U);
}

} // namespace
} // namespace vnscope::evaluation
