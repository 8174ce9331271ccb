// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "views/chart/axis.hpp"
#include "views/report/display.hpp"
#include "views/report/writers.hpp"

namespace vnscope::views::report {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kGap = 2;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kNameColumns = 40;
constexpr std::size_t kAddressColumns = 47; // The longest: [IPv6]:port; two of them fit side by side.
constexpr std::size_t kProseColumns = 54;   // Still fits beside the widest name.
constexpr std::size_t kLongestProse = 1000;
constexpr std::size_t kSparkColumns = 48;

/// A grid of printable strings, ready to be aligned.
struct Grid {
    enum class Style { Name, Number, Prose };
    struct Line {
        std::vector<std::string> cells;
    };
    std::vector<Style> styles;  ///< One per column.
    std::size_t keyColumns = 1; ///< As Table::keyColumns.
    std::vector<Line> lines;    ///< The first one is the heading.
};

Grid::Style styleOf(const Column& column)
{
    if (column.look == Column::Look::Prose)
        return Grid::Style::Prose;
    return column.unit == Unit::None ? Grid::Style::Name : Grid::Style::Number;
}

/// How much text a cell shows before it is cut.
std::size_t columnsFor(const Column& column)
{
    switch (column.look) {
    case Column::Look::Prose: return kLongestProse;
    case Column::Look::Address: return kAddressColumns;
    default: return kNameColumns;
    }
}

class TextWriter final {
public:
    TextWriter(std::ostream& out, const Document& document)
        : m_out(out), m_document(document), m_origin(document.window.begin)
    {
    }

    void heading(std::string_view text, char underline)
    {
        const std::string shown = clip(printable(text), kWidth);
        m_out << shown << '\n' << std::string(displayWidth(shown), underline) << '\n';
    }

    void facts(std::span<const Fact> facts)
    {
        std::size_t width = 0;
        for (const Fact& fact : facts)
            width = std::max(width, displayWidth(fact.title));
        for (const Fact& fact : facts)
            paragraph(pad(fact.title, width, false) + "  " + shown(fact.value, fact.unit), width + kGap);
    }

    /// Wrapped text whose later lines are indented by `hanging` more.
    void paragraph(std::string_view text, std::size_t hanging = 0, std::size_t indent = kIndent)
    {
        const std::vector<std::string> lines = wrap(printable(text), kWidth - indent - hanging);
        for (std::size_t index = 0; index < lines.size(); ++index)
            m_out << std::string(index == 0 ? indent : indent + hanging, ' ') << lines[index] << '\n';
    }

    void blank() { m_out << '\n'; }

    void operator()(const Paragraph& block) { paragraph(block.text); }
    void operator()(const Note& note)
    {
        paragraph(fmt::format("{} {}{}", note.tone >= Tone::Warning ? "[!]" : "[i]", note.text, reference(note.see)),
                  4);
    }
    void operator()(const Facts& block) { facts(block.facts); }
    void operator()(const Table& table);
    void operator()(const Figures& figures);
    void operator()(const Timeline& timeline);
    void operator()(const Drawing& drawing);
    void operator()(const Entries& list);

private:
    std::string shown(const Value& value, Unit unit) const { return printable(displayValue(value, unit, m_origin)); }

    [[nodiscard]] std::string reference(std::string_view section) const
    {
        const auto found = std::find_if(m_document.sections.begin(), m_document.sections.end(),
                                        [&](const Section& one) { return one.id == section; });
        return found == m_document.sections.end() ? std::string() : fmt::format(" (see {})", found->title);
    }

    static std::string pad(std::string_view text, std::size_t width, bool toTheRight)
    {
        const std::string space(width - std::min(width, displayWidth(text)), ' ');
        return toTheRight ? space + std::string(text) : std::string(text) + space;
    }

    Grid gridOf(const Table& table) const;
    void printGrid(const Grid& grid);
    void printColumns(const Grid& grid, std::span<const std::size_t> widths, std::span<const std::size_t> columns);
    void printLine(const Grid::Line& line, std::span<const Grid::Style> styles, std::span<const std::size_t> widths,
                   std::span<const std::size_t> columns);
    void printLegend(const Table& table);

    std::ostream& m_out;
    const Document& m_document;
    base::Timestamp m_origin;
};

Grid TextWriter::gridOf(const Table& table) const
{
    Grid grid;
    grid.keyColumns = table.keyColumns;
    Grid::Line head;
    for (const Column& column : table.columns) {
        grid.styles.push_back(styleOf(column));
        head.cells.push_back(column.title);
    }
    grid.lines.push_back(std::move(head));
    for (const Row& row : table.rows) {
        Grid::Line line;
        for (std::size_t index = 0; index < table.columns.size(); ++index) {
            const Column& column = table.columns[index];
            std::string cell = clip(shown(row.cells[index], column.unit), columnsFor(column));
            if (index == 0 && !row.qualityNote.empty())
                cell += " *";
            line.cells.push_back(std::move(cell));
        }
        grid.lines.push_back(std::move(line));
    }
    return grid;
}

/// Prints as many columns as fit side by side; the others follow below, each time beside the key columns.
void TextWriter::printGrid(const Grid& grid)
{
    std::vector<std::size_t> widths(grid.styles.size(), 0);
    for (const Grid::Line& line : grid.lines) {
        for (std::size_t index = 0; index < line.cells.size(); ++index) {
            const std::size_t wanted = displayWidth(line.cells[index]);
            const bool isProse = grid.styles[index] == Grid::Style::Prose;
            widths[index] = std::max(widths[index], isProse ? std::min(wanted, kProseColumns) : wanted);
        }
    }
    std::vector<std::size_t> keys{0};
    std::size_t keyWidth = kIndent + widths[0];
    for (std::size_t key = 1; key < grid.keyColumns && keyWidth + kGap + widths[key] <= kWidth / 2; ++key) {
        keyWidth += kGap + widths[key];
        keys.push_back(key);
    }
    std::size_t next = keys.size();
    do {
        std::vector<std::size_t> columns = keys;
        std::size_t used = keyWidth;
        for (; next < widths.size() && (used + kGap + widths[next] <= kWidth || columns.size() == keys.size());
             ++next) {
            used += kGap + widths[next];
            columns.push_back(next);
        }
        printColumns(grid, widths, columns);
        if (next < widths.size())
            blank();
    } while (next < widths.size());
}

void TextWriter::printColumns(const Grid& grid, std::span<const std::size_t> widths,
                              std::span<const std::size_t> columns)
{
    for (std::size_t number = 0; number < grid.lines.size(); ++number) {
        printLine(grid.lines[number], grid.styles, widths, columns);
        if (number > 0)
            continue;
        Grid::Line rule;
        for (const std::size_t width : widths)
            rule.cells.emplace_back(width, '-');
        printLine(rule, grid.styles, widths, columns);
    }
}

/// Prose goes on below itself, the other cells stand beside its first line.
void TextWriter::printLine(const Grid::Line& line, std::span<const Grid::Style> styles,
                           std::span<const std::size_t> widths, std::span<const std::size_t> columns)
{
    std::size_t rows = 1;
    std::vector<std::vector<std::string>> wrapped(line.cells.size());
    for (const std::size_t column : columns) {
        wrapped[column] = styles[column] == Grid::Style::Prose
                              ? wrap(line.cells[column], std::max<std::size_t>(1, widths[column]))
                              : std::vector{line.cells[column]};
        rows = std::max(rows, wrapped[column].size());
    }
    for (std::size_t row = 0; row < rows; ++row) {
        std::string text;
        for (const std::size_t column : columns) {
            const std::string_view cell = row < wrapped[column].size() ? std::string_view(wrapped[column][row]) : "";
            text += column == columns.front() ? std::string(kIndent, ' ') : std::string(kGap, ' ');
            text += pad(cell, widths[column], styles[column] == Grid::Style::Number);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        m_out << text << '\n';
    }
}

void TextWriter::printLegend(const Table& table)
{
    for (const Row& row : table.rows) {
        if (!row.qualityNote.empty())
            paragraph(fmt::format("* {}: {}", clip(shown(row.cells[0], Unit::None), kNameColumns), row.qualityNote), 2);
    }
    for (const Column& column : table.columns) {
        if (!column.meaning.empty())
            paragraph(fmt::format("{}: {}", column.title, column.meaning), 2);
    }
    const std::string more = moreText(table.rows.size(), table.totalRows, table.moreAdvice);
    if (!more.empty())
        paragraph(more);
}

void TextWriter::operator()(const Table& table)
{
    paragraph(table.caption);
    printGrid(gridOf(table));
    printLegend(table);
}

/// One character per extent, as high as its peak.
std::string sparkline(const chart::ChartSeries& series, double highest)
{
    constexpr std::array<std::string_view, 9> kLevels{"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::string line;
    for (const chart::Extent& extent : chart::reduce(series.bins.values, kSparkColumns)) {
        const double share = highest > 0 ? extent.high / highest : 0;
        // Anything that is not nothing gets at least the lowest bar.
        const std::size_t level =
            share <= 0 ? 0 : std::clamp<std::size_t>(static_cast<std::size_t>(share * 8 + 0.5), 1, 8);
        line += kLevels[level];
    }
    return line;
}

void TextWriter::operator()(const Figures& figures)
{
    paragraph(figures.heading);
    using enum Grid::Style;
    Grid grid{{Name, Name, Number, Number}, 1, {{{"", "", "peak", "at"}}}};
    for (const chart::TimeChart& chart : figures.charts) {
        double highest = 0;
        for (const chart::ChartSeries& series : chart.series)
            highest = std::max(highest, chart::peakOf(series.bins.values).value);
        for (const chart::ChartSeries& series : chart.series) {
            const chart::Peak peak = chart::peakOf(series.bins.values);
            const std::string name = figures.charts.size() > 1 ? chart.title + ' ' + series.name : series.name;
            grid.lines.push_back({{clip(printable(name), kNameColumns / 2), sparkline(series, highest),
                                   chart::formatValue(peak.value, chart.unit),
                                   chart::formatOffset(series.bins.binBegin(peak.index), m_origin)}});
        }
    }
    printGrid(grid);
}

/// One character per stretch of time: the sign of the most severe state in it.
std::string stateLine(const chart::StateChart& chart, const chart::StateRow& row)
{
    std::string line(kSparkColumns, ' ');
    std::vector<std::size_t> worst(kSparkColumns, 0);
    const chart::LinearScale column{0, static_cast<double>(chart.range.length()), 0,
                                    static_cast<double>(kSparkColumns)};
    for (const chart::StateSpan& span : row.spans) {
        const double from = column(static_cast<double>(span.when.begin - chart.range.begin));
        const double to = column(static_cast<double>(span.when.end - chart.range.begin));
        const auto last = std::min(kSparkColumns, static_cast<std::size_t>(std::ceil(to)));
        for (auto at = static_cast<std::size_t>(from); at < last; ++at) {
            if (line[at] == ' ' || span.kind > worst[at]) {
                worst[at] = span.kind;
                line[at] = chart.kinds[span.kind].sign;
            }
        }
    }
    return line;
}

void TextWriter::operator()(const Timeline& timeline)
{
    paragraph(timeline.heading);
    using enum Grid::Style;
    Grid grid{{Name, Name}, 1, {{{"", ""}}}};
    for (const chart::StateRow& row : timeline.chart.rows)
        grid.lines.push_back({{clip(printable(row.name), kNameColumns), stateLine(timeline.chart, row)}});
    printGrid(grid);
    std::vector<std::string> signs;
    for (const std::size_t kind : chart::kindsThatOccur(timeline.chart))
        signs.push_back(fmt::format("{} {}", timeline.chart.kinds[kind].sign, timeline.chart.kinds[kind].name));
    paragraph(fmt::format("{}", fmt::join(signs, "  ")));
    if (!timeline.remark.empty())
        paragraph(timeline.remark);
    blank();
    (*this)(timeline.twin);
}

void TextWriter::operator()(const Drawing& drawing)
{
    paragraph(drawing.heading);
    (*this)(drawing.twin); // What the picture's remarks speak of is not seen here.
}

void TextWriter::operator()(const Entries& list)
{
    std::size_t number = 0;
    for (const Entry& entry : list.entries) {
        ++number;
        const std::string mark = list.isRanked ? fmt::format("{}. ", number) : std::string("- ");
        paragraph(fmt::format("{}[{}] {}", mark, entry.badge, entry.title), mark.size());
        const std::size_t indent = kIndent + mark.size();
        if (!entry.text.empty())
            paragraph(entry.text, 0, indent);
        if (!entry.advice.empty())
            paragraph("→ " + entry.advice, 2, indent);
        std::string facts;
        for (const Fact& fact : entry.facts)
            facts += fmt::format("{}{}: {}", facts.empty() ? "" : " · ", fact.title, shown(fact.value, fact.unit));
        if (!facts.empty())
            paragraph(facts + reference(entry.see), 0, indent);
    }
    const std::string more = moreText(list.entries.size(), list.totalEntries, "");
    if (!more.empty())
        paragraph(more);
}

} // namespace

void writeText(const Document& document, std::ostream& out)
{
    TextWriter text(out, document);
    text.heading(document.title, '=');
    text.paragraph(
        fmt::format("{} to {}", chart::formatTime(document.window.begin), chart::formatTime(document.window.end)));
    std::vector<Fact> facts = document.session;
    const std::vector<Fact> more = headline(document);
    facts.insert(facts.end(), more.begin(), more.end());
    text.facts(facts);
    for (const Section& section : document.sections) {
        text.blank();
        text.heading(section.title, '-');
        bool isFirst = true;
        for (const Block& block : section.blocks) {
            if (!isFirst)
                text.blank();
            isFirst = false;
            std::visit(text, block);
        }
    }
    text.blank();
    text.paragraph("Made by " + document.generator + '.', 0, 0);
}

} // namespace vnscope::views::report
