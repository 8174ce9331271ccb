// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recording/session/guardian.hpp"
#include "recording/session/lttng_session.hpp"
#include "recording/session/options.hpp"
#include "recording/session/perf_recorder.hpp"
#include "recording/session/process.hpp"
#include "recording/session/progress.hpp"
#include "recording/session/session_daemon.hpp"
#include "recording/session/summary.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// Who wants to know how it goes.
struct Observer {
    std::function<void(std::string_view)> say; ///< One sentence for the user, at once.
    std::function<void(const Progress&)> progress;
    std::function<int()> stopSignal; ///< The signal that asked us to stop; 0: none did.
};

/// One recording, from setting up the tracers to the session file. What cannot be recorded is said and left out;
/// destroyed in the middle, it takes away what it has set up.
class Recording final {
public:
    Recording(Options options, Observer observer);

    /// Fails when nothing at all can be recorded (the command was not run then), or, with NotFound, when the
    /// command cannot be run.
    [[nodiscard]] base::Result<Summary> run();

private:
    using Clock = std::chrono::steady_clock;

    struct Perf {
        std::string name;
        PerfRecorder recorder;
    };

    [[nodiscard]] base::Result<void> setUp();
    /// The command's process is there, so that perf can follow it, and waits.
    [[nodiscard]] base::Result<void> holdCommand();
    [[nodiscard]] base::Result<void> releaseCommand();
    void startLttng(const Events& events);
    void recordKernelByLttng(const Events& events);
    void startPerfs(const Events& events);
    void startPerf(const std::string& name, const std::vector<std::string>& events, pid_t process);
    void startAgent();
    void dumpState(std::string_view when);

    void watch();
    [[nodiscard]] bool isOver();
    void lookAround();
    void lookAtSources();
    void tellProgress();
    void takeSnapshot();

    void finish();
    void endCommand();
    void stopLttng();
    void stopPerfs();
    void close();

    Source& source(const std::string& name);
    void leaveOut(const std::string& name, const std::string& why);
    void endedEarly(const std::string& name, const std::string& why);
    [[nodiscard]] bool isRecorded(const std::string& name);
    [[nodiscard]] bool isAnythingRecording();
    [[nodiscard]] std::filesystem::path program(std::string_view name) const;
    [[nodiscard]] std::string librariesToPreload();
    [[nodiscard]] std::filesystem::path libraryOfOurs(std::string_view name) const;
    [[nodiscard]] base::Nanoseconds elapsed() const;

    Options m_options;
    Observer m_observer;
    Summary m_summary;
    Clock::time_point m_begin;
    Clock::time_point m_nextLook;
    Progress m_last;
    std::size_t m_parts = 0; ///< Parts that LTTng has finished in Mode::Rotation.
    // In the order of their making: destroyed the other way round.
    std::optional<Guardian> m_guardian;
    std::optional<SessionDaemon> m_daemon;
    std::optional<LttngSession> m_lttng;
    std::vector<Perf> m_perfs;
    std::optional<Process> m_agent;
    std::optional<Process> m_command;
};

} // namespace vnscope::recording::session
