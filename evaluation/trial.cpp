// SPDX-License-Identifier: Apache-2.0
#include "evaluation/trial.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include <fmt/format.h>

#include "analyses/netmedic/culprit_ranking.hpp"
#include "analyses/netmedic/windowed_states.hpp"
#include "evaluation/labelled_trace.hpp"
#include "simulator/simulated_trace.hpp"

namespace vnscope::evaluation {

using analyses::microscope::Culprit;
using analyses::microscope::Diagnosis;
using analyses::microscope::Engine;
using analyses::microscope::Hop;
using analyses::microscope::Journey;
using simulator::Injection;
using simulator::InjectionKind;
using simulator::Scenario;

namespace {

constexpr const char* kHost = "simulator";

double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Longest way from a source to each element, in elements: 0 for those that sources feed.
std::vector<std::uint32_t> depths(const Scenario& scenario)
{
    std::vector<std::uint32_t> depth(scenario.elements.size());
    const auto order = simulator::topologicalOrder(scenario);
    for (const std::uint32_t element : *order) {
        for (const auto* next : {&scenario.elements[element].next, &scenario.elements[element].matched}) {
            for (const std::uint32_t to : *next)
                depth[to] = std::max(depth[to], depth[element] + 1);
        }
    }
    return depth;
}

class Trial final {
public:
    Trial(const Scenario& scenario, const TrialOptions& options)
        : m_scenario(scenario),
          m_options(options),
          m_truth(scenario, options.truth),
          m_trace(scenario, options.idBits),
          m_depths(depths(scenario)),
          m_engine(engineOptions(), [this](const Diagnosis& d) { onDiagnosis(d); })
    {
        for (const base::Nanoseconds window : options.netmedicWindows)
            m_states.emplace_back(window);
    }

    [[nodiscard]] TrialResult run();

private:
    [[nodiscard]] analyses::microscope::EngineOptions engineOptions();
    [[nodiscard]] bool isVictim(const Journey& journey);
    void checkWay(const Journey& journey, std::uint64_t packet);
    void onDiagnosis(const Diagnosis& diagnosis);
    [[nodiscard]] bool isReason(const Culprit& culprit, const Reason& reason) const;
    [[nodiscard]] bool isFlowOf(const Injection& injection, const analyses::microscope::Blame& blame) const;
    void askNetmedic();
    [[nodiscard]] std::uint32_t netmedicRank(analyses::netmedic::CulpritRanking& ranking, const Victim& victim) const;
    [[nodiscard]] std::uint32_t hopsBetween(const Reason& reason, std::uint32_t element) const;

    const Scenario& m_scenario;
    const TrialOptions& m_options;
    GroundTruth m_truth;
    LabelledTrace m_trace;
    std::vector<std::uint32_t> m_depths;
    TrialResult m_result;
    std::vector<const Victim*> m_victims; ///< By outcome.
    std::unordered_map<std::uint64_t, bool> m_isDiagnosed;
    Engine m_engine;
    std::vector<analyses::netmedic::WindowedStates> m_states;
};

analyses::microscope::EngineOptions Trial::engineOptions()
{
    analyses::microscope::EngineOptions options = m_options.engine;
    options.reconstruction.idBits = m_options.idBits;
    options.isVictim = [this](const Journey& journey) { return isVictim(journey); };
    if (m_options.rateError > 0) {
        std::mt19937_64 random(m_scenario.seed);
        std::uniform_real_distribution<double> error(1 - m_options.rateError, 1 + m_options.rateError);
        for (const simulator::Element& element : m_scenario.elements)
            options.rates[element.name] = 1e9 / element.serviceNs * error(random);
    }
    return options;
}

bool Trial::isVictim(const Journey& journey)
{
    if (journey.state != Journey::State::Arrived)
        return false;
    const std::uint64_t packet = m_trace.packetOf(journey.packet);
    if (packet == LabelledTrace::kUnknown)
        return false;
    checkWay(journey, packet);
    return m_truth.victim(packet) != nullptr || m_truth.metOverload(packet);
}

void Trial::checkWay(const Journey& journey, std::uint64_t packet)
{
    const TrueWay* const way = m_trace.wayOf(packet);
    if (way == nullptr)
        return;
    std::vector<Hop> hops = m_engine.network().hops(journey);
    std::reverse(hops.begin(), hops.end());
    // What clocks and lost records do to times is no fault of the analysis.
    const base::Nanoseconds slack = 1 + 2 * m_scenario.noise.jitterNs;
    const auto& network = m_engine.network().network();
    bool isWay = hops.size() == way->hops.size();
    bool isPacket = isWay;
    for (std::size_t i = 0; isWay && i < hops.size(); ++i) {
        const simulator::Hop& truth = way->hops[i];
        isWay = network[hops[i].element].key == simulator::toldElement(truth.element);
        const base::Nanoseconds arrival = hops[i].arrival - simulator::kBegin - truth.arrivalNs;
        const base::Nanoseconds read = hops[i].read - simulator::kBegin - truth.readNs;
        isPacket = isPacket && std::abs(arrival) <= slack && std::abs(read) <= slack;
    }
    ++m_result.waysChecked;
    m_result.waysRight += isWay ? 1 : 0;
    m_result.packetsRight += isWay && isPacket ? 1 : 0;
    m_trace.forgetWay(packet);
}

bool Trial::isReason(const Culprit& culprit, const Reason& reason) const
{
    const auto& network = m_engine.network().network();
    if (reason.kind == InjectionKind::Burst)
        return culprit.kind == Culprit::Kind::Source;
    return culprit.kind == Culprit::Kind::Element && culprit.element.isValid() &&
           network[culprit.element].key == simulator::toldElement(m_scenario.injections[reason.injection].element);
}

bool Trial::isFlowOf(const Injection& injection, const analyses::microscope::Blame& blame) const
{
    if (blame.flows.empty())
        return false;
    const analyses::microscope::Flow& flow = m_engine.network().flows()[blame.flows.front().flow];
    std::uint32_t source = 0;
    for (std::size_t i = 0; i < 4; ++i)
        source = source << 8U | flow.source[i];
    return source == injection.flow.source && flow.sourcePort == injection.flow.sourcePort &&
           flow.destinationPort == injection.flow.destinationPort;
}

std::uint32_t Trial::hopsBetween(const Reason& reason, std::uint32_t element) const
{
    const std::uint32_t victim = m_depths[element];
    if (reason.kind == InjectionKind::Burst)
        return victim + 1;
    return victim - std::min(victim, m_depths[m_scenario.injections[reason.injection].element]);
}

void Trial::onDiagnosis(const Diagnosis& diagnosis)
{
    const std::uint64_t packet = m_trace.packetOf(diagnosis.journey.packet);
    if (!m_isDiagnosed.emplace(packet, true).second)
        return;
    if (m_truth.metOverload(packet)) {
        ++m_result.overloaded;
        m_result.overloadTagged += diagnosis.isPersistent ? 1 : 0;
        return;
    }
    const Victim& victim = *m_truth.victim(packet);
    Outcome outcome;
    outcome.reason = victim.reason;
    outcome.hops = hopsBetween(victim.reason, victim.element);
    outcome.isPersistent = diagnosis.isPersistent;
    outcome.rank = suspectsOf(m_scenario);
    for (const Reason& reason : victim.reasons) {
        const auto found = std::find_if(diagnosis.suspects.begin(), diagnosis.suspects.end(),
                                        [&](const auto& suspect) { return isReason(suspect.culprit, reason); });
        if (found == diagnosis.suspects.end())
            continue;
        outcome.rank = std::min(outcome.rank, static_cast<std::uint32_t>(found - diagnosis.suspects.begin()) + 1);
        outcome.isFlowRight |=
            found == diagnosis.suspects.begin() && isFlowOf(m_scenario.injections[reason.injection], *found->blame);
    }
    m_result.outcomes.push_back(std::move(outcome));
    m_victims.push_back(&victim);
}

/// Of the likeliest of a victim's reasons.
std::uint32_t Trial::netmedicRank(analyses::netmedic::CulpritRanking& ranking, const Victim& victim) const
{
    const auto& culprits = ranking.rank(simulator::toldElement(victim.element), simulator::kBegin + victim.waited);
    std::uint32_t rank = suspectsOf(m_scenario);
    for (const Reason& reason : victim.reasons) {
        const Injection& injection = m_scenario.injections[reason.injection];
        const std::uint32_t node = reason.kind == InjectionKind::Burst
                                       ? static_cast<std::uint32_t>(m_scenario.elements.size()) + injection.source
                                       : injection.element;
        for (const auto& culprit : culprits) {
            if (culprit.element == simulator::toldElement(node))
                rank = std::min(rank, static_cast<std::uint32_t>(culprit.worstRank));
        }
    }
    return rank;
}

void Trial::askNetmedic()
{
    for (const analyses::netmedic::WindowedStates& states : m_states) {
        analyses::netmedic::CulpritRanking ranking(states.finish());
        for (std::size_t i = 0; i < m_result.outcomes.size(); ++i) {
            m_result.outcomes[i].netmedicRanks.push_back(netmedicRank(ranking, *m_victims[i]));
        }
    }
}

TrialResult Trial::run()
{
    const std::string host = kHost;
    const auto take = [&](const tracepoints::EventRecord& record, const tracepoints::EventBatch& batch) {
        m_engine.process(record, batch, m_trace.strings(), 0, host);
        for (analyses::netmedic::WindowedStates& states : m_states)
            states.process(record, batch);
    };
    m_trace.run(take, m_options.truth.isCancelled);
    m_engine.finish();
    askNetmedic();
    m_result.unseen = m_truth.victims().size() - m_result.outcomes.size();
    m_result.packets = m_truth.packets();
    return std::move(m_result);
}

} // namespace

TrialResult runTrial(const Scenario& scenario, const TrialOptions& options)
{
    const auto begin = std::chrono::steady_clock::now();
    Trial trial(scenario, options);
    const double truthSeconds = secondsSince(begin);
    TrialResult result = trial.run();
    result.analysisSeconds = secondsSince(begin) - truthSeconds;
    return result;
}

std::uint32_t suspectsOf(const Scenario& scenario)
{
    return static_cast<std::uint32_t>(scenario.elements.size()) + 1;
}

} // namespace vnscope::evaluation
