// SPDX-License-Identifier: Apache-2.0
#include "recording/session/perf_recorder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "recording/session/perf_conversion.hpp"

namespace vnscope::recording::session {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::FileDescriptor;
using base::Result;

constexpr std::chrono::seconds kStartPatience{20};
constexpr std::chrono::seconds kStopPatience{60};
constexpr std::chrono::milliseconds kGlance{20};

fs::path dataFile(const fs::path& folder)
{
    return folder / "perf.data";
}

/// When perf begins a new file. A signal (SIGUSR2) does it, too.
std::string switchOption(const PerfTask& task)
{
    if (task.rotation.bytes != 0) // perf takes B, K, M and G.
        return fmt::format("--switch-output={}B", task.rotation.bytes);
    const base::Nanoseconds seconds = std::max<base::Nanoseconds>(1, task.rotation.every / base::kNsPerSecond);
    return fmt::format("--switch-output={}s", seconds);
}

std::vector<std::string> commandOf(const PerfTask& task, int control, int answer)
{
    std::vector<std::string> words{"perf",
                                   "record",
                                   "--clockid=CLOCK_MONOTONIC",
                                   fmt::format("--mmap-pages={}B", task.bufferBytes),
                                   fmt::format("--event={}", fmt::join(task.events, ",")),
                                   "--exclude-perf", // Its own writes would make it write for ever.
                                   "--output=" + dataFile(task.folder).string(),
                                   "--delay=-1",
                                   fmt::format("--control=fd:{},{}", control, answer)};
    words.push_back(task.process == 0 ? "--all-cpus" : fmt::format("--pid={}", task.process));
    if (task.mode == Mode::Snapshot) {
        words.emplace_back("--overwrite");
        words.emplace_back("--switch-output");
    }
    if (task.mode == Mode::Rotation) {
        words.push_back(switchOption(task));
        if (task.rotation.keep != 0)
            words.push_back(fmt::format("--switch-max-files={}", task.rotation.keep));
    }
    return words;
}

/// The two pipes of perf's --control.
class Control final {
public:
    Control()
    {
        std::array<int, 2> commands{-1, -1};
        std::array<int, 2> answers{-1, -1};
        if (::pipe2(commands.data(), O_CLOEXEC) == 0 && ::pipe2(answers.data(), O_CLOEXEC) == 0) {
            m_perfReads = FileDescriptor(commands[0]);
            m_weWrite = FileDescriptor(commands[1]);
            m_weRead = FileDescriptor(answers[0]);
            m_perfWrites = FileDescriptor(answers[1]);
        }
    }

    /// perf 6.1 gives up, its file unfinished, when one of the pipes is closed on our side. It gets our ends too, so
    /// that this does not happen when we die.
    [[nodiscard]] std::vector<int> all() const
    {
        return {m_perfReads.get(), m_perfWrites.get(), m_weRead.get(), m_weWrite.get()};
    }
    [[nodiscard]] int perfReads() const { return m_perfReads.get(); }
    [[nodiscard]] int perfWrites() const { return m_perfWrites.get(); }

    /// Whether perf answered that it records.
    [[nodiscard]] bool enable(Process& perf)
    {
        m_perfReads.close();
        m_perfWrites.close();
        constexpr std::string_view kEnable = "enable\n";
        (void)!::write(m_weWrite.get(), kEnable.data(), kEnable.size());
        const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
        while (perf.isRunning() && std::chrono::steady_clock::now() < deadline) {
            pollfd query{m_weRead.get(), POLLIN, 0};
            std::array<char, 16> answer{};
            if (::poll(&query, 1, 50) > 0)
                return ::read(m_weRead.get(), answer.data(), answer.size()) > 0;
        }
        return false;
    }

private:
    FileDescriptor m_perfReads;
    FileDescriptor m_perfWrites;
    FileDescriptor m_weRead;
    FileDescriptor m_weWrite;
};

} // namespace

PerfRecorder::PerfRecorder(Process process, const PerfTask& task)
    : m_process(std::move(process)), m_folder(task.folder), m_mode(task.mode), m_current(dataFile(task.folder))
{
}

Result<PerfRecorder> PerfRecorder::start(const PerfTask& task)
{
    std::error_code error;
    fs::create_directories(task.folder, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("cannot make \"{}\": {}", task.folder.string(), error.message()));
    const fs::path log = task.folder / "perf.log";
    Control control;
    Result<Process> process = Process::start({.arguments = commandOf(task, control.perfReads(), control.perfWrites()),
                                              .environment = {},
                                              .log = log,
                                              .passed = control.all(),
                                              .endWithUs = SIGINT});
    if (!process && process.error().code == ErrorCode::NotFound)
        return fail(ErrorCode::NotFound, "perf is not installed (apt-get install linux-perf)");
    if (!process)
        return tl::unexpected(process.error());
    if (!control.enable(*process)) {
        process->end(SIGKILL, std::chrono::milliseconds(0));
        return fail(ErrorCode::Io, fmt::format("perf cannot record: {}", lastWords(log)));
    }
    return PerfRecorder(std::move(*process), task);
}

PerfCounts PerfRecorder::counts()
{
    for (const fs::path& file : perfDataFiles(m_folder)) {
        if (file == dataFile(m_folder))
            continue;
        const auto [scanner, isNew] = m_scanners.try_emplace(file, file);
        if (!isNew)
            continue;
        scanner->second.update();
        // The part that was being written has got this name.
        m_current = PerfDataScanner(dataFile(m_folder));
    }
    m_current.update();
    PerfCounts sum = m_current.counts();
    for (const auto& [file, scanner] : m_scanners) {
        sum.events += scanner.counts().events;
        sum.lost += scanner.counts().lost;
    }
    return sum;
}

Result<void> PerfRecorder::takeSnapshot()
{
    const std::vector<fs::path> before = perfDataFiles(m_folder);
    m_process.signal(SIGUSR2);
    const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
    while (m_process.isRunning() && std::chrono::steady_clock::now() < deadline) {
        for (const fs::path& file : perfDataFiles(m_folder)) {
            if (file != dataFile(m_folder) && std::find(before.begin(), before.end(), file) == before.end()) {
                m_snapshots.insert(file);
                return {};
            }
        }
        std::this_thread::sleep_for(kGlance);
    }
    return fail(ErrorCode::Io, "perf wrote no snapshot");
}

void PerfRecorder::stop()
{
    m_process.end(SIGINT, kStopPatience);
    if (m_mode != Mode::Snapshot)
        return;
    std::error_code ignored;
    for (const fs::path& file : perfDataFiles(m_folder)) {
        if (!m_snapshots.contains(file))
            fs::remove(file, ignored);
    }
}

Result<void> PerfRecorder::convert() const
{
    return convertPerfData(m_folder);
}

} // namespace vnscope::recording::session
