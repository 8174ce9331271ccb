// SPDX-License-Identifier: Apache-2.0
#include "views/report/report.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "views/report/catalog.hpp"
#include "views/report/writers.hpp"

namespace vnscope::views::report {
namespace {

Note notAvailable(const ReportContext& context, const SectionInfo& info)
{
    const AnalysisState* state = context.analysis(info.analysis);
    if (state == nullptr) {
        return {Tone::Notice,
                "This store holds no result of the analysis “" + std::string(info.analysis) +
                    "”; import the trace again with this version.",
                "coverage"};
    }
    return {Tone::Notice,
            fmt::format("This could not be answered: the trace has no {}. {}", state->missingEvents, state->advice),
            "coverage"};
}

/// What a reader must know before the numbers, in the same words for every section.
std::vector<Block> openingNotes(const ReportContext& context, const SectionInfo& info, bool isEmpty)
{
    std::vector<Block> notes;
    if (!info.analysis.empty() && !context.couldRun(info.analysis)) {
        notes.emplace_back(notAvailable(context, info));
        return notes;
    }
    if (isEmpty)
        notes.emplace_back(Paragraph{std::string(info.nothing)});
    if (info.analysis.empty())
        return notes;
    const AnalysisState& state = *context.analysis(info.analysis);
    if (state.state == "partial") {
        notes.emplace_back(Note{Tone::Notice,
                                fmt::format("Incomplete: the trace has no {}. {}", state.missingEvents, state.advice),
                                "coverage"});
    }
    if (context.lossReports() > 0) {
        const std::string lost = context.lostEvents() > 0 ? fmt::format("the tracer lost {} events",
                                                                        chart::formatCount(context.lostEvents()))
                                                          : std::string("a part of the recording is missing");
        notes.emplace_back(Note{Tone::Warning, fmt::format("Lower bounds: {}, so counts here may be too small.", lost),
                                "data_quality"});
    }
    return notes;
}

base::Result<Section> buildSection(const ReportContext& context, const SectionInfo& info)
{
    auto section = info.build(context);
    if (!section)
        return section;
    std::vector<Block> blocks = openingNotes(context, info, section->blocks.empty() || section->hasNoResult);
    std::move(section->blocks.begin(), section->blocks.end(), std::back_inserter(blocks));
    section->id = info.id;
    section->title = info.title;
    section->question = info.question;
    section->blocks = std::move(blocks);
    return section;
}

/// Questions of which the trace tells nothing come after those that have an answer, before what is said of the trace
/// itself (coverage and what follows it).
void putUnansweredLast(const ReportContext& context, std::vector<Section>& all)
{
    const auto infos = sections();
    const auto isAnswered = [&](const Section& section) {
        const auto info = std::ranges::find(infos, std::string_view(section.id), &SectionInfo::id);
        return info->analysis.empty() || context.couldRun(info->analysis);
    };
    const auto end = std::ranges::find(all, "coverage", &Section::id);
    std::stable_partition(all.begin(), end, isAnswered);
}

std::string titleFor(const ReportContext& context)
{
    std::string names;
    for (const std::string& host : context.hosts()) {
        if (!host.empty())
            names += (names.empty() ? "" : ", ") + host;
    }
    return names.empty() ? "Virtual network report" : "Virtual network report: " + names;
}

base::Result<std::vector<Fact>> sessionFacts(const ReportContext& context)
{
    const auto traces = context.read({"trace", {"events"}, {}, {}, -1});
    if (!traces)
        return tl::unexpected(traces.error());
    std::int64_t events = 0;
    for (const auto& row : traces->rows)
        events += row[0].integer();
    return std::vector<Fact>{{"duration_ns", "Length", Unit::Nanoseconds, context.window().length()},
                             {"events", "Events", Unit::Count, events},
                             {"lost_events", "Events lost", Unit::Count, context.lostEvents()}};
}

} // namespace

Table tableOf(const Section& section, std::string_view id)
{
    for (const Block& block : section.blocks)
        if (const auto* table = std::get_if<Table>(&block); table != nullptr && table->id == id)
            return *table;
    return {};
}

std::string_view toText(Tone tone)
{
    switch (tone) {
    case Tone::Neutral: return "neutral";
    case Tone::Good: return "good";
    case Tone::Notice: return "notice";
    case Tone::Warning: return "warning";
    case Tone::Alarm: return "alarm";
    }
    return "neutral";
}

base::Result<Document> buildDocument(const storage::Store& store)
{
    const auto context = ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    auto facts = sessionFacts(*context);
    if (!facts)
        return tl::unexpected(facts.error());
    Document document{
        titleFor(*context), "vnscope " + store.meta("vnscope_version"), std::move(*facts), context->window(), {}};
    for (const SectionInfo& info : sections()) {
        auto section = buildSection(*context, info);
        if (!section)
            return base::failDuring(std::move(section.error()), fmt::format("building the section “{}”", info.title));
        document.sections.push_back(std::move(*section));
    }
    putUnansweredLast(*context, document.sections);
    return document;
}

base::Result<void> writeDocument(const Document& document, Format format, std::ostream& out)
{
    switch (format) {
    case Format::Html: writeHtml(document, out); break;
    case Format::Json: writeJson(document, out); break;
    case Format::Text: writeText(document, out); break;
    }
    if (!out.flush())
        return base::fail(base::ErrorCode::Io, "the report could not be written: the disk may be full");
    return {};
}

base::Result<void> renderReport(const storage::Store& store, Format format, std::ostream& out)
{
    const auto document = buildDocument(store);
    if (!document)
        return tl::unexpected(document.error());
    return writeDocument(*document, format, out);
}

} // namespace vnscope::views::report
