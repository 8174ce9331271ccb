// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/base/time.hpp"
#include "storage/value.hpp"
#include "views/chart/state_chart.hpp"
#include "views/chart/time_chart.hpp"
#include "views/diagram/diagram.hpp"

/// A report before anybody prints it: what is said, not how it looks. Sections build it once; the HTML, JSON and text
/// writers print the same document, so their numbers cannot differ. Strings here are as the trace gave them: each
/// writer makes them harmless for its own format.
namespace vnscope::views::report {

using chart::Unit;
using storage::Value;

/// What a reader should feel about a piece of text.
enum class Tone { Neutral, Good, Notice, Warning, Alarm };

/// `neutral`, `good`, `notice`, `warning`, `alarm`.
[[nodiscard]] std::string_view toText(Tone tone);

struct Paragraph {
    std::string text;
};

/// Something to know before believing the numbers around it.
struct Note {
    Tone tone = Tone::Notice;
    std::string text;
    std::string see; ///< Id of the section that tells more; may be empty.
};

/// One named value.
struct Fact {
    std::string key; ///< Machine-readable name with unit suffix, as columns of the store have it.
    std::string title;
    Unit unit = Unit::None;
    Value value;
};

struct Facts {
    std::string id;
    std::vector<Fact> facts;
};

struct Column {
    enum class Look {
        Plain,
        Bar,     ///< A number with its share of the column's largest drawn behind it.
        Heat,    ///< The same of the largest of all such columns.
        Prose,   ///< Sentences: wrapped instead of cut.
        Address, ///< An address with port: never cut, because its end matters most.
    };

    std::string key; ///< As in Fact.
    std::string title;
    Unit unit = Unit::None;
    std::string meaning{}; ///< Said once, below the table; may be empty.
    Look look = Look::Plain;
};

struct Row {
    std::vector<Value> cells;  ///< One per column.
    std::string qualityNote{}; ///< What is not perfect about this row's data; may be empty.
};

struct Table {
    std::string id;
    std::string caption;
    std::vector<Column> columns;
    std::vector<Row> rows;
    std::int64_t totalRows = 0; ///< Rows that there are; more than rows.size() when only the first are shown.
    std::string moreAdvice;     ///< How to see the others.
    std::size_t keyColumns = 1; ///< So many columns tell the rows apart; where space is short they are repeated.
};

/// One or several charts that are read together.
struct Figures {
    std::string id;
    std::string heading; ///< May be empty.
    std::vector<chart::TimeChart> charts;
    std::vector<std::string> keys; ///< Machine-readable name of each chart.
};

/// Who was in which state when, and the same as a table for those who cannot see it.
struct Timeline {
    std::string id;
    std::string heading;
    chart::StateChart chart;
    std::string remark; ///< What is not drawn; may be empty.
    Table twin;
};

/// One picture of boxes and lines, and the same as a table for those who cannot see it.
struct Drawing {
    std::string id;
    std::string heading;
    diagram::Diagram picture;
    Table twin;
};

/// One item of a list whose order says something.
struct Entry {
    Tone tone = Tone::Neutral;
    std::string badge; ///< One or two words.
    std::string title;
    std::string text;   ///< May be empty.
    std::string advice; ///< What to do about it; may be empty.
    std::vector<Fact> facts;
    std::string see; ///< As in Note.
};

struct Entries {
    std::string id;
    std::vector<Entry> entries;
    std::int64_t totalEntries = 0; ///< As Table::totalRows.
    bool isRanked = false;
};

using Block = std::variant<Paragraph, Note, Facts, Table, Figures, Timeline, Drawing, Entries>;

struct Section {
    std::string id;
    std::string title;
    std::string question;       ///< What the section answers.
    std::vector<Fact> headline; ///< The few numbers worth standing at the top of the report.
    std::vector<Block> blocks;
    bool hasNoResult = false; ///< The answer is "nothing", though there may be blocks with what was looked at.
};

/// The table of a section that has this id, or one without rows and columns.
[[nodiscard]] Table tableOf(const Section& section, std::string_view id);

struct Document {
    std::string title;
    std::string generator;     ///< "vnscope 0.1.0"
    std::vector<Fact> session; ///< What was looked at: hosts, window, events.
    base::TimeRange window;
    std::vector<Section> sections;
};

} // namespace vnscope::views::report
