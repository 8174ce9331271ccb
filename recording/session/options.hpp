// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "recording/session/presets.hpp"
#include "storage/base/time.hpp"

namespace vnscope::recording::session {

enum class Mode {
    Continuous, ///< Everything is written, from begin to end.
    Snapshot,   ///< Rings in memory; what they hold is written when asked, the oldest events give way.
    Rotation,   ///< As Continuous, in parts that are whole for themselves.
};

/// When a new part begins; exactly one of both is set in Mode::Rotation.
struct Rotation {
    base::Nanoseconds every = 0;
    std::uint64_t bytes = 0;
    unsigned keep = 0; ///< Older parts are removed; 0: all stay.
};

/// What is to be recorded, and where to.
struct Options {
    std::filesystem::path folder; ///< The session folder: not there yet, or empty.
    Preset preset = Preset::Network;
    Mode mode = Mode::Continuous;
    Rotation rotation;
    std::uint64_t bufferBytes = std::uint64_t{4} << 20U; ///< Per CPU and tracer.
    base::Nanoseconds duration = 0;                      ///< 0: until stopped, or until the command ends.
    base::Nanoseconds agentPeriod = 0;                   ///< 0: as the agent likes.
    std::vector<std::string> command;                    ///< Empty: the host is recorded, no command is run.
    std::filesystem::path
        programs; ///< Where vnscope-statedump, vnscope-agent and the libraries to preload are looked for.
};

} // namespace vnscope::recording::session
