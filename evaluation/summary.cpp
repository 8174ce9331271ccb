// SPDX-License-Identifier: Apache-2.0
#include "evaluation/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::evaluation {

using simulator::InjectionKind;

namespace {

using Accepts = std::function<bool(const Outcome&)>;
using IsRight = std::function<bool(const Outcome&)>;

constexpr std::array<std::pair<InjectionKind, const char*>, 3> kKinds{
    {{InjectionKind::Burst, "bursts"}, {InjectionKind::Interrupt, "interrupts"}, {InjectionKind::Bug, "bugs"}}};

/// Student's t for 95 % and so many degrees of freedom; beyond 30 that of a normal distribution is near enough.
double studentT(std::size_t freedom)
{
    constexpr std::array kT{12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                            2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                            2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
    return freedom == 0 ? 0 : freedom <= kT.size() ? kT[freedom - 1] : 1.96;
}

Figure figureOf(std::string name, std::string unit, std::vector<double> values, std::uint64_t victims)
{
    Figure figure{std::move(name), std::move(unit), 0, 0, 0, victims};
    if (values.empty())
        return figure;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    figure.median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const double error = values.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0;
    figure.low = mean - studentT(values.size() - 1) * error;
    figure.high = mean + studentT(values.size() - 1) * error;
    return figure;
}

/// Percent of a run's victims; nothing without any.
std::optional<double> shareOf(const Trial& trial, const Accepts& accepts, const IsRight& isRight)
{
    std::uint64_t all = 0;
    std::uint64_t right = 0;
    for (const Outcome& outcome : trial.result.outcomes) {
        if (!accepts(outcome))
            continue;
        ++all;
        right += isRight(outcome) ? 1 : 0;
    }
    if (all == 0)
        return std::nullopt;
    return 100.0 * static_cast<double>(right) / static_cast<double>(all);
}

void addShare(Summary& summary, const std::vector<Trial>& trials, std::string name, const Accepts& accepts,
              const IsRight& isRight)
{
    std::vector<double> values;
    std::uint64_t victims = 0;
    for (const Trial& trial : trials) {
        if (const auto share = shareOf(trial, accepts, isRight))
            values.push_back(*share);
        for (const Outcome& outcome : trial.result.outcomes)
            victims += accepts(outcome) ? 1 : 0;
    }
    if (!values.empty())
        summary.figures.push_back(figureOf(std::move(name), "%", std::move(values), victims));
}

/// Mean over the kinds: a kind with few victims counts as much as one with many.
void addMacro(Summary& summary, const std::vector<Trial>& trials, std::string name, const IsRight& isRight)
{
    std::vector<double> values;
    for (const Trial& trial : trials) {
        double sum = 0;
        int kinds = 0;
        for (const auto& [kind, text] : kKinds) {
            const auto isOfKind = [kind = kind](const Outcome& o) { return o.reason.kind == kind; };
            if (const auto share = shareOf(trial, isOfKind, isRight)) {
                sum += *share;
                ++kinds;
            }
        }
        if (kinds > 0)
            values.push_back(sum / kinds);
    }
    if (!values.empty())
        summary.figures.push_back(figureOf(std::move(name), "%", std::move(values), 0));
}

void addMicroscope(Summary& summary, const std::vector<Trial>& trials)
{
    const Accepts all = [](const Outcome&) { return true; };
    const IsRight isFirst = [](const Outcome& outcome) { return outcome.rank == 1; };
    addShare(summary, trials, "rank 1, all victims", all, isFirst);
    addMacro(summary, trials, "rank 1, mean of kinds", isFirst);
    for (const auto& [kind, text] : kKinds) {
        const Accepts isOfKind = [kind = kind](const Outcome& o) { return o.reason.kind == kind; };
        addShare(summary, trials, fmt::format("rank 1, {}", text), isOfKind, isFirst);
        if (kind != InjectionKind::Interrupt)
            addShare(summary, trials, fmt::format("rank 1 and flow, {}", text), isOfKind,
                     [](const Outcome& outcome) { return outcome.isFlowRight; });
    }
    for (std::uint32_t hops = 0; hops <= 4; ++hops)
        addShare(
            summary, trials, fmt::format("rank 1, {} hops away", hops),
            [hops](const Outcome& outcome) { return outcome.hops == hops; }, isFirst);
}

void addNetmedic(Summary& summary, const std::vector<Trial>& trials, const std::vector<base::Nanoseconds>& windows)
{
    for (std::size_t window = 0; window < windows.size(); ++window) {
        const std::string name = fmt::format("NetMedic, {} windows", base::formatDuration(windows[window]));
        for (const std::uint32_t most : {1U, 5U})
            addShare(
                summary, trials, fmt::format("{}, rank {}{}", name, most, most > 1 ? " or better" : ""),
                [](const Outcome&) { return true; },
                [=](const Outcome& outcome) { return outcome.netmedicRanks[window] <= most; });
        for (const auto& [kind, text] : kKinds)
            addShare(
                summary, trials, fmt::format("{}, rank 1, {}", name, text),
                [kind = kind](const Outcome& o) { return o.reason.kind == kind; },
                [=](const Outcome& outcome) { return outcome.netmedicRanks[window] == 1; });
    }
}

/// Of the runs in which an element could not keep up.
void addOverload(Summary& summary, const std::vector<Trial>& trials)
{
    std::vector<double> values;
    std::uint64_t victims = 0;
    for (const Trial& trial : trials) {
        const TrialResult& result = trial.result;
        if (result.overloaded == 0)
            continue;
        values.push_back(100.0 * static_cast<double>(result.overloadTagged) / static_cast<double>(result.overloaded));
        victims += result.overloaded;
    }
    if (!values.empty())
        summary.figures.push_back(figureOf("overload, tagged so", "%", std::move(values), victims));
}

void addRuns(Summary& summary, const std::vector<Trial>& trials)
{
    const auto add = [&](const char* name, const char* unit, const std::function<double(const TrialResult&)>& of) {
        std::vector<double> values;
        for (const Trial& trial : trials)
            values.push_back(of(trial.result));
        summary.figures.push_back(figureOf(name, unit, std::move(values), 0));
    };
    const auto percent = [](std::uint64_t part, std::uint64_t all) {
        return all == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
    };
    add("paths right", "%", [&](const TrialResult& r) { return percent(r.waysRight, r.waysChecked); });
    add("paths and packet right", "%", [&](const TrialResult& r) { return percent(r.packetsRight, r.waysChecked); });
    add("victims not in the trace", "%",
        [&](const TrialResult& r) { return percent(r.unseen, r.unseen + r.outcomes.size()); });
    add("others tagged as overload", "%", [&](const TrialResult& r) {
        const auto tagged = std::count_if(r.outcomes.begin(), r.outcomes.end(),
                                          [](const Outcome& outcome) { return outcome.isPersistent; });
        return percent(static_cast<std::uint64_t>(tagged), r.outcomes.size());
    });
    addOverload(summary, trials);
    add("analysis, simulation and NetMedic", "s", [](const TrialResult& r) { return r.analysisSeconds; });
}

std::vector<RankPoint> curveOf(const std::vector<Trial>& trials, std::size_t windows)
{
    std::vector<const Outcome*> outcomes;
    std::uint32_t last = 1;
    for (const Trial& trial : trials) {
        last = std::max(last, suspectsOf(trial.scenario));
        for (const Outcome& outcome : trial.result.outcomes)
            outcomes.push_back(&outcome);
    }
    std::vector<RankPoint> curve;
    const auto share = [&](const auto& isRight) {
        const auto right = std::count_if(outcomes.begin(), outcomes.end(), isRight);
        return outcomes.empty() ? 0 : 100.0 * static_cast<double>(right) / static_cast<double>(outcomes.size());
    };
    for (std::uint32_t rank = 1; rank <= last; ++rank) {
        RankPoint point{rank, share([&](const Outcome* o) { return o->rank <= rank; }), 0};
        for (std::size_t window = 0; window < windows; ++window)
            point.netmedic =
                std::max(point.netmedic, share([&](const Outcome* o) { return o->netmedicRanks[window] <= rank; }));
        curve.push_back(point);
    }
    return curve;
}

} // namespace

Summary summarize(const std::vector<Trial>& trials, const std::vector<base::Nanoseconds>& windows)
{
    Summary summary;
    addMicroscope(summary, trials);
    addNetmedic(summary, trials, windows);
    addRuns(summary, trials);
    summary.curve = curveOf(trials, windows.size());
    return summary;
}

} // namespace vnscope::evaluation
