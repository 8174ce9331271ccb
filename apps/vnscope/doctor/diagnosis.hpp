// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/vnscope/doctor/host.hpp"

namespace vnscope::cli::doctor {

enum class CheckState {
    Ok,      ///< As it should be.
    Note,    ///< Works, but something is worth knowing.
    Missing, ///< Stands in the way of at least one way of recording.
};

/// `ok`, `note`, `missing`.
[[nodiscard]] std::string_view toText(CheckState state);

/// One thing that was looked at.
struct Check {
    std::string id; ///< Stable, for scripts: "lttng_modules".
    CheckState state = CheckState::Ok;
    std::string detail; ///< One clause: what was found.
    std::string fix;    ///< The exact command, where one helps.
};

/// One way to record network events on this machine.
struct RecordingWay {
    std::string id; ///< "lttng_kernel", "lttng_ust", "perf"
    std::string title;
    bool recordsKernel = false;        ///< Whether it records the kernel's network events.
    std::vector<std::string> missing;  ///< Ids of checks that stand in its way; empty: it can be used now.
    std::vector<std::string> commands; ///< How to record ten seconds.

    [[nodiscard]] bool isPossible() const { return missing.empty(); }
};

struct Diagnosis {
    std::vector<Check> checks;
    std::vector<RecordingWay> ways;

    /// Whether the kernel's network events can be recorded in any way.
    [[nodiscard]] bool canRecordKernel() const;
};

/// Looks at a machine; changes nothing on it.
[[nodiscard]] Diagnosis diagnose(const Host& host);

} // namespace vnscope::cli::doctor
