// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "apps/vnscope/console/console.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::cli {

/// One line that tells how far a long operation is: percent, events, bytes, rate and the time that is probably left
/// (from bytes; not told in the first second, when it would be a guess). At most `columns` wide.
[[nodiscard]] std::string progressLine(std::string_view what, const tracepoints::SourceProgress& progress,
                                       std::chrono::duration<double> elapsed, std::size_t columns);

/// {"bytes_read": 1, "bytes_total": 2, "events": 3} in one line, for programs that wait for us.
[[nodiscard]] std::string progressJson(const tracepoints::SourceProgress& progress);

/// Tells on `console.err` how far something is, at most ten times per second, as the console wants it: a line that is
/// redrawn in place and gone when the object is, or lines of JSON; a pipe that asked for nothing gets nothing.
class ProgressDisplay final {
public:
    ProgressDisplay(const Console& console, std::string what);
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;
    ~ProgressDisplay();

    void update(const tracepoints::SourceProgress& progress);
    /// Takes the line away, so that something else can be printed.
    void clear();

private:
    using Clock = std::chrono::steady_clock;

    const Console& m_console;
    bool m_isDrawn = false;
    std::string m_what;
    Clock::time_point m_begin;
    Clock::time_point m_nextDraw;
};

} // namespace vnscope::cli
