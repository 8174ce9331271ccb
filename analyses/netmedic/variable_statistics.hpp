// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>

namespace vnscope::analyses::netmedic {

/// How one variable of a component is distributed over the windows.
class VariableStatistics final {
public:
    void add(double value);

    /// 0..1: the share of a normal distribution, with mean and standard deviation of the other windows, that is nearer
    /// to their mean than `value`, which is one of those added. 0 if there are no others.
    [[nodiscard]] double abnormality(double value) const;

    /// Largest less smallest.
    [[nodiscard]] double range() const { return m_count == 0 ? 0 : m_largest - m_smallest; }

private:
    std::size_t m_count = 0;
    double m_mean = 0;
    double m_squares = 0; ///< Of the deviations from the mean (Welford).
    double m_smallest = std::numeric_limits<double>::infinity();
    double m_largest = -std::numeric_limits<double>::infinity();
};

} // namespace vnscope::analyses::netmedic
