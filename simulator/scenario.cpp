// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace vnscope::simulator {

namespace {

using base::ErrorCode;
using base::fail;
using base::Nanoseconds;
using base::Result;

constexpr std::size_t kMaxNameBytes = 128;
constexpr double kMaxServiceNs = 1e9;
constexpr Nanoseconds kMaxWindowNs = base::kNsPerMs;
constexpr std::uint32_t kMaxInjectedPackets = 10'000'000;

/// Collects the first thing that is wrong.
class Checker final {
public:
    void require(bool holds, std::string_view where, std::string_view what)
    {
        if (!holds && m_problem.empty())
            m_problem = fmt::format("scenario: {}: {}", where, what);
    }
    /// NaN is in no range.
    void inRange(double value, double low, double high, std::string_view where, std::string_view what)
    {
        if (!(value >= low && value <= high) && m_problem.empty())
            m_problem = fmt::format("scenario: {}: {} must be from {} to {}", where, what, low, high);
    }
    void inRange(Nanoseconds value, Nanoseconds low, Nanoseconds high, std::string_view where, std::string_view what)
    {
        inRange(static_cast<double>(value), static_cast<double>(low), static_cast<double>(high), where, what);
    }
    [[nodiscard]] bool isFine() const { return m_problem.empty(); }
    [[nodiscard]] Result<void> result() const
    {
        return m_problem.empty() ? Result<void>{} : fail(ErrorCode::Usage, m_problem);
    }

private:
    std::string m_problem;
};

void checkTargets(Checker& checker, const std::vector<std::uint32_t>& next, std::size_t elements,
                  std::string_view where)
{
    checker.require(next.size() <= kMaxElements, where, "it writes to too many elements");
    for (const std::uint32_t to : next)
        checker.require(to < elements, where, "it writes to an element that does not exist");
}

void checkElement(Checker& checker, const Element& element, std::size_t elements)
{
    const std::string where = fmt::format("element \"{}\"", element.name);
    checker.require(element.kind.size() <= kMaxNameBytes, where, "its kind is too long");
    checker.require(element.kind != "source", where, "a source is no element");
    checker.inRange(element.serviceNs, 1, kMaxServiceNs, where, "the service time in ns");
    checker.inRange(element.spread, 0, 1, where, "the spread");
    checker.inRange(element.tailSigma, 0, 3, where, "the tail");
    checker.inRange(static_cast<double>(element.batch), 1, kMaxBatch, where, "the batch");
    checker.inRange(static_cast<double>(element.capacity), 1, kMaxCapacity, where, "the capacity");
    checker.inRange(element.matchedShare, 0, 1, where, "the share of flows that match");
    checker.require(element.matchedShare == 0 || !element.matched.empty(), where, "flows match, but go nowhere");
    checker.require(element.matched.empty() || !element.next.empty(), where, "flows that do not match go nowhere");
    checkTargets(checker, element.next, elements, where);
    checkTargets(checker, element.matched, elements, where);
}

void checkSource(Checker& checker, const Source& source, std::size_t elements)
{
    const std::string where = fmt::format("source \"{}\"", source.name);
    checker.inRange(source.packetsPerSecond, 0, kMaxPacketsPerSecond, where, "the rate in packets per second");
    checker.inRange(source.zipf, 0, 5, where, "the exponent of Zipf's law");
    checker.inRange(source.batchWindowNs, 0, kMaxWindowNs, where, "the window of a batch in ns");
    checker.require(!source.next.empty(), where, "it writes to no element");
    checkTargets(checker, source.next, elements, where);
}

void checkNoise(Checker& checker, const Noise& noise)
{
    const std::string_view where = "noise";
    const auto lengths = [&](Nanoseconds least, Nanoseconds most, std::string_view what) {
        checker.inRange(least, 1, base::kNsPerSecond, where, what);
        checker.inRange(most, least, base::kNsPerSecond, where, what);
    };
    checker.inRange(noise.interruptsPerSecond, 0, 1e6, where, "the interrupts per second");
    lengths(noise.interruptMinNs, noise.interruptMaxNs, "the length of an interrupt in ns");
    checker.inRange(noise.slowdownsPerSecond, 0, 1e6, where, "the slow-downs per second");
    lengths(noise.slowdownMinNs, noise.slowdownMaxNs, "the length of a slow-down in ns");
    checker.inRange(noise.slowdownFactor, 0.01, 1000, where, "the factor of a slow-down");
    checker.inRange(noise.lostRecords, 0, 1, where, "the share of lost events");
    checker.inRange(noise.jitterNs, 0, base::kNsPerSecond, where, "the jitter in ns");
    checker.inRange(noise.clockOffsetNs, 0, base::kNsPerSecond, where, "the offset of clocks in ns");
    checker.inRange(noise.clockDriftPpm, 0, 1000, where, "the drift of clocks in ppm");
    checker.inRange(noise.zeroIds, 0, 1, where, "the share of ids that are 0");
}

void checkInjection(Checker& checker, const Injection& injection, const Scenario& scenario)
{
    const std::string where = fmt::format("injection {}", injection.id);
    checker.inRange(injection.timeNs, 0, kMaxDurationNs, where, "its time in ns");
    if (injection.kind != InjectionKind::Burst)
        checker.require(injection.element < scenario.elements.size(), where, "its element does not exist");
    if (injection.kind == InjectionKind::Interrupt) {
        checker.inRange(injection.lengthNs, 1, base::kNsPerSecond, where, "its length in ns");
        return;
    }
    checker.require(injection.source < scenario.sources.size(), where, "its source does not exist");
    checker.inRange(static_cast<double>(injection.packets), 1, kMaxInjectedPackets, where, "its number of packets");
    checker.inRange(injection.packetsPerSecond, 1, kMaxPacketsPerSecond, where, "its rate in packets per second");
    checker.inRange(injection.serviceNs, 1, kMaxServiceNs, where, "its service time in ns");
}

void checkNames(Checker& checker, const Scenario& scenario)
{
    std::set<std::string_view> names;
    const auto take = [&](const std::string& name) {
        checker.require(!name.empty() && name.size() <= kMaxNameBytes, "names", "one is empty or too long");
        const bool isText = std::none_of(name.begin(), name.end(), [](char c) { return c == '\0' || c == '\n'; });
        checker.require(isText, "names", "one is not a single line");
        checker.require(names.insert(name).second, "names", fmt::format("\"{}\" is there twice", name));
    };
    for (const Source& source : scenario.sources)
        take(source.name);
    for (const Element& element : scenario.elements)
        take(element.name);
}

void checkSizes(Checker& checker, const Scenario& scenario)
{
    const auto atMost = [&](std::size_t size, std::size_t most, std::string_view what) {
        checker.require(size <= most, what, fmt::format("there may be {} at most", most));
    };
    atMost(scenario.elements.size(), kMaxElements, "elements");
    atMost(scenario.sources.size(), kMaxSources, "sources");
    atMost(scenario.injections.size(), kMaxInjections, "injections");
    atMost(scenario.routes.size(), kMaxElements, "routes");
    std::size_t flows = 0;
    for (const Source& source : scenario.sources)
        flows += source.flows;
    atMost(flows, kMaxFlows, "flows");
    checker.require(!scenario.sources.empty(), "sources", "there is none");
    checker.require(!scenario.elements.empty(), "elements", "there is none");
}

void checkRoutes(Checker& checker, const Scenario& scenario)
{
    const std::size_t elements = scenario.elements.size();
    for (const Route& route : scenario.routes) {
        checker.require(route.element < elements && route.to < elements, "routes", "an element does not exist");
        if (!checker.isFine())
            return;
        const Element& element = scenario.elements[route.element];
        const bool isNext = std::count(element.next.begin(), element.next.end(), route.to) > 0 ||
                            std::count(element.matched.begin(), element.matched.end(), route.to) > 0;
        checker.require(isNext, "routes", "one goes to an element that is not next");
    }
}

} // namespace

Result<void> check(const Scenario& scenario)
{
    Checker checker;
    checkSizes(checker, scenario);
    if (!checker.isFine())
        return checker.result();
    checker.inRange(scenario.durationNs, 1, kMaxDurationNs, "run", "the duration in ns");
    checkNames(checker, scenario);
    checkNoise(checker, scenario.noise);
    for (const Source& source : scenario.sources)
        checkSource(checker, source, scenario.elements.size());
    for (const Element& element : scenario.elements)
        checkElement(checker, element, scenario.elements.size());
    checkRoutes(checker, scenario);
    std::set<std::uint32_t> ids;
    for (const Injection& injection : scenario.injections) {
        checkInjection(checker, injection, scenario);
        checker.require(ids.insert(injection.id).second && injection.id < 0x7fff'ffffU, "injections",
                        "each needs an id of its own below 2147483647");
    }
    if (!checker.isFine())
        return checker.result();
    return topologicalOrder(scenario).map([](const auto&) {});
}

Result<std::vector<std::uint32_t>> topologicalOrder(const Scenario& scenario)
{
    std::vector<std::uint32_t> writers(scenario.elements.size());
    const auto forEachNext = [](const Element& element, const auto& act) {
        std::for_each(element.next.begin(), element.next.end(), act);
        std::for_each(element.matched.begin(), element.matched.end(), act);
    };
    for (const Element& element : scenario.elements)
        forEachNext(element, [&](std::uint32_t to) { ++writers[to]; });
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < writers.size(); ++i)
        if (writers[i] == 0)
            order.push_back(i);
    for (std::size_t done = 0; done < order.size(); ++done)
        forEachNext(scenario.elements[order[done]], [&](std::uint32_t to) {
            if (--writers[to] == 0)
                order.push_back(to);
        });
    if (order.size() == writers.size())
        return order;
    const auto inCircle = std::find_if(writers.begin(), writers.end(), [](std::uint32_t left) { return left > 0; });
    const auto which = static_cast<std::size_t>(inCircle - writers.begin());
    return fail(ErrorCode::Usage, fmt::format("scenario: packets could go in a circle at or before element \"{}\"",
                                              scenario.elements[which].name));
}

} // namespace vnscope::simulator
