// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/impact.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace vnscope::analyses::netmedic {

namespace {

/// A component is normal up to one standard deviation from the mean (Microscope, section 4.1, says that NetMedic does
/// so).
const double kNormal = std::erf(1 / std::numbers::sqrt2);
/// One of the two is normal: the one hardly acts on the other.
constexpr double kWeightOfNormal = 0.1;
/// The source was never like this before: it may well be the reason.
constexpr double kWeightOfUnseen = 0.8;
constexpr std::size_t kMostHops = 32;

/// How often the destination was as it is now when the source was as it is now.
double weightOf(const ComponentProfile& destination, std::span<const SimilarWindow> similar, std::size_t now)
{
    double sum = 0;
    double weights = 0;
    for (const SimilarWindow& window : similar) {
        sum += window.similarity * destination.similarity(now, window.window);
        weights += window.similarity;
    }
    return weights == 0 ? kWeightOfUnseen : sum / weights;
}

} // namespace

std::vector<WeightedEdge> weighEdges(std::span<const Edge> edges, std::span<const ComponentProfile> components,
                                     std::size_t now)
{
    std::vector<bool> isAbnormal;
    for (const ComponentProfile& component : components)
        isAbnormal.push_back(component.abnormality(now) > kNormal);

    std::vector<std::optional<std::vector<SimilarWindow>>> similar(components.size());
    std::vector<WeightedEdge> weighted;
    for (const Edge& edge : edges) {
        if (!isAbnormal[edge.from] || !isAbnormal[edge.to]) {
            weighted.push_back({edge, kWeightOfNormal});
            continue;
        }
        if (!similar[edge.from])
            similar[edge.from] = components[edge.from].similarWindows(now);
        weighted.push_back({edge, weightOf(components[edge.to], *similar[edge.from], now)});
    }
    return weighted;
}

std::vector<double> impactsOn(std::size_t affected, std::span<const WeightedEdge> edges, std::size_t components)
{
    std::vector<double> impacts(components, 0.0);
    impacts[affected] = 1;
    // The largest product of weights on a way of exactly `hops` edges: in a graph without cycles these are all ways.
    std::vector<double> products(components, 0.0);
    products[affected] = 1;
    for (std::size_t hops = 1; hops <= kMostHops; ++hops) {
        std::vector<double> longer(components, 0.0);
        for (const auto& [edge, weight] : edges) {
            if (edge.from != affected)
                longer[edge.from] = std::max(longer[edge.from], weight * products[edge.to]);
        }
        if (std::all_of(longer.begin(), longer.end(), [](double product) { return product == 0; }))
            break;
        for (std::size_t i = 0; i < components; ++i)
            impacts[i] = std::max(impacts[i], std::pow(longer[i], 1.0 / static_cast<double>(hops)));
        products = std::move(longer);
    }
    return impacts;
}

} // namespace vnscope::analyses::netmedic
