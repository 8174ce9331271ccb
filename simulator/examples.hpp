// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "simulator/scenario.hpp"

/// Scenarios of Microscope (Gong et al., SIGCOMM 2020), and problems to put into any scenario.
namespace vnscope::simulator {

/// Figure 10: 4 NATs, 5 firewalls, 3 monitors and 4 VPNs. What the paper leaves open is ours: service times that give a
/// load of 50 to 65 % at 1.2 M packets/s, 40 % of flows that match a rule. No problems, no noise.
[[nodiscard]] Scenario figure10(std::uint64_t seed, double packetsPerSecond, base::Nanoseconds durationNs);

/// Which problems are put in, one kind after the other, and when.
struct InjectionPlan {
    bool bursts = true;
    bool interrupts = true;
    bool bugs = true;
    base::Nanoseconds everyNs = 20 * base::kNsPerMs; ///< At least.
    bool isDrainGated = false; ///< The next one comes only when all queues have been empty since the last one.
    std::uint32_t burstMin = 500;
    std::uint32_t burstMax = 2500;
    double burstPacketsPerSecond = 5e6;
    base::Nanoseconds interruptMinNs = 500'000;
    base::Nanoseconds interruptMaxNs = 1'000'000;
    std::uint32_t bugMin = 50;
    std::uint32_t bugMax = 150;
    double bugPacketsPerSecond = 5e6;
    double bugServiceNs = 20'000;
};

/// Adds the problems of section 6.2: bursts of one of five flows, interrupts of any element, and flows that a random
/// firewall takes 20 us a packet for. Their randomness is the scenario's seed's. `scenario` must have passed check().
void addInjections(Scenario& scenario, const InjectionPlan& plan);

/// Section 6.4 and Figure 14: TCP from 100.0.0.1, ports 2000 to 2008, to 32.0.0.1, ports 6000 to 6008, is routed to fw2
/// of figure10() and takes 20 us a packet there.
void addFigure14(Scenario& scenario, const InjectionPlan& plan);

/// What of an example may be asked for otherwise.
struct ExampleOptions {
    std::uint64_t seed = 1;
    base::Nanoseconds durationNs = 0; ///< 0: the example's own.
    double packetsPerSecond = 0;      ///< Of all sources together; 0: the example's own.
};

/// Gives all sources together another rate, and each the same share of it as before.
void setRate(Scenario& scenario, double packetsPerSecond);

struct NamedExample {
    std::string_view name;
    std::string_view summary; ///< One line, no full stop.
    Scenario (*make)(const ExampleOptions& options);
};

/// Sorted by name: the examples of sections 1 and 2.1, Figure 10 with and without problems, Figure 14.
[[nodiscard]] std::span<const NamedExample> namedExamples();

} // namespace vnscope::simulator
