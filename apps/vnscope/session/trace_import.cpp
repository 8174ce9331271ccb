// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/trace_import.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analyses/catalog.hpp"
#include "apps/vnscope/console/interrupt.hpp"
#include "apps/vnscope/console/progress.hpp"
#include "apps/vnscope/session/kernel_facts.hpp"
#include "importer/session.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;
using analyses::runner::RunSummary;
using base::Result;

bool isSameOrBelow(const fs::path& path, const fs::path& folder)
{
    const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

fs::path comparable(const fs::path& path)
{
    std::error_code error;
    fs::path canonical = fs::weakly_canonical(path, error);
    if (error)
        return path.lexically_normal();
    // "trace/" ends in an empty element, which no other path has.
    return canonical.has_filename() ? canonical : canonical.parent_path();
}

/// A correction for a trace that is not there would be forgotten in silence.
Result<void> checkCorrections(const std::vector<importer::ClockCorrection>& corrections,
                              const std::vector<std::string>& traces)
{
    for (const importer::ClockCorrection& correction : corrections) {
        const fs::path wanted = comparable(correction.trace);
        const bool fits = correction.trace.empty() || std::any_of(traces.begin(), traces.end(), [&](const auto& trace) {
                              const fs::path given = comparable(trace);
                              return isSameOrBelow(given, wanted) || isSameOrBelow(wanted, given);
                          });
        if (!fits)
            return base::fail(base::ErrorCode::Usage,
                              fmt::format("--clock-offset: \"{}\" is none of the traces", correction.trace.string()));
    }
    return {};
}

Result<importer::SessionOptions> sessionOptions(const std::vector<std::string>& traces,
                                                const std::vector<fs::path>& paths, const TraceOptions& options)
{
    const Result<TimeWindow> window = options.window();
    if (!window)
        return tl::unexpected(window.error());
    Result<std::vector<importer::ClockCorrection>> corrections = options.clockCorrections();
    if (!corrections)
        return tl::unexpected(std::move(corrections).error());
    if (Result<void> checked = checkCorrections(*corrections, traces); !checked)
        return tl::unexpected(std::move(checked).error());
    importer::SessionOptions session;
    session.jobs = options.jobs();
    session.clockCorrections = std::move(*corrections);
    session.stopRequested = Interrupt::isRequested;
    base::Timestamp sessionBegin;
    if (window->needsSessionBegin()) {
        const Result<base::Timestamp> probed = importer::probeBegin(paths, session);
        if (!probed)
            return tl::unexpected(probed.error());
        sessionBegin = *probed;
    }
    const Result<base::TimeRange> range = resolve(*window, sessionBegin);
    if (!range)
        return tl::unexpected(range.error());
    session.window = *range;
    return session;
}

std::string commandText(const std::vector<std::string>& traces, const base::TimeRange& window,
                        const TraceOptions& options)
{
    const base::TimeRange all = base::TimeRange::all();
    std::string text = fmt::format("vnscope import {}", fmt::join(traces, " "));
    if (window.begin != all.begin)
        text += fmt::format(" --begin {}", window.begin.ns);
    if (window.end != all.end)
        text += fmt::format(" --end {}", window.end.ns);
    if (!options.victimsText().empty())
        text += fmt::format(" --victims {}", options.victimsText());
    if (!options.eventsText().empty())
        text += fmt::format(" {}", options.eventsText());
    return text;
}

} // namespace

Result<RunSummary> importTraces(const std::vector<std::string>& traces, const TraceOptions& options,
                                const fs::path& target, const Console& console)
{
    const std::vector<fs::path> paths(traces.begin(), traces.end());
    const Result<importer::SessionOptions> session = sessionOptions(traces, paths, options);
    if (!session)
        return tl::unexpected(session.error());
    Result<analyses::trackers::KernelFacts> facts = readFacts(findFactFiles(options, traces));
    if (!facts)
        return tl::unexpected(std::move(facts).error());
    const Result<analyses::VictimRule> victims = options.victims();
    if (!victims)
        return tl::unexpected(victims.error());
    const Result<std::uint64_t> mostEvents = options.mostEvents();
    if (!mostEvents)
        return tl::unexpected(mostEvents.error());
    const Result<std::unique_ptr<tracepoints::EventSource>> source = importer::openSession(paths, *session);
    if (!source)
        return tl::unexpected(source.error());
    const Result<std::unique_ptr<storage::StoreWriter>> store =
        storage::StoreWriter::create(target, analyses::allTables());
    if (!store)
        return tl::unexpected(store.error());

    ProgressDisplay display(console, "importing");
    const auto onProgress = [&display](const tracepoints::SourceProgress& progress) {
        display.update(progress);
        return !Interrupt::isRequested();
    };
    Result<RunSummary> summary = analyses::runner::run(
        **source, **store,
        {std::move(*facts), *victims, commandText(traces, session->window, options), VNSCOPE_VERSION, *mostEvents},
        onProgress);
    if (!summary)
        return summary;
    if (Result<void> finished = (*store)->finish(); !finished)
        return tl::unexpected(std::move(finished).error());
    return summary;
}

} // namespace vnscope::cli
