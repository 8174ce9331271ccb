// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/window.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vnscope::analyses::perfsight {

namespace {

constexpr std::array kCumulative{
    &Counters::inPackets,   &Counters::outPackets, &Counters::inBytes,   &Counters::outBytes,
    &Counters::dropPackets, &Counters::inTimeNs,   &Counters::outTimeNs,
};

bool wentBack(const Counters& earlier, const Counters& later)
{
    for (const auto counter : kCumulative) {
        if (earlier.*counter && later.*counter && *(later.*counter) < *(earlier.*counter))
            return true;
    }
    return false;
}

std::optional<double> bitsPerSecond(const Counters::Counter& bytes, const base::TimeRange& range)
{
    if (!bytes || range.isEmpty())
        return std::nullopt;
    return static_cast<double>(*bytes) * 8.0 * static_cast<double>(base::kNsPerSecond) /
           static_cast<double>(range.length());
}

/// Input minus output, less what the element may still hold.
std::optional<std::int64_t> missingPackets(const Element& element, const Window& window)
{
    const Counters& delta = window.delta;
    if (!delta.inPackets || !delta.outPackets)
        return std::nullopt;
    const auto difference = static_cast<std::int64_t>(*delta.inPackets - *delta.outPackets);
    if (window.queueGrowth)
        return difference - *window.queueGrowth;
    const auto buffer = static_cast<std::int64_t>(element.bufferPackets.value_or(kAssumedBufferPackets));
    return difference > buffer ? difference : 0;
}

} // namespace

Window makeWindow(const Sample& earlier, const Sample& later, std::string_view subject,
                  std::vector<base::DataQuality>& quality)
{
    Window window{{earlier.at, later.at}, {}, {}};
    if (window.range.isEmpty()) {
        window.range.end = window.range.begin;
        return window;
    }
    if (wentBack(earlier.counters, later.counters)) {
        quality.push_back(
            {base::Severity::Defect,
             "counter_reset",
             fmt::format("counters of {} went back: the time between these two samples is not known", subject),
             "sample more often, so that a restart hides less",
             1,
             {},
             later.at,
             std::string(subject)});
        return window;
    }
    for (const auto counter : kCumulative) {
        if (earlier.counters.*counter && later.counters.*counter)
            window.delta.*counter = *(later.counters.*counter) - *(earlier.counters.*counter);
    }
    if (earlier.counters.queuedPackets && later.counters.queuedPackets)
        window.queueGrowth = static_cast<std::int64_t>(*later.counters.queuedPackets - *earlier.counters.queuedPackets);
    return window;
}

std::optional<Window> windowOver(const std::vector<Sample>& samples, base::TimeRange range, std::string_view subject,
                                 std::vector<base::DataQuality>& quality)
{
    const auto first =
        std::find_if(samples.begin(), samples.end(), [&](const Sample& sample) { return sample.at >= range.begin; });
    const auto end = std::find_if(first, samples.end(), [&](const Sample& sample) { return sample.at > range.end; });
    if (end - first < 2)
        return std::nullopt;
    // A restart in the middle may be hidden by what was counted since.
    for (auto later = first + 1; later != end; ++later) {
        if (wentBack((later - 1)->counters, later->counters)) {
            Window window = makeWindow(*(later - 1), *later, subject, quality);
            window.range = {first->at, (end - 1)->at};
            return window;
        }
    }
    return makeWindow(*first, *(end - 1), subject, quality);
}

std::optional<double> inputBps(const Window& window)
{
    return bitsPerSecond(window.delta.inBytes, window.range);
}

std::optional<double> outputBps(const Window& window)
{
    return bitsPerSecond(window.delta.outBytes, window.range);
}

std::optional<double> averagePacketBytes(const Window& window)
{
    const Counters& delta = window.delta;
    const bool hasOutput = delta.outBytes && delta.outPackets.value_or(0) > 0;
    const Counters::Counter& bytes = hasOutput ? delta.outBytes : delta.inBytes;
    const std::uint64_t packets = (hasOutput ? delta.outPackets : delta.inPackets).value_or(0);
    if (!bytes || packets == 0)
        return std::nullopt;
    return static_cast<double>(*bytes) / static_cast<double>(packets);
}

std::optional<PacketLoss> packetLoss(const Element& element, const Window& window)
{
    const Counters& delta = window.delta;
    const bool isCounted = delta.dropPackets.has_value();
    const std::optional<std::int64_t> missing =
        isCounted ? static_cast<std::int64_t>(*delta.dropPackets) : missingPackets(element, window);
    if (!missing)
        return std::nullopt;
    if (*missing <= 0)
        return PacketLoss{0, 0.0, isCounted};

    PacketLoss loss{static_cast<std::uint64_t>(*missing), std::nullopt, isCounted};
    // Counters disagree on whether a dropped packet came in; neither way may the share exceed 1.
    const std::uint64_t offered = std::max(delta.inPackets.value_or(0), delta.outPackets.value_or(0) + loss.packets);
    if (delta.inPackets || delta.outPackets)
        loss.share = static_cast<double>(loss.packets) / static_cast<double>(offered);
    if (loss.share && *loss.share <= kLossNoise)
        return PacketLoss{0, loss.share, isCounted};
    return loss;
}

} // namespace vnscope::analyses::perfsight
