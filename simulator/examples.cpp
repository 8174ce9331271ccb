// SPDX-License-Identifier: Apache-2.0
#include "simulator/examples.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "simulator/engine.hpp"
#include "simulator/network.hpp"
#include "simulator/random.hpp"

namespace vnscope::simulator {

namespace {

using base::kNsPerMs;
using base::kNsPerUs;
using base::Nanoseconds;

constexpr double kNatRate = 0.55e6;
constexpr double kFirewallRate = 0.45e6;
constexpr double kMonitorRate = 0.32e6;
constexpr double kVpnRate = 0.47e6;
constexpr std::uint32_t kBurstFlows = 5;
constexpr Nanoseconds kGateStep = kNsPerMs;
constexpr Nanoseconds kCalm = 2 * kNsPerMs;
constexpr std::uint8_t kTcp = 6;

std::uint32_t add(Scenario& scenario, const std::string& name, const std::string& kind, double packetsPerSecond)
{
    Element element;
    element.name = name;
    element.kind = kind;
    element.serviceNs = 1e9 / packetsPerSecond;
    scenario.elements.push_back(element);
    return static_cast<std::uint32_t>(scenario.elements.size() - 1);
}

std::vector<std::uint32_t> addGroup(Scenario& scenario, std::uint32_t count, const std::string& prefix,
                                    const std::string& kind, double packetsPerSecond)
{
    std::vector<std::uint32_t> group;
    for (std::uint32_t i = 1; i <= count; ++i)
        group.push_back(add(scenario, fmt::format("{}{}", prefix, i), kind, packetsPerSecond));
    return group;
}

/// Draws what is random about injections, each from the number of the injection alone.
class Drawer final {
public:
    Drawer(const Scenario& scenario, const InjectionPlan& plan)
        : m_scenario(&scenario), m_plan(&plan), m_stream(streamOf(scenario.seed, Purpose::Injection))
    {
        for (std::uint32_t i = 0; i < scenario.elements.size(); ++i)
            if (scenario.elements[i].kind == "firewall")
                m_firewalls.push_back(i);
        if (plan.bursts)
            m_kinds.push_back(InjectionKind::Burst);
        if (plan.interrupts)
            m_kinds.push_back(InjectionKind::Interrupt);
        if (plan.bugs && !m_firewalls.empty())
            m_kinds.push_back(InjectionKind::Bug);
    }

    [[nodiscard]] bool isEmpty() const { return m_kinds.empty(); }

    [[nodiscard]] Injection draw(std::uint32_t id, Nanoseconds timeNs, Network& network) const
    {
        Injection injection;
        injection.id = id;
        injection.kind = m_kinds[id % m_kinds.size()];
        injection.timeNs = timeNs;
        switch (injection.kind) {
        case InjectionKind::Burst: drawBurst(injection); break;
        case InjectionKind::Interrupt: drawInterrupt(injection); break;
        case InjectionKind::Bug: drawBug(injection, network); break;
        }
        return injection;
    }

private:
    [[nodiscard]] std::uint64_t bits(std::uint32_t id, std::uint64_t which) const
    {
        return mix(mix(m_stream, id), which);
    }
    [[nodiscard]] std::uint32_t number(std::uint32_t id, std::uint64_t which, std::uint32_t low,
                                       std::uint32_t high) const
    {
        return low + static_cast<std::uint32_t>(bits(id, which) % (high - low + 1));
    }
    [[nodiscard]] static FiveTuple flow(std::uint64_t bits)
    {
        FiveTuple flow;
        flow.source = static_cast<std::uint32_t>(uniform(mix(bits, 1), 1, 223)) << 24U | (mix(bits, 2) & 0xff'ffffU);
        flow.destination =
            static_cast<std::uint32_t>(uniform(mix(bits, 3), 1, 223)) << 24U | (mix(bits, 4) & 0xff'ffffU);
        flow.sourcePort = static_cast<std::uint16_t>(uniform(mix(bits, 5), 1024, 65536));
        flow.destinationPort = static_cast<std::uint16_t>(uniform(mix(bits, 6), 1024, 65536));
        return flow;
    }
    void drawBurst(Injection& injection) const
    {
        injection.flow = flow(mix(m_stream, number(injection.id, 1, 0, kBurstFlows - 1) + 1000));
        injection.packets = number(injection.id, 2, m_plan->burstMin, m_plan->burstMax);
        injection.packetsPerSecond = m_plan->burstPacketsPerSecond;
    }
    void drawInterrupt(Injection& injection) const
    {
        injection.element = number(injection.id, 1, 0, static_cast<std::uint32_t>(m_scenario->elements.size() - 1));
        injection.lengthNs =
            m_plan->interruptMinNs +
            static_cast<Nanoseconds>(unit(bits(injection.id, 2)) *
                                     static_cast<double>(m_plan->interruptMaxNs - m_plan->interruptMinNs));
    }
    /// A flow that gets to the firewall by the hashes of the elements before it.
    void drawBug(Injection& injection, Network& network) const
    {
        constexpr std::uint64_t kTries = 10'000;
        injection.element = m_firewalls[bits(injection.id, 1) % m_firewalls.size()];
        injection.packets = number(injection.id, 2, m_plan->bugMin, m_plan->bugMax);
        injection.packetsPerSecond = m_plan->bugPacketsPerSecond;
        injection.serviceNs = m_plan->bugServiceNs;
        for (std::uint64_t i = 0; i < kTries; ++i) {
            injection.flow = flow(bits(injection.id, 100 + i));
            injection.flow.protocol = kTcp;
            const std::vector<std::uint32_t> path = network.pathOf(0, network.addFlow(injection.flow));
            if (std::find(path.begin(), path.end(), injection.element) != path.end())
                return;
        }
    }

    const Scenario* m_scenario;
    const InjectionPlan* m_plan;
    std::uint64_t m_stream;
    std::vector<std::uint32_t> m_firewalls;
    std::vector<InjectionKind> m_kinds;
};

/// Runs the scenario with what has been injected so far until its queues are empty again.
class DrainGate final {
public:
    explicit DrainGate(const Scenario& scenario) : m_engine(scenario), m_endNs(scenario.durationNs) {}

    void add(const Injection& injection) { m_engine.add(injection); }
    /// The earliest time from `timeNs` on at which all queues have been empty at least once in the last 2 ms.
    [[nodiscard]] Nanoseconds whenCalm(Nanoseconds timeNs)
    {
        while (m_engine.now() < m_endNs &&
               (m_engine.now() < timeNs || !m_engine.isDrainedSince(m_engine.now() - kCalm)))
            m_engine.run(m_engine.now() + kGateStep);
        return m_engine.now();
    }

private:
    Engine m_engine;
    Nanoseconds m_endNs;
};

/// Calls `draw(id, time)` for one injection after the other, as the plan wants them spaced.
template <typename Draw> void inject(Scenario& scenario, const InjectionPlan& plan, const Draw& draw)
{
    DrainGate gate(scenario);
    Nanoseconds timeNs = plan.everyNs;
    for (auto id = static_cast<std::uint32_t>(scenario.injections.size());; ++id) {
        if (plan.isDrainGated)
            timeNs = gate.whenCalm(timeNs);
        if (timeNs + plan.everyNs / 2 > scenario.durationNs || scenario.injections.size() == kMaxInjections)
            return;
        const Injection injection = draw(id, timeNs);
        scenario.injections.push_back(injection);
        gate.add(injection);
        timeNs += plan.everyNs;
    }
}

FiveTuple figure14Flow(std::uint16_t sourcePort, std::uint16_t destinationPort)
{
    return {(100U << 24U) + 1, (32U << 24U) + 1, sourcePort, destinationPort, kTcp};
}

Scenario empty(std::string_view name, std::uint64_t seed, Nanoseconds durationNs)
{
    Scenario scenario;
    scenario.name = name;
    scenario.seed = seed;
    scenario.durationNs = durationNs;
    return scenario;
}

Scenario small(std::string_view name, const ExampleOptions& options)
{
    return empty(name, options.seed, options.durationNs == 0 ? 20 * kNsPerMs : options.durationNs);
}

Source traffic(double packetsPerSecond, std::uint32_t to)
{
    Source source;
    source.packetsPerSecond = packetsPerSecond;
    source.next = {to};
    return source;
}

/// Flow A of section 2.1: one flow at a constant rate.
Source flowA(double packetsPerSecond, std::uint32_t to)
{
    Source source = traffic(packetsPerSecond, to);
    source.name = "A";
    source.isConstant = true;
    source.flows = 0;
    source.flow = {(10U << 24U) + 1, (10U << 24U) + 2, 1111, 2222, 17};
    return source;
}

Injection interrupt(std::uint32_t id, std::uint32_t element, Nanoseconds beginNs, Nanoseconds lengthNs)
{
    Injection injection;
    injection.id = id;
    injection.kind = InjectionKind::Interrupt;
    injection.timeNs = beginNs;
    injection.element = element;
    injection.lengthNs = lengthNs;
    return injection;
}

/// Figure 1: a burst of 340 us from 570 us on makes packets slow that arrive up to 3 ms later.
Scenario lastingImpact(const ExampleOptions& options)
{
    Scenario scenario = small("lasting-impact", options);
    const std::uint32_t firewall = add(scenario, "fw1", "firewall", 1e6);
    scenario.sources.push_back(traffic(0.7e6, firewall));
    Injection burst;
    burst.timeNs = 570 * kNsPerUs;
    burst.flow = {(20U << 24U) + 1, (30U << 24U) + 1, 5001, 5002, 17};
    burst.packetsPerSecond = 3e6;
    burst.packets = 1020;
    scenario.injections.push_back(burst);
    if (options.packetsPerSecond > 0)
        setRate(scenario, options.packetsPerSecond);
    return scenario;
}

/// Figure 2: the NAT's interrupt from 0.5 to 1.3 ms slows flow A, which does not go through the NAT, from 1.5 ms on.
Scenario propagation(const ExampleOptions& options)
{
    Scenario scenario = small("propagation", options);
    const std::uint32_t nat = add(scenario, "nat1", "nat", 1.2e6);
    const std::uint32_t vpn = add(scenario, "vpn1", "vpn", 0.6e6);
    scenario.elements[nat].next = {vpn};
    scenario.sources.push_back(traffic(0.4e6, nat));
    scenario.sources.push_back(flowA(0.1e6, vpn));
    scenario.injections.push_back(interrupt(0, nat, 500 * kNsPerUs, 800 * kNsPerUs));
    if (options.packetsPerSecond > 0)
        setRate(scenario, options.packetsPerSecond);
    return scenario;
}

/// Figure 3: interrupts of a NAT (0.25 M packets/s) and a monitor (0.05 M) before losses at the VPN; the NAT's counts
/// for more.
Scenario differentImpact(const ExampleOptions& options)
{
    Scenario scenario = small("different-impact", options);
    const std::uint32_t nat = add(scenario, "nat1", "nat", 1.2e6);
    const std::uint32_t monitor = add(scenario, "mon1", "monitor", 0.6e6);
    const std::uint32_t vpn = add(scenario, "vpn1", "vpn", 0.5e6);
    scenario.elements[nat].next = {vpn};
    scenario.elements[monitor].next = {vpn};
    scenario.elements[vpn].capacity = 128;
    scenario.sources.push_back(traffic(0.25e6, nat));
    scenario.sources.back().name = "to-nat";
    scenario.sources.push_back(traffic(0.05e6, monitor));
    scenario.sources.back().name = "to-monitor";
    scenario.sources.push_back(flowA(0.1e6, vpn));
    scenario.injections.push_back(interrupt(0, nat, 600 * kNsPerUs, 1000 * kNsPerUs));
    scenario.injections.push_back(interrupt(1, monitor, 600 * kNsPerUs, 1000 * kNsPerUs));
    if (options.packetsPerSecond > 0)
        setRate(scenario, options.packetsPerSecond);
    return scenario;
}

/// Section 1: a bug of the firewall holds packets back, and the VPN behind it gets them as a burst.
Scenario buggyFirewall(const ExampleOptions& options)
{
    Scenario scenario = small("buggy-firewall", options);
    const std::uint32_t firewall = add(scenario, "fw1", "firewall", 1.2e6);
    const std::uint32_t vpn = add(scenario, "vpn1", "vpn", 0.6e6);
    scenario.elements[firewall].next = {vpn};
    scenario.sources.push_back(traffic(0.4e6, firewall));
    Injection bug;
    bug.kind = InjectionKind::Bug;
    bug.timeNs = 2 * kNsPerMs;
    bug.flow = figure14Flow(2004, 6004);
    bug.packets = 50;
    bug.packetsPerSecond = 1e6;
    bug.element = firewall;
    scenario.injections.push_back(bug);
    if (options.packetsPerSecond > 0)
        setRate(scenario, options.packetsPerSecond);
    return scenario;
}

constexpr double kPaperRate = 1.2e6;
constexpr Nanoseconds kPaperDuration = 5 * base::kNsPerSecond;

Scenario plainFigure10(const ExampleOptions& options)
{
    return figure10(options.seed, options.packetsPerSecond > 0 ? options.packetsPerSecond : kPaperRate,
                    options.durationNs > 0 ? options.durationNs : kPaperDuration);
}

Scenario injectedFigure10(const ExampleOptions& options)
{
    Scenario scenario = plainFigure10(options);
    scenario.name = "figure10-problems";
    addInjections(scenario, {});
    return scenario;
}

Scenario figure14(const ExampleOptions& options)
{
    Scenario scenario = plainFigure10(options);
    scenario.name = "figure14";
    addFigure14(scenario, {});
    return scenario;
}

} // namespace

Scenario figure10(std::uint64_t seed, double packetsPerSecond, Nanoseconds durationNs)
{
    Scenario scenario = empty("figure10", seed, durationNs);
    const auto nats = addGroup(scenario, 4, "nat", "nat", kNatRate);
    const auto firewalls = addGroup(scenario, 5, "fw", "firewall", kFirewallRate);
    const auto monitors = addGroup(scenario, 3, "mon", "monitor", kMonitorRate);
    const auto vpns = addGroup(scenario, 4, "vpn", "vpn", kVpnRate);
    for (const std::uint32_t nat : nats)
        scenario.elements[nat].next = firewalls;
    for (const std::uint32_t firewall : firewalls) {
        scenario.elements[firewall].next = vpns;
        scenario.elements[firewall].matched = monitors;
        scenario.elements[firewall].matchedShare = 0.4;
    }
    for (const std::uint32_t monitor : monitors)
        scenario.elements[monitor].next = vpns;
    Source source;
    source.packetsPerSecond = packetsPerSecond;
    source.next = nats;
    scenario.sources.push_back(source);
    return scenario;
}

void setRate(Scenario& scenario, double packetsPerSecond)
{
    double sum = 0;
    for (const Source& source : scenario.sources)
        sum += source.packetsPerSecond;
    for (Source& source : scenario.sources)
        source.packetsPerSecond *= sum > 0 ? packetsPerSecond / sum : 0;
}

void addInjections(Scenario& scenario, const InjectionPlan& plan)
{
    const Drawer drawer(scenario, plan);
    if (drawer.isEmpty())
        return;
    Network network(scenario);
    inject(scenario, plan, [&](std::uint32_t id, Nanoseconds timeNs) { return drawer.draw(id, timeNs, network); });
}

void addFigure14(Scenario& scenario, const InjectionPlan& plan)
{
    constexpr std::uint16_t kSourcePort = 2000;
    constexpr std::uint16_t kDestinationPort = 6000;
    constexpr std::uint16_t kPorts = 9;
    const auto isNamed = [](const Element& element) { return element.name == "fw2"; };
    const auto found = std::find_if(scenario.elements.begin(), scenario.elements.end(), isNamed);
    if (found == scenario.elements.end())
        return;
    const auto firewall = static_cast<std::uint32_t>(found - scenario.elements.begin());
    for (std::uint32_t i = 0; i < scenario.elements.size(); ++i) {
        const std::vector<std::uint32_t>& next = scenario.elements[i].next;
        if (std::find(next.begin(), next.end(), firewall) != next.end())
            scenario.routes.push_back({i, firewall, figure14Flow(kSourcePort, kDestinationPort),
                                       kSourcePort + kPorts - 1, kDestinationPort + kPorts - 1});
    }
    const std::uint64_t stream = streamOf(scenario.seed, Purpose::Injection);
    inject(scenario, plan, [&](std::uint32_t id, Nanoseconds timeNs) {
        Injection bug;
        const std::uint64_t bits = mix(stream, id);
        bug.id = id;
        bug.kind = InjectionKind::Bug;
        bug.timeNs = timeNs;
        bug.element = firewall;
        bug.flow = figure14Flow(static_cast<std::uint16_t>(kSourcePort + bits % kPorts),
                                static_cast<std::uint16_t>(kDestinationPort + (bits >> 32U) % kPorts));
        bug.packets = plan.bugMin + static_cast<std::uint32_t>(mix(bits) % (plan.bugMax - plan.bugMin + 1));
        bug.packetsPerSecond = plan.bugPacketsPerSecond;
        bug.serviceNs = plan.bugServiceNs;
        return bug;
    });
}

std::span<const NamedExample> namedExamples()
{
    static constexpr std::array kExamples{
        NamedExample{"buggy-firewall", "a firewall's bug makes bursts at the VPN behind it (section 1)", buggyFirewall},
        NamedExample{"different-impact", "interrupts of two NFs, one worse than the other (Figure 3)", differentImpact},
        NamedExample{"figure10", "16 NFs at 1.2 M packets/s, nothing wrong (Figure 10)", plainFigure10},
        NamedExample{"figure10-problems", "the same with bursts, interrupts and bugs (section 6.2)", injectedFigure10},
        NamedExample{"figure14", "the same with flows that trigger a bug of fw2 (section 6.4)", figure14},
        NamedExample{"lasting-impact", "a burst that packets suffer from long after it (Figure 1)", lastingImpact},
        NamedExample{"propagation", "an interrupt that slows a flow of another NF (Figure 2)", propagation},
    };
    return kExamples;
}

} // namespace vnscope::simulator
