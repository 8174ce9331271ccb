// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <nlohmann/json.hpp>

#include "views/report/report.hpp"
#include "views/report/writers.hpp"

namespace vnscope::views::report {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json toJson(const Value& value)
{
    struct Visitor {
        Json operator()(std::monostate) const { return nullptr; }
        Json operator()(std::int64_t whole) const { return whole; }
        Json operator()(double real) const { return number(real); }
        Json operator()(const std::string& text) const { return text; }
    };
    return std::visit(Visitor{}, value.cell());
}

Json toJson(const std::vector<Fact>& facts)
{
    Json object = Json::object();
    for (const Fact& fact : facts)
        object[fact.key] = toJson(fact.value);
    return object;
}

Json toJson(const Column& column)
{
    Json object{{"key", column.key}, {"title", column.title}, {"unit", chart::unitName(column.unit)}};
    if (!column.meaning.empty())
        object["meaning"] = column.meaning;
    return object;
}

Json toJson(const Table& table)
{
    Json columns = Json::array();
    for (const Column& column : table.columns)
        columns.push_back(toJson(column));
    Json rows = Json::array();
    for (const Row& row : table.rows) {
        Json object = Json::object();
        for (std::size_t index = 0; index < table.columns.size(); ++index)
            object[table.columns[index].key] = toJson(row.cells[index]);
        if (!row.qualityNote.empty())
            object["quality_note"] = row.qualityNote;
        rows.push_back(std::move(object));
    }
    return {{"caption", table.caption},
            {"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"total_rows", table.totalRows}};
}

Json toJson(const chart::TimeChart& chart, const std::string& key)
{
    Json series = Json::array();
    for (const chart::ChartSeries& one : chart.series) {
        Json values = Json::array();
        for (const double value : one.bins.values)
            values.push_back(number(value));
        series.push_back({{"key", one.key}, {"name", one.name}, {"values", std::move(values)}});
    }
    Json marks = Json::array();
    for (const base::Timestamp mark : chart.lossMarks)
        marks.push_back(mark.ns);
    const chart::Bins bins =
        chart.series.empty() ? chart::Bins{} : chart::Bins{chart.series[0].bins.begin, chart.series[0].bins.bin, {}};
    return {{"key", key},
            {"title", chart.title},
            {"description", chart.description},
            {"unit", chart::unitName(chart.unit)},
            {"begin_ns", bins.begin.ns},
            {"bin_ns", bins.bin},
            {"series", std::move(series)},
            {"loss_marks_ns", std::move(marks)}};
}

Json toJson(const Timeline& timeline)
{
    const chart::StateChart& chart = timeline.chart;
    Json rows = Json::array();
    for (const chart::StateRow& row : chart.rows) {
        Json spans = Json::array();
        for (const chart::StateSpan& span : row.spans)
            spans.push_back({{"state", chart.kinds[span.kind].key},
                             {"begin_ns", span.when.begin.ns},
                             {"end_ns", span.when.end.ns},
                             {"states", span.states}});
        rows.push_back({{"key", row.key}, {"name", row.name}, {"spans", std::move(spans)}});
    }
    Json remarks = Json::array();
    if (!timeline.remark.empty())
        remarks.push_back(timeline.remark);
    return {{"title", chart.title},         {"description", chart.description},
            {"table", timeline.twin.id},    {"begin_ns", chart.range.begin.ns},
            {"end_ns", chart.range.end.ns}, {"rows", std::move(rows)},
            {"remarks", std::move(remarks)}};
}

Json toJson(const Drawing& drawing)
{
    const diagram::Diagram& picture = drawing.picture;
    Json boxes = Json::array();
    for (const diagram::Box& box : picture.boxes)
        boxes.push_back({{"id", box.id}, {"lines", box.lines}, {"shape", toText(box.shape)}, {"group", box.group}});
    Json lines = Json::array();
    for (const diagram::Line& line : picture.lines)
        lines.push_back({{"from", picture.boxes[line.from].id},
                         {"to", picture.boxes[line.to].id},
                         {"label", line.label},
                         {"from_label", line.fromLabel},
                         {"to_label", line.toLabel},
                         {"style", line.style ? Json(picture.styles[*line.style]) : Json()},
                         {"sureness", toText(line.sureness)},
                         {"directed", line.isDirected},
                         {"weight", number(line.weight)}});
    return {{"title", picture.title},    {"description", picture.description}, {"table", drawing.twin.id},
            {"boxes", std::move(boxes)}, {"lines", std::move(lines)},          {"remarks", picture.remarks}};
}

Json toJson(const Entry& entry)
{
    return {{"tone", toText(entry.tone)}, {"badge", entry.badge}, {"title", entry.title},        {"text", entry.text},
            {"advice", entry.advice},     {"see", entry.see},     {"facts", toJson(entry.facts)}};
}

Json toJson(const Entries& list)
{
    Json entries = Json::array();
    for (const Entry& entry : list.entries)
        entries.push_back(toJson(entry));
    return {{"ranked", list.isRanked}, {"total_entries", list.totalEntries}, {"entries", std::move(entries)}};
}

/// Puts each block where a program looks for it: tables with tables, by id.
struct BlockFiler {
    Json& section;

    void operator()(const Paragraph& paragraph) const { section["paragraphs"].push_back(paragraph.text); }
    void operator()(const Note& note) const
    {
        section["notes"].push_back({{"tone", toText(note.tone)}, {"text", note.text}, {"see", note.see}});
    }
    void operator()(const Facts& facts) const { section["facts"][facts.id] = toJson(facts.facts); }
    void operator()(const Table& table) const { section["tables"][table.id] = toJson(table); }
    void operator()(const Entries& list) const { section["lists"][list.id] = toJson(list); }
    void operator()(const Timeline& timeline) const
    {
        section["timelines"][timeline.id] = toJson(timeline);
        (*this)(timeline.twin);
    }
    void operator()(const Drawing& drawing) const
    {
        section["drawings"][drawing.id] = toJson(drawing);
        (*this)(drawing.twin);
    }
    void operator()(const Figures& figures) const
    {
        Json charts = Json::array();
        for (std::size_t index = 0; index < figures.charts.size(); ++index)
            charts.push_back(toJson(figures.charts[index], figures.keys[index]));
        section["charts"][figures.id] = std::move(charts);
    }
};

Json toJson(const Section& section)
{
    Json object{{"title", section.title},      {"question", section.question}, {"notes", Json::array()},
                {"paragraphs", Json::array()}, {"facts", Json::object()},      {"tables", Json::object()},
                {"charts", Json::object()},    {"timelines", Json::object()},  {"drawings", Json::object()},
                {"lists", Json::object()}};
    for (const Block& block : section.blocks)
        std::visit(BlockFiler{object}, block);
    return object;
}

} // namespace

void writeJson(const Document& document, std::ostream& out)
{
    Json session{{"begin_ns", document.window.begin.ns}, {"end_ns", document.window.end.ns}};
    session.update(toJson(document.session));
    Json order = Json::array();
    Json sections = Json::object();
    for (const Section& section : document.sections) {
        order.push_back(section.id);
        sections[section.id] = toJson(section);
    }
    const Json root{{"format", "vnscope-report"},        {"version", kJsonVersion},
                    {"generator", document.generator},   {"title", document.title},
                    {"session", std::move(session)},     {"headline", toJson(headline(document))},
                    {"section_order", std::move(order)}, {"sections", std::move(sections)}};
    // Bytes that are no UTF-8 become U+FFFD instead of an exception.
    out << root.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace vnscope::views::report
