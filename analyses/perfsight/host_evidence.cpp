// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/host_evidence.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace vnscope::analyses::perfsight {

namespace {

constexpr std::string_view kTimeSuffix = "_ns";
constexpr std::string_view kHost = "host";
constexpr std::string_view kCpuBusy = "cpu_busy";
constexpr std::string_view kCpuSteal = "cpu_steal";
constexpr std::string_view kCpuIdle = "cpu_idle";

std::vector<Reading> within(const std::vector<Reading>& readings, base::TimeRange range)
{
    std::vector<Reading> found;
    std::ranges::copy_if(readings, std::back_inserter(found),
                         [&](const Reading& it) { return it.at >= range.begin && it.at <= range.end; });
    return found;
}

double meanOf(const std::vector<Reading>& readings)
{
    double sum = 0;
    for (const Reading& reading : readings)
        sum += static_cast<double>(reading.value);
    return sum / static_cast<double>(readings.size());
}

/// How much of the time between the first and the last reading a growing time grew.
std::optional<double> shareOf(const std::vector<Reading>& readings)
{
    if (readings.size() < 2 || readings.back().at <= readings.front().at)
        return std::nullopt;
    return static_cast<double>(readings.back().value - readings.front().value) /
           static_cast<double>(readings.back().at - readings.front().at);
}

void keepHighest(Evidence& evidence, std::string_view name, double value)
{
    const auto [position, isNew] = evidence.try_emplace(std::string(name), value);
    if (!isNew)
        position->second = std::max(position->second, value);
}

/// What the attributes of one element say.
Evidence evidenceOf(const Subject& subject, base::TimeRange range)
{
    Evidence evidence;
    for (const auto& [name, all] : subject.attributes) {
        const std::vector<Reading> readings = within(all, range);
        if (readings.empty())
            continue;
        if (!name.ends_with(kTimeSuffix))
            evidence[name] = meanOf(readings);
        else if (const std::optional<double> share = shareOf(readings))
            evidence[name.substr(0, name.size() - kTimeSuffix.size())] = *share;
    }
    return evidence;
}

std::optional<double> cpuUtilisation(const Evidence& ofHost)
{
    const auto busy = ofHost.find(kCpuBusy);
    const auto idle = ofHost.find(kCpuIdle);
    if (busy == ofHost.end() || idle == ofHost.end())
        return std::nullopt;
    const auto steal = ofHost.find(kCpuSteal);
    const double wanted = busy->second + (steal == ofHost.end() ? 0.0 : steal->second);
    return wanted + idle->second > 0 ? std::optional(wanted / (wanted + idle->second)) : std::nullopt;
}

} // namespace

Evidence hostEvidence(const Scene& scene, std::string_view host, base::TimeRange range)
{
    Evidence evidence;
    for (const Subject& subject : scene.subjects) {
        if (subject.element.host != host)
            continue;
        const Evidence its = evidenceOf(subject, range);
        for (const auto& [name, value] : its)
            keepHighest(evidence, name, value);
        if (const auto utilisation = subject.element.kind == kHost ? cpuUtilisation(its) : std::nullopt)
            evidence.insert_or_assign(std::string(kCpuUtilisation), *utilisation);
    }
    return evidence;
}

} // namespace vnscope::analyses::perfsight
