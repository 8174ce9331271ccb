// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::recording::session {

/// What became of one tracer, or of one of its tasks.
struct Source {
    enum class State {
        Recorded,
        EndedEarly,  ///< Died while it recorded; what it had written stays.
        NotRecorded, ///< `detail` says why.
    };

    std::string name; ///< Stable, for scripts: "perf", "perf_syscalls", "lttng_user", "lttng_kernel", "agent", ...
    State state = State::Recorded;
    std::string detail;                  ///< One clause.
    std::optional<std::uint64_t> events; ///< Only where it is known without reading the trace.
    std::uint64_t lostEvents = 0;
    std::uint64_t lostPackets = 0;
};

[[nodiscard]] std::string_view toText(Source::State state);

/// How a recording went.
struct Summary {
    base::Timestamp begin;
    base::Timestamp end;
    std::vector<Source> sources;
    std::vector<std::string> remarks;
    unsigned snapshots = 0;
    std::optional<int> commandStatus; ///< As a shell says it; nothing when no command was run.
    std::uint64_t diskBytes = 0;
    bool isComplete = false; ///< False in the file of a recording that was killed.

    [[nodiscard]] bool hasEndedEarly() const;
    [[nodiscard]] std::uint64_t lostEvents() const;
};

} // namespace vnscope::recording::session
