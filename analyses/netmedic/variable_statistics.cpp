// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/variable_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vnscope::analyses::netmedic {

namespace {

/// States are floats: what differs by less is the same.
constexpr double kPrecision = 1e-6;

} // namespace

void VariableStatistics::add(double value)
{
    ++m_count;
    const double before = value - m_mean;
    m_mean += before / static_cast<double>(m_count);
    m_squares += before * (value - m_mean);
    m_smallest = std::min(m_smallest, value);
    m_largest = std::max(m_largest, value);
}

double VariableStatistics::abnormality(double value) const
{
    if (m_count < 2)
        return 0;
    const auto others = static_cast<double>(m_count - 1);
    const double mean = m_mean - (value - m_mean) / others;
    const double squares = std::max(0.0, m_squares - (value - m_mean) * (value - mean));
    const double deviation = std::abs(value - mean);
    if (deviation <= kPrecision * std::max(std::abs(value), std::abs(mean)))
        return 0;
    const double standard = std::sqrt(squares / others);
    return std::erf(deviation / (standard * std::numbers::sqrt2)); // Of infinity, 1: all others are the same.
}

} // namespace vnscope::analyses::netmedic
