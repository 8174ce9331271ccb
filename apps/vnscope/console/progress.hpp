// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

#include "tracepoints/event_batch.hpp"

namespace vnscope::cli {

/// One line that tells how far a long operation is: percent, events, bytes, rate and the time that is probably left
/// (from bytes; not told in the first second, when it would be a guess). At most `columns` wide.
[[nodiscard]] std::string progressLine(std::string_view what, const tracepoints::SourceProgress& progress,
                                       std::chrono::duration<double> elapsed, std::size_t columns);

/// Redraws a progress line in place, at most ten times per second, and only when `isTerminal`; a pipe gets nothing.
/// The line is gone when the object is.
class ProgressDisplay final {
public:
    ProgressDisplay(std::ostream& err, bool isTerminal, std::string what);
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;
    ~ProgressDisplay();

    void update(const tracepoints::SourceProgress& progress);
    /// Takes the line away, so that something else can be printed.
    void clear();

private:
    using Clock = std::chrono::steady_clock;

    std::ostream& m_err;
    bool m_isTerminal;
    bool m_isDrawn = false;
    std::string m_what;
    Clock::time_point m_begin;
    Clock::time_point m_nextDraw;
};

} // namespace vnscope::cli
