// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "storage/base/time.hpp"

namespace vnscope::recording::session {

/// How a recording stands.
struct Progress {
    base::Nanoseconds elapsed = 0;
    /// perf's: LTTng tells no number before the trace is read. With --rotate and --snapshot, those of finished parts:
    /// perf writes the header of a further file when it ends it.
    std::uint64_t events = 0;
    double eventsPerSecond = 0;  ///< Since the last one.
    std::uint64_t lost = 0;      ///< Events that the tracers discarded.
    std::uint64_t diskBytes = 0; ///< Of the session folder.
    double bytesPerSecond = 0;
};

/// One line: "0:12  1.2M events  103k/s  0 lost  45.0MB  3.9MB/s"
[[nodiscard]] std::string progressText(const Progress& progress);

} // namespace vnscope::recording::session
