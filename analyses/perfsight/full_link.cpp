// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/full_link.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "analyses/perfsight/window.hpp"

namespace vnscope::analyses::perfsight {

namespace {

/// What a chain's link moves is payload; headers of full-sized segments, and little else besides, make up the rest.
constexpr double kLeastPayload = 0.85;
/// Samples of middleboxes and devices are not taken at one moment.
constexpr double kMostPayload = 1.02;

struct Device {
    const Element* element = nullptr;
    double bps = 0;
    double share = 0; ///< Of its capacity.
};

/// A queue's rate is its device's, too; and a NIC counts what its driver does.
bool isDevice(const Element& element)
{
    return element.isVirtualizationStack() && element.kind != kQdisc && element.kind != kPnicDriver &&
           element.capacityBps.value_or(0) > 0;
}

/// How full a device is. A shaper limits what a virtual device sends, and nothing what it receives.
std::optional<Device> fullDevice(const Subject& subject, base::TimeRange range)
{
    if (!isDevice(subject.element))
        return std::nullopt;
    std::vector<base::DataQuality> toldByLosses;
    const auto window = windowOver(subject.samples, range, subject.element.name, toldByLosses);
    if (!window)
        return std::nullopt;
    double bps = outputBps(*window).value_or(0);
    if (subject.element.kind == kPnic)
        bps = std::max(bps, inputBps(*window).value_or(0));
    const double share = bps / static_cast<double>(*subject.element.capacityBps);
    return share >= kFullShare ? std::optional(Device{&subject.element, bps, share}) : std::nullopt;
}

/// Nothing when the sender has other receivers, and does not count them apart.
std::optional<double> bpsOf(const MiddleboxGraph& graph, const Link& link)
{
    const Window& window = graph.nodes[link.from].window;
    if (link.outBytes && !window.range.isEmpty())
        return static_cast<double>(*link.outBytes) * 8.0 * static_cast<double>(base::kNsPerSecond) /
               static_cast<double>(window.range.length());
    const auto receivers = std::ranges::count(graph.links, link.from, &Link::from);
    return receivers == 1 ? outputBps(window) : std::nullopt;
}

ShortageVerdict verdictOf(const Device& device, const MiddleboxGraph& graph, const Link& link, double bps)
{
    ShortageVerdict verdict;
    verdict.host = device.element->host;
    verdict.resource = fmt::format("Bandwidth of link {}", device.element->name);
    verdict.kind = ShortageKind::Bottleneck;
    verdict.elements = {*device.element};
    verdict.evidence = {
        {"link_utilisation", device.share, fmt::format("link_utilisation >= {}", kFullShare)},
        {"carried_bps", device.bps, ""},
        {"capacity_bps", static_cast<double>(*device.element->capacityBps), ""},
        {fmt::format("bps from {} to {}", graph.nodes[link.from].element.name, graph.nodes[link.to].element.name), bps,
         ""}};
    verdict.notMeasured = {fmt::format("whether the packets of this chain pass {}", device.element->name)};
    verdict.confidence = Confidence::Likely;
    return verdict;
}

/// The chain's link whose rate is nearest to what the device carries; nothing when none is near.
std::optional<ShortageVerdict> explainBy(const Device& device, const std::vector<DiagnosedChain>& chains)
{
    std::optional<ShortageVerdict> verdict;
    double nearest = kLeastPayload;
    for (const auto& [chain, diagnosis] : chains) {
        if (!diagnosis.rootCauses.empty())
            continue;
        for (const Link& link : chain.graph.links) {
            const double bps = bpsOf(chain.graph, link).value_or(0);
            const double share = bps / device.bps;
            if (share < nearest || share > kMostPayload)
                continue;
            nearest = share;
            verdict = verdictOf(device, chain.graph, link, bps);
        }
    }
    return verdict;
}

} // namespace

std::vector<ShortageVerdict> findFullLinks(const Scene& scene, base::TimeRange range,
                                           const std::vector<DiagnosedChain>& chains)
{
    std::vector<Device> devices;
    for (const Subject& subject : scene.subjects)
        if (const auto device = fullDevice(subject, range))
            devices.push_back(*device);
    std::ranges::stable_sort(devices, std::greater<>{}, &Device::share);
    std::vector<ShortageVerdict> verdicts;
    for (const Device& device : devices)
        if (auto verdict = explainBy(device, chains))
            verdicts.push_back(std::move(*verdict));
    return verdicts;
}

} // namespace vnscope::analyses::perfsight
