// SPDX-License-Identifier: Apache-2.0

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShownTraces = 100;
constexpr std::size_t kShownStreams = 64;
constexpr std::size_t kShownClasses = 100;

Table traceTable(const storage::Table& rows)
{
    Table table{"traces",
                "Traces",
                {{"path", "Trace"},
                 {"host", "Host"},
                 {"domain", "Domain"},
                 {"tracer", "Tracer"},
                 {"kernel_release", "Kernel"},
                 {"begin_ns", "Begin", Unit::Time},
                 {"end_ns", "End", Unit::Time},
                 {"clock_offset_ns", "Clock correction", Unit::Nanoseconds},
                 {"events", "Events", Unit::Count},
                 {"discarded_events", "Lost events", Unit::Count},
                 {"discarded_packets", "Lost packets", Unit::Count, "CTF packets that the tracer overwrote whole"}},
                {},
                static_cast<std::int64_t>(rows.rows.size()),
                "Table trace of the store has all."};
    for (const auto& row : rows.rows) {
        if (table.rows.size() < kShownTraces)
            table.rows.push_back({{row.begin() + 1, row.end()}, ""});
    }
    return table;
}

Table streamTable(const storage::Table& rows)
{
    Table table{"trace_streams",
                "Streams",
                {{"name", "Stream"},
                 {"cpu", "CPU"},
                 {"state", "Read", Unit::None, "whole, partial (a part is damaged) or unreadable"},
                 {"events", "Events", Unit::Count},
                 {"bytes", "Size", Unit::Bytes}},
                {},
                static_cast<std::int64_t>(rows.rows.size()),
                "Table trace_stream of the store has all."};
    for (const auto& row : rows.rows) {
        if (table.rows.size() < kShownStreams)
            table.rows.push_back({row, row[2].text() == "whole" ? "" : "this stream could not be read whole"});
    }
    return table;
}

Table classTable(const storage::Table& rows)
{
    Table table{"event_classes",
                "Event classes, most frequent first",
                {{"name", "Event class"},
                 {"count", "Events", Unit::Count, "", Column::Look::Bar},
                 {"schema", "Understood as", Unit::None, "– : only counted"},
                 {"missing_fields", "Missing fields"}},
                {},
                static_cast<std::int64_t>(rows.rows.size()),
                "Table event_class of the store has all."};
    for (const auto& row : rows.rows) {
        if (table.rows.size() < kShownClasses)
            table.rows.push_back({row, ""});
    }
    return table;
}

Facts storeFacts(const storage::Store& store)
{
    Facts facts{"store", {}};
    for (const auto& [key, title] : {std::pair{"vnscope_version", "vnscope"},
                                     std::pair{"schema_version", "Store layout"}, std::pair{"command", "Command"}}) {
        const std::string text = store.meta(key);
        if (!text.empty())
            facts.facts.push_back({key, title, Unit::None, text});
    }
    facts.facts.push_back({"store", "Store", Unit::None, store.path().filename().string()});
    return facts;
}

} // namespace

base::Result<Section> buildAbout(const ReportContext& context)
{
    const auto traces = context.read({"trace",
                                      {"trace_id", "path", "host", "domain", "tracer", "kernel_release", "begin_ns",
                                       "end_ns", "clock_offset_ns", "events", "discarded_events", "discarded_packets"},
                                      {},
                                      {"trace_id"},
                                      -1});
    if (!traces)
        return tl::unexpected(traces.error());
    const auto streams =
        context.read({"trace_stream", {"name", "cpu", "state", "events", "bytes"}, {}, {"trace_id", "name"}, -1});
    if (!streams)
        return tl::unexpected(streams.error());
    const auto classes =
        context.read({"event_class", {"name", "count", "schema", "missing_fields"}, {}, {"-count", "name"}, -1});
    if (!classes)
        return tl::unexpected(classes.error());
    Section section;
    section.blocks.emplace_back(storeFacts(context.store()));
    section.blocks.emplace_back(traceTable(*traces));
    if (!streams->rows.empty())
        section.blocks.emplace_back(streamTable(*streams));
    if (!classes->rows.empty())
        section.blocks.emplace_back(classTable(*classes));
    return section;
}

} // namespace vnscope::views::report
