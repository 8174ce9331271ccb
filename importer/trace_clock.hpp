// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::importer {

/// A host's CLOCK_MONOTONIC, as one trace's metadata tells of it.
struct MonotonicClock {
    std::string host;
    base::Nanoseconds offset =
        0;                    ///< From the Unix epoch to the clock's 0. Each tracer measures it anew when it begins.
    bool hasBootUuid = false; ///< Its UUID is that of the host's boot, as LTTng's is; perf's is made up.
};

/// Nothing when the trace's clock is another one, or nobody knows which. Reads the metadata's text as LTTng and perf
/// write it. Sources: perf 6.1, tools/perf/util/data-convert-bt.c (ctf_writer__setup_clock); lttng-modules 2.13
/// lttng-events.c; lttng-tools 2.13 ust-metadata.cpp.
[[nodiscard]] std::optional<MonotonicClock> monotonicClock(std::string_view metadata);

/// One clock that two traces have in common.
struct SharedClock {
    std::size_t trace = 0;     ///< The other trace's number.
    base::Nanoseconds add = 0; ///< Makes this trace's times those of the other one.
};

/// For each trace of perf, which other one was recorded with the same clock. Both count the host's CLOCK_MONOTONIC, so
/// the difference of their offsets is an error of measuring, and is taken away. It is some microseconds; the two are of
/// one boot as long as it is small against the time that a reboot takes.
[[nodiscard]] std::vector<std::optional<SharedClock>>
findSharedClocks(std::span<const std::optional<MonotonicClock>> clocks);

} // namespace vnscope::importer
