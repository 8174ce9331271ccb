// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/views_json_schema.hpp"
#include "tests/support/made_store.hpp"
#include "views/report/catalog.hpp"
#include "views/report/display.hpp"
#include "views/report/report.hpp"
#include "views/report/writers.hpp"

namespace vnscope::views::report {
namespace {

using nlohmann::json;
using storage::Store;
using storage::Value;
using testing::HasSubstr;

std::string print(const Document& document, Format format)
{
    std::ostringstream out;
    const auto done = writeDocument(document, format, out);
    EXPECT_TRUE(done) << done.error().text();
    return out.str();
}

Document documentOf(const Store& store)
{
    auto document = buildDocument(store);
    EXPECT_TRUE(document) << document.error().text();
    return document ? std::move(*document) : Document{};
}

std::size_t occurrences(std::string_view text, std::string_view what)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
        ++count;
    return count;
}

/// Whether it is in there; unlike gmock's matcher it does not print half a megabyte when it is not.
bool contains(std::string_view text, std::string_view what)
{
    return text.find(what) != std::string_view::npos;
}

std::string unescaped(std::string text)
{
    const std::map<std::string, std::string> entities{
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (const auto& [entity, character] : entities) {
        for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
            text.replace(at, entity.size(), character);
    }
    return text;
}

/// The sample is made once: building it takes longer than all that is asked of it.
class SampleReport : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        s_directory = std::make_unique<tests::TemporaryDirectory>();
        s_store = std::make_unique<Store>(tests::makeStore(s_directory->path() / "sample.vns", tests::fillSample));
        s_document = std::make_unique<Document>(documentOf(*s_store));
        s_html = print(*s_document, Format::Html);
        s_text = print(*s_document, Format::Text);
        s_json = json::parse(print(*s_document, Format::Json));
    }
    static void TearDownTestSuite()
    {
        s_document.reset();
        s_store.reset();
        s_directory.reset();
    }

    static std::int64_t storeInteger(const std::string& table, const std::string& column, const std::string& key,
                                     const Value& value)
    {
        const auto rows = s_store->read({table, {column}, {{key, "=", value}}, {}, -1});
        EXPECT_TRUE(rows && rows->rows.size() == 1);
        return rows && !rows->rows.empty() ? rows->rows[0][0].integer() : -1;
    }

    static inline std::unique_ptr<tests::TemporaryDirectory> s_directory;
    static inline std::unique_ptr<Store> s_store;
    static inline std::unique_ptr<Document> s_document;
    static inline std::string s_html;
    static inline std::string s_text;
    static inline json s_json;
};

TEST_F(SampleReport, JsonSaysWhatTheStoreHolds)
{
    const json& rows = s_json["sections"]["devices"]["tables"]["traffic"]["rows"];
    ASSERT_EQ(rows.size(), 27U);
    EXPECT_EQ(rows[0]["device"], "ens3f0") << "the busiest comes first";
    EXPECT_EQ(rows[0]["rx_packets"], storeInteger("device_traffic", "rx_packets", "device_id", 0));
    EXPECT_EQ(rows[0]["rx_bytes"], storeInteger("device_traffic", "rx_bytes", "device_id", 0));
    EXPECT_EQ(rows[0]["tx_bytes"], storeInteger("device_traffic", "tx_bytes", "device_id", 0));
    EXPECT_EQ(rows[0]["drops"], 402);
    EXPECT_EQ(s_json["headline"]["drops"], 1834 + 402 + 96 + 12);
    EXPECT_EQ(s_json["headline"]["streams"], 140);
    EXPECT_EQ(s_json["session"]["lost_events"], 12'345);
    EXPECT_EQ(s_json["session"]["duration_ns"], tests::kSampleEnd - tests::kSampleBegin);
}

TEST_F(SampleReport, ChartsAddUpToTheTotals)
{
    const json& traffic = s_json["sections"]["devices"]["tables"]["traffic"]["rows"];
    for (const json& chart : s_json["sections"]["devices"]["charts"]["rates"]) {
        double bits = 0;
        double peak = 0;
        for (const json& value : chart["series"][0]["values"]) {
            bits += value.get<double>() * chart["bin_ns"].get<double>() / 1e9;
            peak = std::max(peak, value.get<double>());
        }
        for (const json& row : traffic) {
            if (row["device"] != chart["key"])
                continue;
            EXPECT_NEAR(bits / 8, row["rx_bytes"].get<double>(), 1e-6 * bits) << chart["key"];
            EXPECT_DOUBLE_EQ(peak, row["rx_peak_bps"].get<double>()) << chart["key"];
        }
    }
    double drops = 0;
    for (const json& series : s_json["sections"]["drops"]["charts"]["over_time"][0]["series"]) {
        for (const json& value : series["values"])
            drops += value.get<double>();
    }
    EXPECT_DOUBLE_EQ(drops, 1834 + 402 + 96 + 12);
}

TEST_F(SampleReport, TheLargestConversationsComeFirstAndTheRestIsCounted)
{
    const json& table = s_json["sections"]["streams"]["tables"]["largest"];
    EXPECT_EQ(table["total_rows"], 140);
    ASSERT_EQ(table["rows"].size(), 50U);
    for (std::size_t index = 1; index < table["rows"].size(); ++index)
        EXPECT_GE(table["rows"][index - 1]["bytes"], table["rows"][index]["bytes"]);
    EXPECT_EQ(table["rows"][4]["a"], "[fd00:10::4]:40004");
    EXPECT_TRUE(contains(s_html, "90 more are not")) << "90 more are not";
    EXPECT_TRUE(contains(s_text, "90 more are not")) << "90 more are not";
}

TEST_F(SampleReport, JsonConformsToItsSchema)
{
    std::ifstream in(VNSCOPE_SOURCE_DIR "/docs/report.schema.json");
    const json schema = json::parse(in);
    EXPECT_THAT(tests::schemaViolations(schema, s_json), testing::IsEmpty());
    json wrong = s_json;
    wrong["sections"]["drops"]["tables"]["causes"]["columns"][0]["unit"] = "furlong";
    wrong["version"] = 2;
    wrong.erase("session");
    EXPECT_EQ(tests::schemaViolations(schema, wrong).size(), 3U);
}

TEST_F(SampleReport, EveryTableOfTheSchemaDocumentIsThere)
{
    std::ifstream in(VNSCOPE_SOURCE_DIR "/docs/report-json.md");
    std::stringstream buffer;
    buffer << in.rdbuf();
    for (const auto& [id, section] : s_json["sections"].items()) {
        EXPECT_THAT(buffer.str(), HasSubstr("| `" + id + "` |"));
        for (const char* kind : {"tables", "charts", "drawings", "lists", "facts"}) {
            for (const auto& [name, ignored] : section[kind].items())
                EXPECT_THAT(buffer.str(), HasSubstr("`" + name + "`")) << id << ' ' << kind;
        }
    }
}

/// Numbers of the `<data value="...">` elements in one section of the HTML, as a multiset of their texts.
std::multiset<std::string> dataValues(std::string_view html, const std::string& sectionId)
{
    const std::size_t begin = html.find("<section id=\"" + sectionId + "\"");
    const std::string_view section = html.substr(begin, html.find("</section>", begin) - begin);
    std::multiset<std::string> values;
    constexpr std::string_view kMark = "<data value=\"";
    for (std::size_t at = section.find(kMark); at != std::string_view::npos; at = section.find(kMark, at + 1)) {
        const std::size_t from = at + kMark.size();
        values.insert(std::string(section.substr(from, section.find('"', from) - from)));
    }
    return values;
}

TEST_F(SampleReport, HtmlAndTextHaveTheNumbersOfJson)
{
    std::size_t compared = 0;
    for (const auto& [id, section] : s_json["sections"].items()) {
        const std::multiset<std::string> inHtml = dataValues(s_html, id);
        for (const auto& [name, table] : section["tables"].items()) {
            for (const json& row : table["rows"]) {
                for (const json& column : table["columns"]) {
                    const json& value = row[column["key"].get<std::string>()];
                    if (!value.is_number())
                        continue;
                    ++compared;
                    EXPECT_TRUE(inHtml.contains(value.dump()))
                        << id << '.' << name << ' ' << column["key"] << ' ' << value;
                }
            }
        }
    }
    EXPECT_GT(compared, 500U);
    const std::string html = unescaped(s_html);
    for (const Section& section : s_document->sections) {
        for (const Block& block : section.blocks) {
            const auto* drawing = std::get_if<Drawing>(&block);
            const auto* table = drawing != nullptr ? &drawing->twin : std::get_if<Table>(&block);
            if (table == nullptr)
                continue;
            for (const Row& row : table->rows) {
                for (std::size_t index = 0; index < row.cells.size(); ++index) {
                    const std::string shown =
                        displayValue(row.cells[index], table->columns[index].unit, s_document->window.begin);
                    if (table->columns[index].unit == Unit::None)
                        continue;
                    EXPECT_TRUE(contains(s_text, shown)) << shown;
                    EXPECT_TRUE(contains(html, shown)) << shown;
                }
            }
        }
    }
}

TEST_F(SampleReport, HtmlRefersToNothingOutsideAndRunsNoScript)
{
    for (const char* forbidden :
         {"<script", "http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "javascript:", "onload="})
        EXPECT_FALSE(contains(s_html, forbidden)) << forbidden;
    EXPECT_TRUE(contains(unescaped(s_html), "content=\"default-src 'none'; style-src 'unsafe-inline'\""));
}

TEST_F(SampleReport, HtmlIsWellFormedAndItsReferencesHaveTargets)
{
    // Each element is closed in the order in which it was opened.
    std::vector<std::string> open;
    std::set<std::string> ids;
    std::set<std::string> targets;
    const std::size_t start = s_html.find("<html");
    for (std::size_t at = s_html.find('<', start); at != std::string::npos; at = s_html.find('<', at + 1)) {
        const std::size_t end = s_html.find('>', at);
        ASSERT_NE(end, std::string::npos);
        const std::string tag = s_html.substr(at + 1, end - at - 1);
        const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
        if (tag.front() == '/') {
            ASSERT_FALSE(open.empty());
            EXPECT_EQ(open.back(), tag.substr(1));
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(name);
        }
        for (const auto& [attribute, set] : {std::pair{" id=\"", &ids}, std::pair{"href=\"#", &targets}}) {
            const std::size_t found = tag.find(attribute);
            if (found == std::string::npos)
                continue;
            const std::size_t from = found + std::string(attribute).size();
            const std::string value = tag.substr(from, tag.find('"', from) - from);
            const bool isNew = set->insert(value).second;
            EXPECT_TRUE(isNew || set == &targets) << "id twice: " << value;
        }
    }
    EXPECT_TRUE(open.empty());
    for (const std::string& target : targets)
        EXPECT_TRUE(ids.contains(target)) << target;
}

TEST_F(SampleReport, EveryFigureHasTitleDescriptionAndTable)
{
    const std::size_t charts = occurrences(s_html, "<svg ");
    EXPECT_EQ(charts, 24U + 2U + 3U + 3U) << "26 devices have traffic, the 24 busiest are drawn; two maps and a flow "
                                             "graph; two charts and a drawing of late packets";
    EXPECT_TRUE(contains(s_html, "for the 24 busiest of 26 devices with traffic"));
    EXPECT_EQ(occurrences(s_html, "role=\"img\""), charts);
    EXPECT_EQ(occurrences(s_html, "<desc "), charts);
    EXPECT_EQ(occurrences(s_html, "<details "), charts);
    EXPECT_EQ(occurrences(s_html, "<table>"), occurrences(s_html, "<caption"));
}

/// How often a table says that one thing is connected to another.
std::size_t connections(const json& table, std::string_view from, std::string_view to)
{
    std::size_t count = 0;
    for (const json& row : table["rows"])
        count += row["from"] == from && row["to"] == to ? 1 : 0;
    return count;
}

/// All text in a drawing's boxes.
std::set<std::string> boxTexts(const json& drawing)
{
    std::set<std::string> texts;
    for (const json& box : drawing["boxes"])
        for (const json& line : box["lines"])
            texts.insert(line.get<std::string>());
    return texts;
}

TEST_F(SampleReport, TheMapIsDrawnBeforeAndAfterTheMove)
{
    const std::string moved = "52:54:00:00:00:a4";
    const json& section = s_json["sections"]["topology"];
    ASSERT_EQ(section["drawings"].size(), 2U) << "after the move nothing changes: that map is the end's";
    const json& start = section["drawings"]["start"];
    const json& end = section["drawings"]["end"];
    EXPECT_THAT(start["title"].get<std::string>(), HasSubstr("At the start, as known by +30.000 s"));
    EXPECT_THAT(end["title"].get<std::string>(), HasSubstr("+30.000 s: moved away from "));
    EXPECT_THAT(end["title"].get<std::string>(), HasSubstr("the same at the end"));
    const json& before = section["tables"][start["table"].get<std::string>()];
    const json& after = section["tables"][end["table"].get<std::string>()];
    EXPECT_EQ(connections(before, "vnet9", moved), 1U);
    EXPECT_EQ(connections(before, "vnet10", moved), 0U);
    EXPECT_EQ(connections(after, "vnet9", moved), 0U);
    EXPECT_EQ(connections(after, "vnet10", moved), 1U);
    for (const json* drawing : {&start, &end}) {
        EXPECT_EQ(boxTexts(*drawing).count("br-prod"), 1U);
        EXPECT_EQ(boxTexts(*drawing).count(moved), 1U);
        EXPECT_FALSE((*drawing)["lines"].empty());
    }
    ASSERT_EQ(section["tables"]["changes"]["rows"].size(), 1U);
    EXPECT_EQ(section["tables"]["changes"]["rows"][0]["kind"], "moved");
    EXPECT_EQ(s_json["headline"]["moves"], 1);
    for (const std::string& printed : {s_html, s_text}) {
        EXPECT_TRUE(contains(printed, "At the start, as known by +30.000 s"));
        EXPECT_TRUE(contains(printed, moved));
        EXPECT_TRUE(contains(printed, "What changed"));
    }
}

TEST_F(SampleReport, TheFlowGraphSaysWhatTheStoreHolds)
{
    const json& drawing = s_json["sections"]["paths"]["drawings"]["flow"];
    const json& table = s_json["sections"]["paths"]["tables"][drawing["table"].get<std::string>()];
    ASSERT_EQ(drawing["lines"].size(), 6U);
    ASSERT_EQ(table["rows"].size(), 6U);
    EXPECT_EQ(table["rows"][1]["packets"], 40'911);
    EXPECT_EQ(table["rows"][1]["latency_p99_ns"], 18'400);
    EXPECT_EQ(drawing["lines"][0]["weight"], 1.0);
    EXPECT_EQ(drawing["lines"][1]["label"], "40,911 · p99 18.4 µs");
    EXPECT_EQ(drawing["lines"][1]["from"], "place1");
    EXPECT_EQ(drawing["lines"][1]["to"], "place2");
    EXPECT_TRUE(contains(s_html, "40,911 · p99 18.4 µs"));
    EXPECT_EQ(s_json["sections"]["paths"]["tables"]["endpoints"]["rows"][0]["to"], "vnet10");
    EXPECT_EQ(s_json["sections"]["paths"]["tables"]["ovs"]["rows"][0]["misses"], 19);
}

TEST(Report, ManyMovesAreDrawnAfterTheFirstAndTheLast)
{
    const tests::TemporaryDirectory directory;
    constexpr int kMoves = 8;
    const Store store = tests::makeStore(directory.path() / "moves.vns", [](storage::StoreWriter& writer) {
        tests::fillSample(writer);
        auto change = writer.table(
            "topology_change", {"change_id", "ts_ns", "kind", "subject_id", "from_id", "to_id", "subject", "detail"});
        auto edge = writer.table("topology_edge", {"edge_id", "from_id", "to_id", "kind", "vlan", "valid_from_ns",
                                                   "valid_to_ns", "method", "evidence", "certainty"});
        // The other station goes to and fro, VLAN by VLAN, so that each map differs from the one before.
        for (int move = 1; move < kMoves; ++move) {
            const std::int64_t at = tests::kSampleMove + move * 3'000'000'000LL;
            change.append(move, at, "moved", 5, 1, 2, "52:54:00:00:00:a5", "a move");
            edge.append(100 + move, 1, 5, "attached_host", 100 + move, at, at + 3'000'000'000LL, "fdb_event", 1,
                        "inferred");
        }
    });
    const json report = json::parse(print(documentOf(store), Format::Json));
    std::set<std::string> drawn;
    for (const auto& [id, ignored] : report["sections"]["topology"]["drawings"].items())
        drawn.insert(id);
    EXPECT_THAT(drawn, testing::ElementsAre("change_1", "change_8", "end", "start"));
    EXPECT_THAT(report["sections"]["topology"]["paragraphs"].dump(), HasSubstr("moved 8 times"));
}

TEST_F(SampleReport, WhatTheTraceSaysIsHarmless)
{
    EXPECT_TRUE(contains(s_html, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;␛[31m\uFFFDx"));
    for (const std::string& printed : {s_html, s_text}) {
        EXPECT_EQ(printed.find('\x1b'), std::string::npos);
        EXPECT_EQ(printed.find('\xff'), std::string::npos);
    }
    EXPECT_EQ(s_text.find('\t'), std::string::npos);
}

TEST_F(SampleReport, TextFitsAHundredColumnsAndHasNoControlSequences)
{
    std::istringstream lines(s_text);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(displayWidth(line), 100U) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << '"' << line << '"';
        for (const char character : line)
            EXPECT_TRUE(static_cast<unsigned char>(character) >= 0x20);
    }
}

TEST_F(SampleReport, LostDataIsSaidBesideEverythingItTouches)
{
    for (const SectionInfo& info : sections()) {
        const json& notes = s_json["sections"][std::string(info.id)]["notes"];
        bool isSaid = false;
        for (const json& note : notes)
            isSaid = isSaid || (note["see"] == "data_quality" &&
                                note["text"].get<std::string>().find("12,345") != std::string::npos);
        EXPECT_EQ(isSaid, !info.analysis.empty()) << info.id;
    }
    EXPECT_EQ(occurrences(s_html, "class=\"loss\""), 27U) << "every chart over time marks when data was lost";
    for (const json& row : s_json["sections"]["devices"]["tables"]["traffic"]["rows"])
        EXPECT_EQ(row.contains("quality_note"), row["device"] == "lo");
}

TEST_F(SampleReport, TheOrderIsThatOfTheCatalogue)
{
    ASSERT_EQ(s_json["section_order"].size(), sections().size());
    std::size_t last = 0;
    for (std::size_t index = 0; index < sections().size(); ++index) {
        EXPECT_EQ(s_json["section_order"][index], std::string(sections()[index].id));
        const std::size_t at = s_html.find("<section id=\"" + std::string(sections()[index].id) + '"');
        EXPECT_GT(at, last);
        last = at;
    }
}

TEST_F(SampleReport, TheSameStoreGivesTheSameBytes)
{
    std::ostringstream again;
    ASSERT_TRUE(renderReport(*s_store, Format::Html, again));
    EXPECT_EQ(again.str(), s_html);
}

TEST_F(SampleReport, AFullDiskIsAnError)
{
    std::ofstream full("/dev/full");
    const auto done = writeDocument(*s_document, Format::Html, full);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, base::ErrorCode::Io);
}

TEST(ReportOrder, QuestionsWithoutAnAnswerComeLast)
{
    const tests::TemporaryDirectory directory;
    const Store store = tests::makeStore(directory.path() / "one.vns", [](storage::StoreWriter& writer) {
        writer.meta("begin_ns", tests::kSampleBegin);
        writer.meta("end_ns", tests::kSampleEnd);
        auto analysis = writer.table(
            "analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"});
        for (const std::string_view name : {"bandwidth", "map", "streams", "softirq"})
            analysis.append(name, 1, "", "?", name == "streams" ? "complete" : "missing_events", "some", "");
    });
    const auto document = buildDocument(store);
    ASSERT_TRUE(document) << document.error().text();
    const auto placeOf = [&](std::string_view id) {
        return std::ranges::find(document->sections, id, &Section::id) - document->sections.begin();
    };
    EXPECT_LT(placeOf("findings"), placeOf("streams"));
    EXPECT_LT(placeOf("streams"), placeOf("devices")) << "which the catalogue has before";
    EXPECT_LT(placeOf("devices"), placeOf("topology"));
    EXPECT_LT(placeOf("topology"), placeOf("coverage"));
}

TEST(Report, SectionsThatCouldNotRunSayWhichEventsToRecord)
{
    const tests::TemporaryDirectory directory;
    const Store store = tests::makeStore(directory.path() / "none.vns", tests::fillWithoutAnalyses);
    const Document document = documentOf(store);
    for (const Section& section : document.sections) {
        const auto info = std::find_if(sections().begin(), sections().end(),
                                       [&](const SectionInfo& one) { return one.id == section.id; });
        ASSERT_FALSE(section.blocks.empty()) << section.id;
        if (info->analysis.empty())
            continue;
        const Note* note = std::get_if<Note>(&section.blocks.front());
        ASSERT_NE(note, nullptr) << section.id;
        EXPECT_THAT(note->text, HasSubstr("event_of_" + std::string(info->analysis)));
        EXPECT_THAT(note->text, HasSubstr("lttng enable-event"));
        EXPECT_EQ(section.blocks.size(), 1U) << section.id << " must not print numbers that nobody measured";
    }
    const json report = json::parse(print(document, Format::Json));
    EXPECT_TRUE(report["headline"]["drops"].is_null()) << "not measured is not zero";
    EXPECT_TRUE(report["headline"]["streams"].is_null());
    EXPECT_THAT(print(document, Format::Html), HasSubstr("the tracer lost no event"));
}

TEST(Report, DevicesOfOneNameOnSeveralHostsAreToldApart)
{
    const tests::TemporaryDirectory directory;
    const Store store = tests::makeStore(directory.path() / "hosts.vns", [](storage::StoreWriter& writer) {
        auto trace =
            writer.table("trace", {"trace_id", "path", "host", "domain", "tracer", "kernel_release", "begin_ns",
                                   "end_ns", "clock_offset_ns", "events", "discarded_events", "discarded_packets"});
        auto device = writer.table("device", {"device_id", "host", "name", "label", "kind", "ambiguous", "evidence",
                                              "first_seen_ns", "last_seen_ns"});
        for (int id = 0; id < 2; ++id) {
            const std::string host = id == 0 ? "alpha" : "beta";
            trace.append(id, host, host, "kernel", "lttng", "6.1", tests::kSampleBegin, tests::kSampleEnd, 0, 10, 0, 0);
            device.append(id, host, "eth0", "eth0", "nic", 0, "", tests::kSampleBegin, tests::kSampleEnd);
        }
    });
    const json report = json::parse(print(documentOf(store), Format::Json));
    const json& rows = report["sections"]["devices"]["tables"]["traffic"]["rows"];
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["device"], "alpha: eth0");
    EXPECT_EQ(rows[1]["device"], "beta: eth0");
    EXPECT_TRUE(rows[0]["rx_bytes"].is_null()) << "nobody counted them";
}

TEST(Report, AStoreWithoutAnythingIsReportedAllTheSame)
{
    const tests::TemporaryDirectory directory;
    const Store store = tests::makeStore(directory.path() / "empty.vns", [](storage::StoreWriter&) {});
    for (const Format format : {Format::Html, Format::Json, Format::Text}) {
        std::ostringstream out;
        EXPECT_TRUE(renderReport(store, format, out));
        EXPECT_GT(out.str().size(), 500U);
    }
}

TEST(Report, AWindowOfNonsenseDoesNoHarm)
{
    const tests::TemporaryDirectory directory;
    const Store store = tests::makeStore(directory.path() / "mad.vns", [](storage::StoreWriter& writer) {
        tests::fillSample(writer);
        writer.meta("begin_ns", std::numeric_limits<std::int64_t>::min());
        writer.meta("end_ns", std::numeric_limits<std::int64_t>::max());
    });
    std::ostringstream out;
    EXPECT_TRUE(renderReport(store, Format::Json, out));
    EXPECT_LT(out.str().size(), 10'000'000U);
}

/// A chain of three whose last member is the cause from the second to the fourth second; `extra` more are in no chain.
Store middleboxes(const std::filesystem::path& file, int extra)
{
    return tests::makeStore(file, [extra](storage::StoreWriter& writer) {
        constexpr std::int64_t kSecond = base::kNsPerSecond;
        constexpr std::int64_t kBegin = tests::kSampleBegin - tests::kSampleBegin % kSecond;
        writer.meta("begin_ns", kBegin);
        writer.meta("end_ns", kBegin + 10 * kSecond);
        auto element = writer.table("element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm"});
        // The names sort otherwise than the chain.
        const std::vector<std::string> names{"a-server", tests::hostileName(), "z-client"};
        auto state = writer.table("element_state", {"element_id", "state", "valid_from_ns", "valid_to_ns"});
        for (int id = 0; id < 3 + extra; ++id) {
            const bool isNamed = id < 3;
            element.append(id, "h", isNamed ? names[static_cast<std::size_t>(id)] : fmt::format("extra-{}", id),
                           "nginx", "middlebox", "", "");
            if (id != 0)
                state.append(id, id == 1 ? "write_blocked" : "running", kBegin, kBegin + 10 * kSecond);
        }
        state.append(0, "running", kBegin, kBegin + kSecond);
        state.append(0, "overloaded", kBegin + kSecond, kBegin + 4 * kSecond);
        state.append(0, "idle", kBegin + 4 * kSecond, kBegin + 10 * kSecond);
        writer
            .table("root_cause", {"element_id", "label", "valid_from_ns", "valid_to_ns", "windows", "confidence",
                                  "waiting", "reasoning"})
            .append(0, "overloaded", kBegin + kSecond, kBegin + 4 * kSecond, 3, "likely", tests::hostileName(), "why");
        auto link = writer.table("chain_link", {"from_id", "to_id", "coupling", "windows"});
        link.append(2, 1, "tcp", 10);
        link.append(1, 2, "tcp", 1); // A window without data went the other way.
        link.append(1, 0, "tcp", 10);
    });
}

TEST(Report, StatesOfMiddleboxesAreDrawnAlongTheirChain)
{
    const tests::TemporaryDirectory directory;
    const Document document = documentOf(middleboxes(directory.path() / "states.vns", 0));
    const json report = json::parse(print(document, Format::Json));
    const json& timeline = report["sections"]["perfsight"]["timelines"]["states"];
    ASSERT_EQ(timeline["rows"].size(), 3U);
    EXPECT_EQ(timeline["rows"][0]["name"], "z-client");
    EXPECT_EQ(timeline["rows"][2]["name"], "a-server");
    const json& spans = timeline["rows"][2]["spans"];
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_EQ(spans[1]["state"], "overloaded");
    EXPECT_EQ(spans[1]["begin_ns"].get<std::int64_t>() - timeline["begin_ns"].get<std::int64_t>(), base::kNsPerSecond);
    EXPECT_EQ(spans[1]["end_ns"].get<std::int64_t>() - spans[1]["begin_ns"].get<std::int64_t>(),
              3 * base::kNsPerSecond);
    EXPECT_EQ(report["sections"]["perfsight"]["tables"]["states"]["total_rows"], 5) << "the same as a table";

    const std::string html = unescaped(print(document, Format::Html));
    EXPECT_TRUE(contains(html, "<title>a-server: overloaded, +1.000 s to +4.000 s (3.00 s)</title>"));
    EXPECT_TRUE(contains(html, "<title>a-server: others wait for it (overloaded, likely): <script>alert"));
    EXPECT_TRUE(contains(html, "class=\"state hatched series-6\""));
    EXPECT_FALSE(contains(print(document, Format::Html), "<script"));

    const std::string text = print(document, Format::Text);
    EXPECT_TRUE(contains(text, "  ====OOOOOOOOOOOOOOOO....")) << "of 48 columns the cause has those from 4.8 to 19.2\n"
                                                              << text;
    EXPECT_TRUE(contains(text, "O overloaded"));
}

TEST(Report, OfManyMiddleboxesThoseThatMatterAreDrawn)
{
    const tests::TemporaryDirectory directory;
    const Document document = documentOf(middleboxes(directory.path() / "many.vns", 100));
    const json report = json::parse(print(document, Format::Json));
    const json& timeline = report["sections"]["perfsight"]["timelines"]["states"];
    ASSERT_EQ(timeline["rows"].size(), 40U);
    EXPECT_EQ(timeline["rows"][0]["name"], "z-client") << "the chain stays together";
    EXPECT_EQ(timeline["rows"][2]["name"], "a-server");
    EXPECT_EQ(timeline["remarks"].size(), 1U);
    EXPECT_TRUE(contains(print(document, Format::Html), "40 of 103 middleboxes are drawn"));
    EXPECT_TRUE(contains(print(document, Format::Text), "40 of 103 middleboxes are drawn"));
}

TEST(Report, SaysWhoMadePacketsLate)
{
    const tests::TemporaryDirectory directory;
    const Document document = documentOf(tests::makeStore(directory.path() / "nfv.vns", tests::fillSample));
    const json report = json::parse(print(document, Format::Json));
    const json& section = report["sections"]["microscope"];
    const json& culprits = section["tables"]["culprits"]["rows"];
    ASSERT_EQ(culprits.size(), 2U);
    EXPECT_EQ(culprits[0]["share_percent"], 75.0);
    EXPECT_EQ(culprits[1]["culprit"], "bursts from source");
    // Two victims, each counting once: Table 2 of the paper.
    double sum = 0;
    for (const json& row : section["tables"]["by_type"]["rows"])
        sum += row["at_firewall_percent"].get<double>();
    EXPECT_NEAR(sum, 100, 1e-9);
    const json& gap = section["charts"]["gap"][0]["series"][0]["values"];
    ASSERT_EQ(gap.size(), 4U) << "bins of 100 us up to 340 us";
    EXPECT_EQ(gap[2], 0.0);
    EXPECT_NEAR(gap[3].get<double>(), 100, 1e-9);
    const json& drawing = section["drawings"]["worst_victim"];
    EXPECT_EQ(drawing["title"], "Why packet 1002 was late");
    EXPECT_EQ(drawing["boxes"].size(), 4U) << "the packet, its queue, two causes";
    EXPECT_EQ(drawing["lines"].size(), 3U);
    EXPECT_EQ(section["tables"]["worst_victim_steps"]["rows"][0]["packets_arrived"], 200);
    EXPECT_TRUE(section["tables"]["queues"]["rows"][1]["peak_pps"].is_null());
    const json& polled = section["tables"]["polled_queues"]["rows"];
    ASSERT_EQ(polled.size(), 1U);
    EXPECT_EQ(polled[0]["queue"], "eth0 (NAPI)");
    EXPECT_EQ(polled[0]["longest_run"], 5);
    EXPECT_EQ(polled[0]["peak_pps"], 1'000'000);
    EXPECT_TRUE(polled[0]["longest_stall_ns"].is_null());
    EXPECT_FALSE(contains(print(document, Format::Html), "<script"));
    EXPECT_TRUE(contains(print(document, Format::Text), "bursts from source"));
}

TEST(Report, SaysWhatQemuTookFromVirtqueues)
{
    const tests::TemporaryDirectory directory;
    const Document document = documentOf(tests::makeStore(directory.path() / "vq.vns", tests::fillSample));
    const json report = json::parse(print(document, Format::Json));
    const json& requests = report["sections"]["virtqueues"]["tables"]["requests"]["rows"];
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0]["name"], "at 0x7fa99f24d0c0") << "most requests first";
    EXPECT_EQ(requests[1]["name"], "queue 0 of 0x5620099f42c0");
    EXPECT_EQ(requests[1]["bytes"], 2'626'560);
    const json& times = report["sections"]["virtqueues"]["tables"]["times"]["rows"];
    EXPECT_TRUE(times[0]["service_mean_ns"].is_null()) << "not measured is not zero";
    EXPECT_EQ(times[1]["service_mean_ns"], 184'000);
    EXPECT_EQ(times[1]["pop_wait_max_ns"], 1'900'000);
}

TEST(ReportDisplay, ClipsAndWrapsByColumns)
{
    EXPECT_EQ(clip("abcdef", 6), "abcdef");
    EXPECT_EQ(clip("abcdef", 5), "abcd…");
    EXPECT_EQ(displayWidth("網路"), 4U);
    EXPECT_EQ(clip("網路ab", 4), "網…");
    EXPECT_THAT(wrap("one two three", 7), testing::ElementsAre("one two", "three"));
    EXPECT_THAT(wrap("abcdefgh", 3), testing::ElementsAre("abc", "def", "gh"));
    EXPECT_THAT(wrap("", 3), testing::ElementsAre(""));
}

TEST(ReportDisplay, NothingThatActsSurvives)
{
    EXPECT_EQ(printable("a\nb\x7f"), "a␊b\uFFFD");
    EXPECT_EQ(printable("\u202Egnp.exe"), "\uFFFDgnp.exe");
    EXPECT_EQ(printable("\xc3"), "\uFFFD");
    EXPECT_EQ(printable("vnet0 – ü"), "vnet0 – ü");
}

} // namespace
} // namespace vnscope::views::report
