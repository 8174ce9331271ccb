// SPDX-License-Identifier: Apache-2.0
#include "recording/session/recording.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "recording/session/session_folder.hpp"
#include "recording/session/snapshot_trigger.hpp"

namespace vnscope::recording::session {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::string_view kTracefs = "/sys/kernel/tracing";
constexpr int kGlanceMs = 50;
constexpr std::chrono::seconds kLookInterval{1};
constexpr std::chrono::seconds kDumpPatience{30};
constexpr std::chrono::seconds kEndPatience{5};
/// perf 6.1 converts some 50,000 events in a second (measured).
constexpr std::uint64_t kManyEvents = 500'000;

base::Timestamp now()
{
    const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(sinceEpoch).count()};
}

/// Of events that were wanted and are not there.
std::vector<std::string> missingOf(const std::vector<std::string>& wanted, const std::vector<std::string>& present)
{
    std::vector<std::string> missing;
    for (const std::string& event : wanted) {
        if (std::find(present.begin(), present.end(), event) == present.end())
            missing.push_back(event);
    }
    return missing;
}

} // namespace

Recording::Recording(Options options, Observer observer)
    : m_options(std::move(options)), m_observer(std::move(observer)), m_begin(Clock::now()), m_nextLook(m_begin)
{
}

Result<Summary> Recording::run()
{
    if (Result<void> made = makeFolder(m_options.folder); !made)
        return tl::unexpected(std::move(made).error());
    // LTTng's daemon writes there too, from a folder of its own.
    m_options.folder = fs::absolute(m_options.folder);
    if (Result<void> ready = setUp(); !ready) {
        std::error_code ignored;
        close();
        fs::remove_all(m_options.folder, ignored);
        return tl::unexpected(std::move(ready).error());
    }
    watch();
    finish();
    m_summary.isComplete = true;
    if (const Result<void> written = writeSessionFile(m_options, m_summary); !written)
        m_summary.remarks.push_back(written.error().message);
    return m_summary;
}

Result<void> Recording::setUp()
{
    Result<Guardian> guardian = Guardian::start();
    if (!guardian)
        return tl::unexpected(std::move(guardian).error());
    m_guardian.emplace(std::move(*guardian));
    if (Result<void> held = holdCommand(); !held)
        return held;
    const Events events = eventsOf(m_options.preset);
    m_summary.begin = now();
    startLttng(events);
    startPerfs(events);
    if (!m_lttng && m_perfs.empty())
        return fail(ErrorCode::Unsupported,
                    "nothing can be recorded here; \"vnscope doctor\" tells what would make it possible");
    for (std::string& problem : copyKernelFacts(m_options.folder))
        m_summary.remarks.push_back(std::move(problem));
    if (Result<void> written = writeSessionFile(m_options, m_summary); !written)
        return written;
    dumpState("begin");
    startAgent();
    return releaseCommand();
}

/// As LD_PRELOAD takes them, the user's own first; those that are not installed are said.
std::string Recording::librariesToPreload()
{
    const char* const own = std::getenv("LD_PRELOAD");
    std::string libraries = own != nullptr ? own : "";
    const auto add = [&](const std::string& source, std::string_view provider) {
        const std::string name = fmt::format("libvnscope_{}.so", source);
        const fs::path library = libraryOfOurs(name);
        if (library.empty())
            leaveOut(source, fmt::format("{} is not installed: {} tells only of programs that were built with it", name,
                                         provider));
        else
            libraries += (libraries.empty() ? "" : ":") + library.string();
    };
    if (m_options.preset == Preset::Middlebox || m_options.preset == Preset::All)
        add("preload", "vnscope_io");
    if (m_options.preset == Preset::Nf || m_options.preset == Preset::All)
        add("dpdk", "vnscope_nf");
    return libraries;
}

Result<void> Recording::holdCommand()
{
    if (m_options.command.empty())
        return {};
    Launch launch{.arguments = m_options.command, .environment = {}, .log = {}, .passed = {}, .isGated = true};
    if (const std::string libraries = librariesToPreload(); !libraries.empty())
        launch.environment.push_back("LD_PRELOAD=" + libraries);
    Result<Process> command = Process::start(launch);
    if (!command)
        return tl::unexpected(std::move(command).error());
    m_guardian->watchGroup(command->pid(), SIGTERM);
    m_command.emplace(std::move(*command));
    return {};
}

Result<void> Recording::releaseCommand()
{
    if (!m_command)
        return {};
    const Result<void> released = m_command->release();
    if (released)
        return {};
    return fail(ErrorCode::NotFound,
                fmt::format("cannot run \"{}\": {}", m_options.command.front(), released.error().message));
}

void Recording::startLttng(const Events& events)
{
    Result<SessionDaemon> daemon = SessionDaemon::use();
    if (!daemon) {
        leaveOut("lttng_user", daemon.error().message);
        return;
    }
    m_guardian->watchDaemon();
    m_daemon.emplace(std::move(*daemon));
    const std::string name = fmt::format("vnscope-{}", ::getpid());
    m_guardian->watchLttngSession(name);
    Result<LttngSession> session = LttngSession::create(name, m_options.folder / "lttng", m_options);
    if (!session) {
        leaveOut("lttng_user", session.error().message);
        return;
    }
    m_lttng.emplace(std::move(*session));
    if (Result<void> user = m_lttng->recordUser(events.user); !user)
        leaveOut("lttng_user", user.error().message);
    else
        source("lttng_user").detail = fmt::format("{}", fmt::join(events.user, ", "));
    recordKernelByLttng(events);
    if (Result<void> started = m_lttng->start(); !started) {
        leaveOut("lttng_user", started.error().message);
        m_lttng.reset();
    }
}

void Recording::recordKernelByLttng(const Events& events)
{
    if (events.kernel.empty() && events.syscalls.empty())
        return;
    const Result<void> kernel = m_lttng->recordKernel(events.kernel, events.syscalls);
    if (kernel)
        source("lttng_kernel").detail = fmt::format("{}", fmt::join(events.kernel, ", "));
    else
        m_summary.remarks.push_back(fmt::format("not LTTng but perf records the kernel: {}", kernel.error().message));
}

void Recording::startPerfs(const Events& events)
{
    if (isRecorded("lttng_kernel"))
        return;
    startPerf("perf", events.perf, 0);
    startPerf("perf_syscalls", events.perfSyscalls, m_command ? m_command->pid() : 0);
    if (isRecorded("perf") && m_options.preset != Preset::Middlebox)
        m_summary.remarks.emplace_back(
            "perf's converter to CTF loses streams with bridges' FDB events, so they are not "
            "recorded: the map rests on state dumps and packets");
}

void Recording::startPerf(const std::string& name, const std::vector<std::string>& wanted, pid_t process)
{
    if (wanted.empty())
        return;
    const std::vector<std::string> present = presentIn(kTracefs, wanted);
    if (present.empty()) {
        leaveOut(name, ::geteuid() == 0 ? fmt::format("no tracepoints at {0}: mount -t tracefs tracefs {0}", kTracefs)
                                        : fmt::format("only root sees the tracepoints at {}", kTracefs));
        return;
    }
    const fs::path folder = m_options.folder / name;
    m_guardian->watchPerfData(folder);
    Result<PerfRecorder> perf =
        PerfRecorder::start({folder, present, process, m_options.mode, m_options.rotation, m_options.bufferBytes});
    if (!perf) {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
        leaveOut(name, perf.error().message);
        return;
    }
    m_guardian->watchGroup(perf->pid(), SIGINT);
    m_perfs.push_back({name, std::move(*perf)});
    source(name).detail = fmt::format("{}", fmt::join(present, ", "));
    if (const std::vector<std::string> missing = missingOf(wanted, present); !missing.empty())
        m_summary.remarks.push_back(fmt::format("this kernel has no {}", fmt::join(missing, ", ")));
}

void Recording::startAgent()
{
    const fs::path agent = program("vnscope-agent");
    if (!m_lttng || agent.empty()) {
        leaveOut("agent", m_lttng ? "vnscope-agent is not installed beside vnscope: no counters of the host's elements"
                                  : "its counters go to LTTng, which does not record");
        return;
    }
    Launch launch{.arguments = {agent.string()},
                  .environment = {},
                  .log = m_options.folder / "agent.log",
                  .passed = {},
                  .endWithUs = SIGTERM};
    if (m_options.agentPeriod > 0)
        launch.arguments.push_back(
            fmt::format("--period={}ms", std::max<base::Nanoseconds>(1, m_options.agentPeriod / base::kNsPerMs)));
    Result<Process> started = Process::start(launch);
    if (!started) {
        leaveOut("agent", started.error().message);
        return;
    }
    m_guardian->watchGroup(started->pid(), SIGTERM);
    m_agent.emplace(std::move(*started));
    (void)source("agent");
}

void Recording::dumpState(std::string_view when)
{
    const fs::path dump = program("vnscope-statedump");
    if (!m_lttng || dump.empty()) {
        leaveOut("statedump", m_lttng ? "vnscope-statedump is not installed beside vnscope"
                                      : "it goes to LTTng, which does not record");
        return;
    }
    Result<Process> process = Process::start({.arguments = {dump.string()},
                                              .environment = {},
                                              .log = m_options.folder / "statedump.log",
                                              .passed = {},
                                              .endWithUs = SIGKILL});
    if (process && process->waitFor(kDumpPatience) && process->status() == 0)
        (void)source("statedump");
    else
        leaveOut("statedump", fmt::format("vnscope-statedump failed at the {} (statedump.log)", when));
}

void Recording::watch()
{
    std::optional<SnapshotTrigger> trigger;
    if (m_options.mode == Mode::Snapshot)
        trigger.emplace();
    m_begin = Clock::now();
    m_nextLook = m_begin + kLookInterval;
    while (!isOver()) {
        ::poll(nullptr, 0, kGlanceMs); // a signal ends it
        if (trigger && SnapshotTrigger::take())
            takeSnapshot();
        if (Clock::now() >= m_nextLook)
            lookAround();
    }
    // The last look at what died meanwhile must not be missed.
    lookAtSources();
}

bool Recording::isOver()
{
    if (m_observer.stopSignal() != 0 || (m_options.duration > 0 && elapsed() >= m_options.duration))
        return true;
    return m_command ? !m_command->isRunning() : !isAnythingRecording();
}

void Recording::lookAround()
{
    m_nextLook = Clock::now() + kLookInterval;
    lookAtSources();
    if (m_options.mode == Mode::Rotation && m_lttng) {
        const std::size_t parts = trimArchives(m_options.folder / "lttng" / "archives", m_options.rotation.keep);
        // Each part tells by itself what the host is like.
        if (parts != std::exchange(m_parts, parts))
            dumpState("rotation");
    }
    tellProgress();
}

void Recording::lookAtSources()
{
    for (Perf& perf : m_perfs) {
        if (!perf.recorder.isRunning())
            endedEarly(perf.name, "perf died; what it had not finished is lost");
    }
    if (m_agent && !m_agent->isRunning())
        endedEarly("agent", "vnscope-agent died (agent.log)");
    if (m_lttng && !m_lttng->isHealthy()) {
        for (const char* const name : {"lttng_user", "lttng_kernel"}) {
            if (isRecorded(name))
                endedEarly(name, "LTTng's session or consumer daemon died");
        }
    }
}

void Recording::tellProgress()
{
    Progress progress;
    progress.elapsed = elapsed();
    for (Perf& perf : m_perfs) {
        const PerfCounts counts = perf.recorder.counts();
        progress.events += counts.events;
        progress.lost += counts.lost;
    }
    if (m_lttng)
        progress.lost += m_lttng->losses().discardedEvents;
    progress.diskBytes = bytesBelow(m_options.folder);
    const double seconds = static_cast<double>(progress.elapsed - m_last.elapsed) / base::kNsPerSecond;
    const auto rate = [seconds](std::uint64_t now, std::uint64_t before) {
        return now > before && seconds > 0 ? static_cast<double>(now - before) / seconds : 0.0;
    };
    progress.eventsPerSecond = rate(progress.events, m_last.events);
    progress.bytesPerSecond = rate(progress.diskBytes, m_last.diskBytes);
    m_last = progress;
    m_observer.progress(progress);
}

void Recording::takeSnapshot()
{
    // The dump at the begin has long been overwritten.
    dumpState("snapshot");
    bool isWritten = false;
    for (Perf& perf : m_perfs) {
        const Result<void> taken = perf.recorder.takeSnapshot();
        isWritten = isWritten || taken.has_value();
        if (!taken)
            m_observer.say(taken.error().message);
    }
    if (m_lttng) {
        const Result<void> taken = m_lttng->takeSnapshot();
        isWritten = isWritten || taken.has_value();
        if (!taken)
            m_observer.say(taken.error().message);
    }
    if (!isWritten)
        return;
    ++m_summary.snapshots;
    m_observer.say(fmt::format("snapshot {} is written", m_summary.snapshots));
}

void Recording::finish()
{
    // One that we end has not failed.
    const bool hasCommandFailed = m_command && m_command->status().value_or(0) != 0;
    endCommand();
    if (m_options.mode == Mode::Snapshot && hasCommandFailed)
        takeSnapshot();
    if (m_options.mode != Mode::Snapshot)
        dumpState("end");
    if (m_agent)
        m_agent->end(SIGTERM, kEndPatience);
    // At once after the last dump, lest a rotation part the two.
    stopLttng();
    stopPerfs();
    m_summary.end = now();
    if (m_options.mode == Mode::Snapshot && m_summary.snapshots == 0)
        m_summary.remarks.emplace_back("nobody asked for a snapshot, so no events were kept");
    close();
    // The session's end made one more part.
    if (m_options.mode == Mode::Rotation)
        trimArchives(m_options.folder / "lttng" / "archives", m_options.rotation.keep);
    m_summary.diskBytes = bytesBelow(m_options.folder);
}

void Recording::endCommand()
{
    if (!m_command)
        return;
    const int signal = m_observer.stopSignal();
    if (m_command->isRunning())
        m_command->end(signal != 0 ? signal : SIGTERM, kEndPatience);
    m_summary.commandStatus = m_command->status();
}

void Recording::stopPerfs()
{
    for (Perf& perf : m_perfs)
        perf.recorder.stop();
    for (Perf& perf : m_perfs) {
        const PerfCounts counts = perf.recorder.counts();
        Source& ended = source(perf.name);
        ended.events = counts.events;
        ended.lostEvents = counts.lost;
        if (counts.events > kManyEvents)
            m_observer.say(fmt::format("{} events of perf become CTF; that takes a while", counts.events));
        const Result<void> converted = perf.recorder.convert();
        if (!converted && ended.state == Source::State::Recorded)
            endedEarly(perf.name, converted.error().message);
    }
}

void Recording::stopLttng()
{
    if (!m_lttng)
        return;
    const Result<void> stopped = m_lttng->stop();
    if (!stopped && isRecorded("lttng_user"))
        endedEarly("lttng_user", stopped.error().message);
    const LttngLosses losses = m_lttng->losses();
    Source& user = source("lttng_user");
    user.lostEvents = losses.discardedEvents;
    user.lostPackets = m_options.mode == Mode::Snapshot ? 0 : losses.lostPackets;
}

void Recording::close()
{
    m_command.reset();
    m_agent.reset();
    m_perfs.clear();
    m_lttng.reset();
    m_daemon.reset();
    m_guardian.reset();
}

Source& Recording::source(const std::string& name)
{
    auto& sources = m_summary.sources;
    const auto found = std::find_if(sources.begin(), sources.end(), [&](const Source& s) { return s.name == name; });
    return found != sources.end() ? *found : sources.emplace_back(Source{.name = name, .detail = {}, .events = {}});
}

void Recording::leaveOut(const std::string& name, const std::string& why)
{
    Source& left = source(name);
    left.state = Source::State::NotRecorded;
    left.detail = why;
    m_observer.say(fmt::format("{} is not recorded: {}", name, why));
}

void Recording::endedEarly(const std::string& name, const std::string& why)
{
    Source& ended = source(name);
    if (ended.state != Source::State::Recorded)
        return;
    ended.state = Source::State::EndedEarly;
    ended.detail = why;
    m_observer.say(fmt::format("{} ended early: {}", name, why));
}

bool Recording::isRecorded(const std::string& name)
{
    const auto& sources = m_summary.sources;
    return std::any_of(sources.begin(), sources.end(), [&](const Source& source) {
        return source.name == name && source.state == Source::State::Recorded;
    });
}

bool Recording::isAnythingRecording()
{
    return isRecorded("lttng_user") || isRecorded("lttng_kernel") || isRecorded("perf") || isRecorded("perf_syscalls");
}

fs::path Recording::program(std::string_view name) const
{
    const fs::path path = m_options.programs / name;
    return ::access(path.c_str(), X_OK) == 0 ? path : fs::path();
}

fs::path Recording::libraryOfOurs(std::string_view name) const
{
    constexpr std::array kPlaces{".", "../lib", "../lib/vnscope", "../lib/x86_64-linux-gnu",
                                 "../lib/aarch64-linux-gnu"};
    for (const char* const place : kPlaces) {
        const fs::path library = m_options.programs / place / name;
        std::error_code ignored;
        if (fs::exists(library, ignored))
            return library.lexically_normal();
    }
    return {};
}

base::Nanoseconds Recording::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - m_begin).count();
}

} // namespace vnscope::recording::session
