// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/throughput_watch.hpp"

#include <algorithm>
#include <cmath>

namespace vnscope::analyses::microscope {

namespace {

/// Less than half of the usual, and so many standard deviations (Poisson) that chance does not bring it.
bool isDip(std::uint32_t packets, std::uint32_t usual)
{
    constexpr double kDeviations = 4;
    const auto expected = static_cast<double>(usual);
    return packets < expected / 2 && packets < expected - kDeviations * std::sqrt(expected);
}

} // namespace

void ThroughputWatch::add(FlowId flow, std::uint64_t journey, base::Timestamp end, base::Nanoseconds latency)
{
    if (!flow.isValid())
        return;
    if (m_flows.empty())
        m_begin = end;
    const base::Nanoseconds since = std::max<base::Nanoseconds>(end - m_begin, 0);
    const std::size_t place = std::min(static_cast<std::size_t>(since / kWindow), kWindows - 1);
    m_last = std::max(m_last, place);
    Window& window = m_flows[flow.value][place];
    ++window.packets;
    if (latency > window.latency) {
        window.latency = latency;
        window.journey = journey;
    }
}

void ThroughputWatch::findDips(const Windows& windows, std::size_t count, std::vector<std::uint64_t>& found)
{
    std::array<std::uint32_t, kWindows> sorted{};
    std::ranges::transform(windows, sorted.begin(), &Window::packets);
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(count));
    const std::uint32_t usual = *middle;
    if (usual < kFewest)
        return;
    for (std::size_t place = 0; place < count; ++place) {
        if (!isDip(windows[place].packets, usual))
            continue;
        // What was held up comes in the window or right after it. Nobody was held up: less was sent.
        const Window& next = windows[std::min(place + 1, count - 1)];
        const Window& slowest = next.latency > windows[place].latency ? next : windows[place];
        if (slowest.latency < kWindow / 2)
            continue;
        if (found.empty() || found.back() != slowest.journey)
            found.push_back(slowest.journey);
    }
}

std::vector<std::uint64_t> ThroughputWatch::take()
{
    std::vector<std::uint64_t> found;
    // The last window may have begun only just now.
    const std::size_t count = m_last;
    for (const auto& [flow, windows] : m_flows) {
        if (count >= 3)
            findDips(windows, count, found);
    }
    m_flows.clear();
    m_last = 0;
    return found;
}

} // namespace vnscope::analyses::microscope
