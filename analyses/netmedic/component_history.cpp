// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/component_history.hpp"

#include <algorithm>
#include <limits>

namespace vnscope::analyses::netmedic {

namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

float& variable(State& state, Variable which)
{
    return state[static_cast<std::size_t>(which)];
}

/// A window in which no packet left has no latency. It takes the mean of the others, so that it is neither abnormal nor
/// far from any.
void fillUnknown(std::vector<State>& states, Variable which)
{
    double sum = 0;
    std::size_t known = 0;
    for (State& state : states) {
        const float value = variable(state, which);
        if (value == value) {
            sum += value;
            ++known;
        }
    }
    const float mean = known == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(known));
    for (State& state : states) {
        float& value = variable(state, which);
        if (value != value)
            value = mean;
    }
}

} // namespace

void ComponentHistory::onRead(const WindowAxis& axis, base::Timestamp at, std::uint32_t packets, const Waits& waits)
{
    closeBatch(axis);
    m_batch = Batch{at, at, waits};
    this->at(axis.indexOf(at)).received += packets;
}

void ComponentHistory::onWrite(const WindowAxis& axis, base::Timestamp at, std::uint32_t packets)
{
    onOutput(axis, at);
    this->at(axis.indexOf(at)).sent += packets;
}

void ComponentHistory::onDrop(const WindowAxis& axis, base::Timestamp at)
{
    onOutput(axis, at);
}

void ComponentHistory::onQueue(const WindowAxis& axis, base::Timestamp at, std::uint64_t packets)
{
    if (m_queued > 0) {
        spread(axis, m_queuedSince, at, [&](Sums& sums, base::Nanoseconds ns) {
            sums.queuedNs += static_cast<double>(m_queued) * static_cast<double>(ns);
            sums.queueMax = std::max(sums.queueMax, static_cast<double>(m_queued));
        });
    }
    m_queued = packets;
    m_queuedSince = at;
    Sums& now = this->at(axis.indexOf(at));
    now.queueMax = std::max(now.queueMax, static_cast<double>(packets));
}

std::vector<State> ComponentHistory::states(const WindowAxis& axis, std::size_t windows, base::Timestamp end) const
{
    ComponentHistory whole = *this;
    whole.closeBatch(axis);
    whole.onQueue(axis, end, m_queued);
    whole.m_sums.resize(windows);
    std::vector<State> states;
    states.reserve(windows);
    for (const Sums& sums : whole.m_sums)
        states.push_back(stateOf(sums, axis.width));
    fillUnknown(states, Variable::LatencyMean);
    fillUnknown(states, Variable::LatencyMax);
    return states;
}

ComponentHistory::Sums& ComponentHistory::at(std::size_t window)
{
    if (window >= m_sums.size())
        m_sums.resize(window + 1);
    return m_sums[window];
}

void ComponentHistory::onOutput(const WindowAxis& axis, base::Timestamp at)
{
    if (!m_batch)
        return;
    spread(axis, m_batch->doneAt, at, [](Sums& sums, base::Nanoseconds ns) { sums.busyNs += static_cast<double>(ns); });
    m_batch->doneAt = at;
}

void ComponentHistory::closeBatch(const WindowAxis& axis)
{
    if (!m_batch)
        return;
    const Waits& waits = m_batch->waits;
    const base::Nanoseconds service = m_batch->doneAt - m_batch->readAt;
    if (waits.packets > 0) {
        Sums& sums = at(axis.indexOf(m_batch->doneAt));
        sums.latencyNs += waits.sumNs + static_cast<double>(service) * waits.packets;
        sums.latencyPackets += waits.packets;
        sums.latencyMaxNs = std::max(sums.latencyMaxNs, static_cast<double>(waits.longestNs + service));
    }
    m_batch.reset();
}

template <typename Add>
void ComponentHistory::spread(const WindowAxis& axis, base::Timestamp begin, base::Timestamp end, Add add)
{
    while (begin < end) {
        const std::size_t window = axis.indexOf(begin);
        const base::Timestamp until = std::min(end, axis.beginOf(window + 1));
        add(at(window), until - begin);
        begin = until;
    }
}

State ComponentHistory::stateOf(const Sums& sums, base::Nanoseconds width)
{
    const auto widthNs = static_cast<double>(width);
    const double seconds = widthNs / static_cast<double>(base::kNsPerSecond);
    const auto of = [](double value) { return static_cast<float>(value); };
    const bool hasLatency = sums.latencyPackets > 0;
    State state{};
    variable(state, Variable::Busy) = of(sums.busyNs / widthNs);
    variable(state, Variable::Received) = of(sums.received / seconds);
    variable(state, Variable::Sent) = of(sums.sent / seconds);
    variable(state, Variable::QueueMean) = of(sums.queuedNs / widthNs);
    variable(state, Variable::QueueMax) = of(sums.queueMax);
    variable(state, Variable::LatencyMean) = hasLatency ? of(sums.latencyNs / sums.latencyPackets) : kUnknown;
    variable(state, Variable::LatencyMax) = hasLatency ? of(sums.latencyMaxNs) : kUnknown;
    return state;
}

} // namespace vnscope::analyses::netmedic
