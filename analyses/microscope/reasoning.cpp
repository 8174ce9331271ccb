// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/reasoning.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analyses/microscope/way_bundles.hpp"
#include "storage/base/duration_text.hpp"

namespace vnscope::analyses::microscope {

namespace {

constexpr std::size_t kMostSteps = 32;  ///< Of a victim.
constexpr std::size_t kMostBundles = 3; ///< Told of a queue, those of the most packets beyond the usual.

class Recorder final : public DiagnosisListener {
public:
    explicit Recorder(const Reconstruction& network) : m_network(network) {}

    /// A hop that has this share of the victim's wait.
    void begin(double share) { m_shares[0] = share; }
    [[nodiscard]] bool wantsMore() const override { return m_steps.size() < kMostSteps; }
    void onQueue(QueueId queue, const Explanation& explanation, const PreSet& set, std::uint8_t depth) override;
    void onDescent(double share, std::uint8_t depth) override;
    [[nodiscard]] std::vector<ReasoningStep> take() { return std::move(m_steps); }

private:
    [[nodiscard]] std::string spansOf(QueueId queue, const Explanation& explanation, const PreSet& set) const;
    [[nodiscard]] std::string spansOf(const WayBundle& bundle, base::Nanoseconds expected) const;
    [[nodiscard]] static std::size_t place(std::size_t depth) { return std::min(depth, kDeepest); }

    static constexpr std::size_t kDeepest = 15;
    const Reconstruction& m_network;
    std::array<double, kDeepest + 1> m_shares{}; ///< By depth, of the way down to where the diagnoser is.
    std::vector<ReasoningStep> m_steps;
};

void Recorder::onDescent(double share, std::uint8_t depth)
{
    m_shares[place(depth + 1U)] = m_shares[place(depth)] * share;
}

void Recorder::onQueue(QueueId queue, const Explanation& explanation, const PreSet& set, std::uint8_t depth)
{
    m_steps.push_back({depth, queue, m_shares[place(depth)], explanation.period, explanation.rate,
                       explanation.inputScore, explanation.processingScore, spansOf(queue, explanation, set)});
}

/// "source 360 us, nat1 150 us", from the source on: who handed the packets on, and in what time they came from there.
/// Of several ways what they have in common. "fw1 0 ns (held them for 2 ms)": what came before says nothing then.
std::string Recorder::spansOf(const WayBundle& bundle, base::Nanoseconds expected) const
{
    const PathTable& paths = m_network.paths();
    std::vector<std::string> spans;
    std::vector<WayBundle> alike{bundle};
    for (std::size_t level = 0; alike.size() == 1; ++level) {
        const WayBundle& here = alike.front();
        const ElementId writer = paths[here.step].writer;
        spans.push_back(fmt::format("{} {}",
                                    writer.isValid() ? std::string_view(m_network.network()[writer].name)
                                                     : std::string_view("outside"),
                                    base::formatDuration(arrivalsOf(here.ways, level).length())));
        if (!here.hasPast)
            break;
        if (const base::Nanoseconds held = heldBefore(here.ways, level); expected > 0 && held > expected)
            spans.back() += fmt::format(" (held them for {})", base::formatDuration(held));
        std::vector<WayBundle> before = bundlesOf(paths, here.ways, level + 1, here.ending);
        if (before.size() > 1)
            spans.push_back(fmt::format("{} ways {}", here.ways.size(),
                                        base::formatDuration(arrivalsOf(here.ways, level + 1).length())));
        alike = std::move(before);
    }
    std::ranges::reverse(spans);
    return fmt::format("{}", fmt::join(spans, ", "));
}

std::string Recorder::spansOf(QueueId queue, const Explanation& explanation, const PreSet& set) const
{
    Ways ways;
    for (const PreSet::Part& part : set.parts())
        ways.push_back(&part);
    std::vector<WayBundle> bundles = bundlesOf(m_network.paths(), ways, 0, 0);
    const std::size_t shown = std::min(bundles.size(), kMostBundles);
    const double seconds = static_cast<double>(set.when().length()) * 1e-9;
    const auto usual = [&](const WayBundle& bundle) {
        return m_network.paths().usualRate(queue, bundle.ending) * seconds;
    };
    std::ranges::partial_sort(bundles, bundles.begin() + static_cast<std::ptrdiff_t>(shown), std::greater<>{},
                              [&](const WayBundle& bundle) { return bundle.packets - usual(bundle); });
    const base::Nanoseconds expected =
        explanation.rate > 0 ? static_cast<base::Nanoseconds>(static_cast<double>(explanation.period.arrived) /
                                                              explanation.rate * base::kNsPerSecond)
                             : 0;
    std::string text;
    for (const WayBundle& bundle : std::span(bundles).first(shown))
        text += fmt::format("{:.0f} packets, usually {:.1f}: {}; ", bundle.packets, usual(bundle),
                            spansOf(bundle, expected));
    if (bundles.size() > shown)
        text += fmt::format("{} more; ", bundles.size() - shown);
    return text + (expected > 0 ? fmt::format("expected {}", base::formatDuration(expected)) : "expected: not known");
}

} // namespace

std::vector<ReasoningStep> reasoningOf(const Diagnosis& diagnosis, Diagnoser& diagnoser, const Reconstruction& network)
{
    Recorder recorder(network);
    for (const HopDiagnosis& hop : diagnosis.hops) {
        recorder.begin(shareOf(hop, diagnosis));
        if (diagnosis.kind == VictimKind::Loss)
            diagnoser.tellRefusal(hop.hop.queue, hop.hop.arrival, recorder);
        else
            diagnoser.tell(hop.hop.queue, hop.hop.rank, recorder);
    }
    return recorder.take();
}

bool ReasoningKeeper::hasRoom(const Worst& worst, std::size_t most, base::Nanoseconds length)
{
    return worst.size() < most || worst.begin()->first < length;
}

bool ReasoningKeeper::wants(const Diagnosis& diagnosis) const
{
    const base::Nanoseconds length = diagnosis.journey.end - diagnosis.journey.begin;
    if (hasRoom(m_worst, kWorst, length))
        return true;
    if (diagnosis.suspects.empty())
        return false;
    const auto known = m_ofCulprit.find({diagnosis.kind, diagnosis.suspects.front().culprit});
    return known == m_ofCulprit.end() ? m_ofCulprit.size() < kCulprits : hasRoom(known->second, kOfCulprit, length);
}

void ReasoningKeeper::enter(Worst& worst, std::size_t most, base::Nanoseconds length, std::uint64_t number)
{
    if (!hasRoom(worst, most, length))
        return;
    worst.emplace(length, number);
    ++m_kept[number].uses;
    if (worst.size() <= most)
        return;
    const auto out = m_kept.find(worst.begin()->second);
    worst.erase(worst.begin());
    if (--out->second.uses == 0)
        m_kept.erase(out);
}

void ReasoningKeeper::keep(const Diagnosis& diagnosis, std::vector<ReasoningStep> steps)
{
    const base::Nanoseconds length = diagnosis.journey.end - diagnosis.journey.begin;
    m_kept[diagnosis.number] = {std::move(steps), 1};
    enter(m_worst, kWorst, length, diagnosis.number);
    if (!diagnosis.suspects.empty()) {
        const Key key{diagnosis.kind, diagnosis.suspects.front().culprit};
        if (m_ofCulprit.contains(key) || m_ofCulprit.size() < kCulprits)
            enter(m_ofCulprit[key], kOfCulprit, length, diagnosis.number);
    }
    if (--m_kept[diagnosis.number].uses == 0)
        m_kept.erase(diagnosis.number);
}

const std::vector<ReasoningStep>* ReasoningKeeper::find(std::uint64_t number) const
{
    const auto found = m_kept.find(number);
    return found == m_kept.end() ? nullptr : &found->second.steps;
}

} // namespace vnscope::analyses::microscope
