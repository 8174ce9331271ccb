// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "embedded/views_report_kStyle.hpp"
#include "topology/layout/layout.hpp"
#include "views/chart/palette.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/diagram/svg.hpp"
#include "views/report/display.hpp"
#include "views/report/svg.hpp"
#include "views/report/writers.hpp"

namespace vnscope::views::report {
namespace {

using markup::Attribute;

constexpr std::size_t kNameColumns = 40;
constexpr std::size_t kNarrowColumns = 26;
constexpr std::size_t kAddressColumns = 48; // The longest: [IPv6]:port.
constexpr std::size_t kProseColumns = 1000;
constexpr std::size_t kTitleColumns = 4000;
constexpr std::size_t kNarrowTable = 4; // Columns up to which a table does not fill the page.
constexpr std::size_t kWideTable = 9;   // Columns from which on a table is set smaller.

bool isWide(const Table& table)
{
    return table.columns.size() >= kWideTable;
}

/// Few short columns spread over the whole width are hard to read across.
std::string frameClass(const Table& table)
{
    const bool hasProse = std::any_of(table.columns.begin(), table.columns.end(),
                                      [](const Column& column) { return column.look == Column::Look::Prose; });
    if (isWide(table))
        return "table wide";
    return table.columns.size() <= kNarrowTable && !hasProse ? "table narrow" : "table";
}

/// How much text a cell shows before it is cut.
std::size_t columnsFor(const Column& column, const Table& table)
{
    switch (column.look) {
    case Column::Look::Prose: return kProseColumns;
    case Column::Look::Address: return kAddressColumns;
    default: return isWide(table) ? kNarrowColumns : kNameColumns;
    }
}

bool isNumeric(const Column& column)
{
    return column.unit != Unit::None;
}

double magnitude(const Value& value)
{
    return std::holds_alternative<std::int64_t>(value.cell()) ? static_cast<double>(value.integer()) : value.real();
}

/// Columns of one heat table have one scale.
void shareScale(const std::vector<Column>& columns, std::vector<double>& largest)
{
    double most = 0;
    for (std::size_t index = 0; index < columns.size(); ++index)
        most = columns[index].look == Column::Look::Heat ? std::max(most, largest[index]) : most;
    for (std::size_t index = 0; index < columns.size(); ++index)
        largest[index] = columns[index].look == Column::Look::Heat ? most : largest[index];
}

class HtmlWriter final {
public:
    HtmlWriter(std::ostream& out, const Document& document) : m_markup(out), m_document(document) {}

    void write();

    void operator()(const Paragraph& paragraph) { m_markup.textElement("p", paragraph.text); }
    void operator()(const Note& note);
    void operator()(const Facts& facts) { writeFacts(facts.facts, "facts"); }
    void operator()(const Table& table) { writeTable(table); }
    void operator()(const Figures& figures);
    void operator()(const Timeline& timeline);
    void operator()(const Drawing& drawing);
    void operator()(const Entries& list);

private:
    void writeHead();
    void writeMasthead();
    void writeContents();
    void writeSection(const Section& section);
    void writeFacts(const std::vector<Fact>& facts, std::string_view name);
    void writeTable(const Table& table);
    void writeHeadings(const Table& table);
    void writeRow(const Table& table, const Row& row, const std::vector<double>& largest);
    void writeLegend(const Table& table);
    void writeValue(const Value& value, Unit unit, std::size_t columns);
    void writeClipped(std::string_view text, std::size_t columns);
    void writeFigure(const chart::TimeChart& chart, std::string_view id, bool hasCaption);
    void writeHeading(std::string_view heading, std::string_view id);
    void explainLossMarks(bool hasLoss);
    void writeTwin(const Table& twin);
    void writeEntry(const Entry& entry);
    void writeReference(std::string_view section);
    void writeMore(std::size_t shown, std::int64_t total, std::string_view advice);
    std::string anchor(std::string_view block) const { return fmt::format("{}-{}", m_sectionId, block); }

    MarkupWriter m_markup;
    const Document& m_document;
    std::string m_sectionId;
};

void HtmlWriter::write()
{
    m_markup.fixed("<!DOCTYPE html>\n");
    const auto html = m_markup.element("html", {{"lang", "en"}});
    writeHead();
    const auto body = m_markup.element("body", {{"style", chart::paletteProperties()}});
    m_markup.textElement("a", "Skip to the report", {{"class", "skip"}, {"href", "#report"}});
    writeMasthead();
    const auto page = m_markup.element("div", {{"class", "page"}});
    writeContents();
    const auto main = m_markup.element("main", {{"id", "report"}});
    for (const Section& section : m_document.sections)
        writeSection(section);
    m_markup.textElement("footer", "Made by " + m_document.generator +
                                       " from its store alone. Times are relative to the begin of the window.");
}

void HtmlWriter::writeHead()
{
    const auto head = m_markup.element("head");
    m_markup.leaf("meta", {{"charset", "utf-8"}});
    m_markup.leaf("meta", {{"http-equiv", "Content-Security-Policy"},
                           {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
    m_markup.leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    m_markup.leaf("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
    m_markup.leaf("meta", {{"name", "generator"}, {"content", m_document.generator}});
    m_markup.textElement("title", m_document.title);
    const auto style = m_markup.element("style");
    m_markup.fixed(embedded::kStyle);
    m_markup.fixed(diagram::styleSheet());
}

void HtmlWriter::writeMasthead()
{
    const auto header = m_markup.element("header", {{"class", "masthead"}});
    const auto inner = m_markup.element("div", {{"class", "inner"}});
    const std::string title = printable(m_document.title);
    m_markup.textElement("h1", clip(title, 3 * kNameColumns), {{"title", clip(title, kTitleColumns)}});
    {
        const auto line = m_markup.element("p", {{"class", "window"}});
        const base::TimeRange& window = m_document.window;
        m_markup.textElement("time", chart::formatTime(window.begin),
                             {{"datetime", chart::formatTimeIso(window.begin)}});
        m_markup.text(" to ");
        m_markup.textElement("time", chart::formatTime(window.end), {{"datetime", chart::formatTimeIso(window.end)}});
    }
    std::vector<Fact> facts = m_document.session;
    const std::vector<Fact> more = headline(m_document);
    facts.insert(facts.end(), more.begin(), more.end());
    writeFacts(facts, "tiles");
}

void HtmlWriter::writeContents()
{
    const auto nav = m_markup.element("nav", {{"class", "contents"}, {"aria-label", "Contents"}});
    const auto list = m_markup.element("ul");
    for (const Section& section : m_document.sections) {
        const auto item = m_markup.element("li");
        const auto link = m_markup.element("a", {{"href", '#' + section.id}});
        m_markup.text(section.title);
        if (!section.headline.empty() && !section.headline.front().value.isNull()) {
            const Fact& fact = section.headline.front();
            m_markup.text(" ");
            m_markup.textElement("span", displayValue(fact.value, fact.unit, m_document.window.begin),
                                 {{"class", "count"}});
        }
    }
}

void HtmlWriter::writeSection(const Section& section)
{
    m_sectionId = section.id;
    const auto element = m_markup.element("section", {{"id", section.id}, {"aria-labelledby", anchor("heading")}});
    m_markup.textElement("h2", section.title, {{"id", anchor("heading")}});
    m_markup.textElement("p", section.question, {{"class", "question"}});
    for (const Block& block : section.blocks)
        std::visit(*this, block);
}

void HtmlWriter::writeReference(std::string_view section)
{
    if (section.empty())
        return;
    const auto target = std::find_if(m_document.sections.begin(), m_document.sections.end(),
                                     [&](const Section& one) { return one.id == section; });
    if (target == m_document.sections.end() || section == m_sectionId)
        return;
    m_markup.text(" ");
    m_markup.textElement("a", target->title, {{"href", '#' + target->id}, {"class", "see"}});
}

void HtmlWriter::operator()(const Note& note)
{
    const auto element =
        m_markup.element("p", {{"class", fmt::format("note {}", toText(note.tone))}, {"role", "note"}});
    m_markup.text(note.text);
    writeReference(note.see);
}

void HtmlWriter::writeClipped(std::string_view text, std::size_t columns)
{
    const std::string full = printable(text);
    const std::string shown = clip(full, columns);
    if (shown == full)
        m_markup.text(full);
    else
        m_markup.textElement("span", shown, {{"title", clip(full, kTitleColumns)}});
}

/// A number carries its exact machine-readable value, and in words where the shown one is rounded.
void HtmlWriter::writeValue(const Value& value, Unit unit, std::size_t columns)
{
    const std::string shown = displayValue(value, unit, m_document.window.begin);
    const bool isText = std::holds_alternative<std::string>(value.cell());
    if (value.isNull() || isText) {
        writeClipped(shown, columns);
        return;
    }
    std::vector<Attribute> attributes{{"value", machineValue(value)}};
    const std::string exact = exactValue(value, unit);
    if (!exact.empty())
        attributes.push_back({"title", exact});
    m_markup.textElement("data", shown, attributes);
}

void HtmlWriter::writeFacts(const std::vector<Fact>& facts, std::string_view name)
{
    const auto list = m_markup.element("dl", {{"class", std::string(name)}});
    for (const Fact& fact : facts) {
        const auto pair = m_markup.element("div", {{"class", "fact-" + fact.key}});
        m_markup.textElement("dt", fact.title);
        const auto value = m_markup.element("dd");
        writeValue(fact.value, fact.unit, kProseColumns);
    }
}

void HtmlWriter::writeTable(const Table& table)
{
    const std::string captionId = table.id.empty() ? std::string() : anchor(table.id);
    // The frame scrolls sideways on small screens, so the keyboard must be able to reach it.
    const auto frame = m_markup.element(
        "div", {{"class", frameClass(table)}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", table.caption}});
    {
        const auto element = m_markup.element("table");
        m_markup.textElement("caption", table.caption,
                             captionId.empty() ? std::vector<Attribute>{} : std::vector<Attribute>{{"id", captionId}});
        writeHeadings(table);
        std::vector<double> largest(table.columns.size(), 0);
        for (const Row& row : table.rows) {
            for (std::size_t index = 0; index < row.cells.size(); ++index)
                largest[index] = std::max(largest[index], magnitude(row.cells[index]));
        }
        shareScale(table.columns, largest);
        const auto body = m_markup.element("tbody");
        for (const Row& row : table.rows)
            writeRow(table, row, largest);
    }
    writeLegend(table);
}

void HtmlWriter::writeHeadings(const Table& table)
{
    const auto head = m_markup.element("thead");
    const auto row = m_markup.element("tr");
    for (const Column& column : table.columns) {
        std::vector<Attribute> attributes{{"scope", "col"}};
        if (isNumeric(column))
            attributes.push_back({"class", "number"});
        if (!column.meaning.empty())
            attributes.push_back({"title", column.meaning});
        m_markup.textElement("th", column.title, attributes);
    }
}

void HtmlWriter::writeRow(const Table& table, const Row& row, const std::vector<double>& largest)
{
    const auto element = m_markup.element("tr");
    for (std::size_t index = 0; index < row.cells.size(); ++index) {
        const Column& column = table.columns[index];
        const Value& value = row.cells[index];
        const bool isNothing = isNumeric(column) && (value.isNull() || magnitude(value) == 0);
        std::string name = isNumeric(column) ? "number" : column.look == Column::Look::Prose ? "prose" : "name";
        std::vector<Attribute> attributes;
        if (isNothing)
            name += " nothing";
        const bool hasBar = column.look == Column::Look::Bar || column.look == Column::Look::Heat;
        if (hasBar && magnitude(value) > 0) {
            name += " bar";
            attributes.push_back({"style", fmt::format("--share:{:.1f}%", 100 * magnitude(value) / largest[index])});
        }
        attributes.push_back({"class", name});
        if (index == 0)
            attributes.push_back({"scope", "row"});
        const auto cell = index == 0 ? m_markup.element("th", attributes) : m_markup.element("td", attributes);
        writeValue(value, column.unit, columnsFor(column, table));
        if (index == 0 && !row.qualityNote.empty())
            m_markup.textElement("a", "†",
                                 {{"class", "mark"},
                                  {"href", "#data_quality"},
                                  {"title", row.qualityNote},
                                  {"aria-label", row.qualityNote}});
    }
}

void HtmlWriter::writeMore(std::size_t shown, std::int64_t total, std::string_view advice)
{
    const std::string more = moreText(shown, total, advice);
    if (!more.empty())
        m_markup.textElement("p", more, {{"class", "more"}});
}

/// What the headings mean, for paper and for those who cannot hover.
void HtmlWriter::writeLegend(const Table& table)
{
    const bool hasMeaning = std::any_of(table.columns.begin(), table.columns.end(),
                                        [](const Column& column) { return !column.meaning.empty(); });
    if (hasMeaning) {
        const auto legend = m_markup.element("dl", {{"class", "legend"}});
        for (const Column& column : table.columns) {
            if (column.meaning.empty())
                continue;
            const auto pair = m_markup.element("div");
            m_markup.textElement("dt", column.title);
            m_markup.textElement("dd", column.meaning);
        }
    }
    for (const Row& row : table.rows) {
        if (row.qualityNote.empty())
            continue;
        const auto line = m_markup.element("p", {{"class", "more"}});
        m_markup.text("† ");
        writeClipped(displayValue(row.cells[0], table.columns[0].unit, m_document.window.begin), kNameColumns);
        m_markup.text(": " + row.qualityNote);
    }
    writeMore(table.rows.size(), table.totalRows, table.moreAdvice);
}

void HtmlWriter::writeHeading(std::string_view heading, std::string_view id)
{
    m_markup.textElement("h3", heading, {{"id", anchor(id)}});
}

void HtmlWriter::explainLossMarks(bool hasLoss)
{
    if (hasLoss)
        m_markup.textElement("p", "A dashed red line marks where data was first met missing.", {{"class", "more"}});
}

/// The same as a picture, for those who cannot see it.
void HtmlWriter::writeTwin(const Table& twin)
{
    const auto details = m_markup.element("details", {{"class", "twin"}});
    m_markup.textElement("summary", "Show as table");
    writeTable(twin);
}

void HtmlWriter::operator()(const Figures& figures)
{
    if (!figures.heading.empty())
        writeHeading(figures.heading, figures.id);
    explainLossMarks(std::any_of(figures.charts.begin(), figures.charts.end(),
                                 [](const chart::TimeChart& chart) { return !chart.lossMarks.empty(); }));
    const auto gallery = m_markup.element("div", {{"class", figures.charts.size() > 1 ? "gallery" : "single"}});
    for (std::size_t index = 0; index < figures.charts.size(); ++index) {
        // A chart that stands alone has the heading above it as its caption.
        const bool hasCaption = figures.heading.empty() || figures.charts.size() > 1;
        writeFigure(figures.charts[index], anchor(fmt::format("{}-{}", figures.id, index)), hasCaption);
    }
}

void HtmlWriter::writeFigure(const chart::TimeChart& timeChart, std::string_view id, bool hasCaption)
{
    const auto figure = m_markup.element("figure");
    if (hasCaption) {
        const auto caption = m_markup.element("figcaption");
        writeClipped(timeChart.title, kNameColumns);
    }
    {
        const auto frame = m_markup.element("div", {{"class", "drawing"}});
        writeSvg(m_markup, timeChart, id);
    }
    writeTwin(tableTwin(timeChart));
}

void HtmlWriter::operator()(const Timeline& timeline)
{
    writeHeading(timeline.heading, timeline.id);
    explainLossMarks(!timeline.chart.lossMarks.empty());
    {
        const auto single = m_markup.element("div", {{"class", "single"}});
        const auto figure = m_markup.element("figure");
        {
            const auto frame = m_markup.element("div", {{"class", "drawing"}});
            writeSvg(m_markup, timeline.chart, anchor(fmt::format("{}-chart", timeline.id)));
        }
        writeTwin(timeline.twin);
    }
    if (!timeline.remark.empty())
        m_markup.textElement("p", timeline.remark, {{"class", "more"}});
}

void HtmlWriter::operator()(const Drawing& drawing)
{
    writeHeading(drawing.heading, drawing.id);
    const auto figure = m_markup.element("figure");
    {
        // Scrolls sideways as tables do.
        const auto frame = m_markup.element("div", {{"class", "drawing wide"},
                                                    {"tabindex", "0"},
                                                    {"role", "region"},
                                                    {"aria-labelledby", anchor(drawing.id)}});
        diagram::writeSvg(m_markup, drawing.picture, topology::layout::place(diagram::layoutRequest(drawing.picture)),
                          anchor(drawing.id));
    }
    writeTwin(drawing.twin);
}

void HtmlWriter::writeEntry(const Entry& entry)
{
    const auto item = m_markup.element("li", {{"class", fmt::format("entry {}", toText(entry.tone))}});
    {
        const auto line = m_markup.element("p", {{"class", "entry-title"}});
        m_markup.textElement("span", entry.badge, {{"class", "badge"}});
        m_markup.text(" ");
        writeClipped(entry.title, kProseColumns);
        writeReference(entry.see);
    }
    if (!entry.text.empty()) {
        const auto text = m_markup.element("p");
        writeClipped(entry.text, kProseColumns);
    }
    if (!entry.advice.empty()) {
        const auto advice = m_markup.element("p", {{"class", "advice"}});
        writeClipped(entry.advice, kProseColumns);
    }
    if (!entry.facts.empty())
        writeFacts(entry.facts, "small-facts");
}

void HtmlWriter::operator()(const Entries& list)
{
    {
        const auto element =
            m_markup.element("ol", {{"class", list.isRanked ? "entries ranked" : "entries"}, {"id", anchor(list.id)}});
        for (const Entry& entry : list.entries)
            writeEntry(entry);
    }
    writeMore(list.entries.size(), list.totalEntries, "");
}

} // namespace

void writeHtml(const Document& document, std::ostream& out)
{
    HtmlWriter(out, document).write();
    out << '\n';
}

} // namespace vnscope::views::report
