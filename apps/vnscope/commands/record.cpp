// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <filesystem>
#include <ostream>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/reference/choice.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/session/time_window.hpp"
#include "recording/session/recording.hpp"
#include "recording/session/size_text.hpp"
#include "storage/base/duration_text.hpp"

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using namespace recording::session;

constexpr int kCannotRun = 127;

/// vnscope-statedump and vnscope-agent are installed beside us.
std::filesystem::path ownFolder()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::string folderNamedByTime()
{
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("vnscope-{:%Y%m%d-%H%M%S}", fmt::localtime(now));
}

class RecordCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {
            "record",
            "record this host, or what a command does to it",
            "Starts the tracers that this host has, runs COMMAND if one is given, stops cleanly and writes a session "
            "folder, which \"vnscope report\" and \"vnscope import\" take as it is: the kernel's events by LTTng, or "
            "by "
            "perf where LTTng has no kernel modules; the user-space events of vnscope's providers by LTTng; the state "
            "of the host at begin and end; the counters of its elements by vnscope-agent. What cannot be recorded is "
            "said and left out. A session daemon that runs is used; otherwise one is started, and ended afterwards.\n\n"
            "The recording lasts until COMMAND ends, until --duration is over, or until Ctrl-C, SIGTERM or SIGHUP. "
            "COMMAND gets the signal, too. It reads nothing from the terminal. The exit code is COMMAND's (128 plus "
            "the "
            "number if a signal ended it, 127 if it cannot be run); without COMMAND it is 0, or 1 if a tracer died in "
            "the middle. When nothing at all can be recorded it is 1, and COMMAND is not run.\n\n"
            "--snapshot keeps the last events in memory and writes them on Ctrl-\\, on SIGUSR1, and when COMMAND "
            "fails. "
            "--rotate writes parts that are whole for themselves. The folder's session.json tells what was recorded "
            "and what was lost.",
            {{"record -o run-1 -- ip netns exec client iperf3 -c 10.0.0.2 -t 5",
              "a command, then: vnscope report run-1"},
             {"record --duration 10s", "ten seconds of this host, into a new folder named after the time"},
             {"record --preset middlebox -- haproxy -f proxy.cfg", "what a proxy reads, writes and waits for"},
             {"record --snapshot --buffer 32M", "a flight recorder: Ctrl-\\ writes, Ctrl-C ends"},
             {"record --rotate 60s --keep 10 -o last-minutes", "the last ten minutes of a long run"}},
            false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("COMMAND", m_options.command, "after --: the command to run, and its arguments")->type_name("");
        app.add_option("-o,--output", m_folder,
                       "the session folder, which must be new or empty; without it "
                       "vnscope-DATE-TIME")
            ->type_name("DIR");
        reference::addChoice(app, "--preset", m_preset, {"network", "middlebox", "nf", "all"}, "what to record");
        app.add_option("--duration", m_duration, "end after so long, and COMMAND with it: 10s, 500ms, 5m")
            ->type_name("LENGTH");
        app.add_flag("--snapshot", m_isSnapshot, "keep events in memory and write them when asked");
        app.add_option("--rotate", m_rotate, "begin a new part after so long (60s; whole seconds) or so much (100M)")
            ->type_name("LENGTH|SIZE");
        app.add_option("--keep", m_options.rotation.keep, "with --rotate: how many parts stay; 0: all")
            ->check(CLI::Range(0U, 100'000U).description(""))
            ->type_name("N");
        app.add_option("--buffer", m_buffer, "memory for events, per CPU and tracer; rounded up to a power of two")
            ->capture_default_str()
            ->type_name("SIZE");
        app.add_option("--agent-period", m_agentPeriod, "how often vnscope-agent samples; without it as it likes")
            ->type_name("LENGTH");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        if (Result<void> taken = takeOptions(); !taken)
            return tl::unexpected(std::move(taken).error());
        const bool isTerminal = console.isErrTerminal;
        const auto clearLine = [&console, isTerminal] { console.err << (isTerminal ? "\r\x1b[K" : ""); };
        const Observer observer{[&](std::string_view sentence) {
                                    clearLine();
                                    console.complain(sentence);
                                },
                                [&](const Progress& progress) {
                                    if (isTerminal)
                                        console.err << "\r\x1b[K" << progressText(progress) << std::flush;
                                },
                                Interrupt::signalNumber};
        const Result<Summary> summary = Recording(m_options, observer).run();
        clearLine();
        if (!summary && summary.error().code == ErrorCode::NotFound) {
            console.complain(summary.error().message);
            return static_cast<ExitCode>(kCannotRun);
        }
        if (!summary)
            return tl::unexpected(summary.error());
        Interrupt::forget();
        tell(*summary, console);
        return exitCodeOf(*summary);
    }

private:
    [[nodiscard]] Result<void> takeOptions()
    {
        m_options.preset = *parsePreset(m_preset);
        m_options.folder = m_folder.empty() ? folderNamedByTime() : m_folder;
        m_options.programs = ownFolder();
        const Result<std::uint64_t> buffer = parseSize(m_buffer);
        if (!buffer)
            return fail(buffer.error().code, fmt::format("--buffer: {}", buffer.error().message));
        m_options.bufferBytes = roundedBuffer(*buffer);
        if (Result<void> taken = takeLength(m_duration, "--duration", m_options.duration); !taken)
            return taken;
        if (Result<void> taken = takeLength(m_agentPeriod, "--agent-period", m_options.agentPeriod); !taken)
            return taken;
        return takeMode();
    }

    [[nodiscard]] static Result<void> takeLength(const std::string& text, std::string_view option,
                                                 base::Nanoseconds& length)
    {
        if (text.empty())
            return {};
        const Result<base::Nanoseconds> parsed = parseDuration(text);
        if (!parsed)
            return fail(parsed.error().code, fmt::format("{}: {}", option, parsed.error().message));
        length = *parsed;
        return {};
    }

    [[nodiscard]] Result<void> takeMode()
    {
        if (m_isSnapshot && !m_rotate.empty())
            return fail(ErrorCode::Usage, "--snapshot and --rotate exclude each other");
        if (m_rotate.empty() && m_options.rotation.keep != 0)
            return fail(ErrorCode::Usage, "--keep needs --rotate");
        m_options.mode = m_isSnapshot ? Mode::Snapshot : m_rotate.empty() ? Mode::Continuous : Mode::Rotation;
        if (m_options.mode != Mode::Rotation)
            return {};
        if (const Result<std::uint64_t> size = parseSize(m_rotate))
            m_options.rotation.bytes = *size;
        else if (const Result<base::Nanoseconds> length = parseDuration(m_rotate); length && *length >= kShortestPart)
            m_options.rotation.every = *length;
        else
            return fail(ErrorCode::Usage,
                        fmt::format("--rotate: \"{}\" is neither a length of a second or more, as 60s, nor a size, as "
                                    "100M",
                                    m_rotate));
        return {};
    }

    /// Both tracers take powers of two alone; LTTng cuts a buffer into eight parts of whole pages.
    [[nodiscard]] static std::uint64_t roundedBuffer(std::uint64_t bytes)
    {
        constexpr std::uint64_t kSmallest = std::uint64_t{64} << 10U;
        constexpr std::uint64_t kLargest = std::uint64_t{1} << 30U;
        std::uint64_t rounded = kSmallest;
        while (rounded < bytes && rounded < kLargest)
            rounded *= 2;
        return rounded;
    }

    void tell(const Summary& summary, const Console& console) const
    {
        for (const std::string& remark : summary.remarks)
            console.complain(remark);
        if (summary.lostEvents() > 0)
            console.warn(fmt::format("{} events were lost: counts are lower bounds. Enlarge --buffer, or record less",
                                     summary.lostEvents()));
        console.err << fmt::format("{}: {}", m_options.folder.string(),
                                   base::formatDuration(summary.end - summary.begin));
        for (const Source& source : summary.sources) {
            if (source.state == Source::State::NotRecorded)
                continue;
            console.err << ", " << source.name;
            if (source.events)
                console.err << fmt::format(" {} events", *source.events);
            if (source.lostEvents > 0)
                console.err << fmt::format(" ({} lost)", source.lostEvents);
            if (source.lostPackets > 0)
                console.err << fmt::format(" ({} packets lost)", source.lostPackets);
            if (source.state == Source::State::EndedEarly)
                console.err << " (ended early)";
        }
        console.err << fmt::format(", {:.1f} MB\n", static_cast<double>(summary.diskBytes) / 1e6) << std::flush;
    }

    [[nodiscard]] static ExitCode exitCodeOf(const Summary& summary)
    {
        if (summary.commandStatus)
            return static_cast<ExitCode>(*summary.commandStatus);
        return summary.hasEndedEarly() ? ExitCode::Failed : ExitCode::Done;
    }

    static constexpr base::Nanoseconds kShortestPart = base::kNsPerSecond;

    Options m_options;
    std::string m_folder;
    std::string m_preset = "network";
    std::string m_duration;
    std::string m_rotate;
    std::string m_buffer = "4M";
    std::string m_agentPeriod;
    bool m_isSnapshot = false;
};

} // namespace

std::unique_ptr<Command> makeRecordCommand()
{
    return std::make_unique<RecordCommand>();
}

} // namespace vnscope::cli
