// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <optional>

#include "tests/unit/storage_fixture.hpp"

namespace {

using namespace vnscope;
using base::ErrorCode;
using storage::Store;
using storage::StoreWriter;
using storage::Value;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::TempFolder;

constexpr std::string_view kScripts[] = {tests::kSampleSql};

/// A finished store of ten samples, open.
class StoreTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        const auto written = tests::writeSamples(m_path, 10);
        ASSERT_TRUE(written) << written.error().text();
        auto opened = Store::open(m_path);
        ASSERT_TRUE(opened) << opened.error().text();
        m_store.emplace(std::move(*opened));
    }

    /// The error of a query that must not work.
    base::Error refusalOf(const std::string& sql)
    {
        tests::RowCollector rows;
        const auto result = m_store->query(sql, rows);
        EXPECT_FALSE(result) << sql << " gave " << rows.rows().size() << " rows";
        return result ? base::Error{} : result.error();
    }

    TempFolder m_folder;
    std::filesystem::path m_path = m_folder / "ten.vns";
    std::optional<Store> m_store;
};

TEST_F(StoreTest, ReadsBackWhatWasWritten)
{
    const auto table = m_store->read({"sample", {"label", "number", "ratio"}, {{"id", "=", 3}}, {}, -1});
    ASSERT_TRUE(table) << table.error().text();
    ASSERT_EQ(table->rows.size(), 1U);
    EXPECT_EQ(table->at(0, "label").text(), "sample 3");
    EXPECT_EQ(table->at(0, "number").integer(), 6);
    EXPECT_EQ(table->at(0, "ratio").real(), 0.75);
}

TEST_F(StoreTest, SelectsOrdersAndLimits)
{
    const auto table = m_store->read({"sample", {"id"}, {{"number", ">=", 4}, {"id", "<>", 7}}, {"-number"}, 3});
    ASSERT_TRUE(table) << table.error().text();
    std::vector<std::int64_t> ids;
    for (const auto& row : table->rows)
        ids.push_back(row[0].integer());
    EXPECT_THAT(ids, ElementsAre(9, 8, 6));
}

TEST_F(StoreTest, SelectsEveryColumnWhenNoneIsNamed)
{
    const auto table = m_store->read({"sample", {}, {{"label", "is not null", {}}}, {"id"}, 1});
    ASSERT_TRUE(table) << table.error().text();
    EXPECT_THAT(table->columns, ElementsAre("id", "number", "ratio", "label"));
}

TEST_F(StoreTest, SelectRefusesNamesThatDoNotExist)
{
    EXPECT_EQ(m_store->read({"no_such", {}, {}, {}, -1}).error().code, ErrorCode::NotFound);
    EXPECT_THAT(m_store->read({"sample", {"no\"such"}, {}, {}, -1}).error().message, HasSubstr("no column no\"such"));
    EXPECT_EQ(m_store->read({"sample", {}, {{"nope", "=", 1}}, {}, -1}).error().code, ErrorCode::Usage);
    EXPECT_EQ(m_store->read({"sample", {}, {}, {"-nope"}, -1}).error().code, ErrorCode::Usage);
    EXPECT_EQ(m_store->read({"sample", {}, {{"id", "= 1 OR 1 =", 1}}, {}, -1}).error().code, ErrorCode::Usage);
}

TEST_F(StoreTest, SelectsFromTheMiddle)
{
    const auto idsOf = [&](const storage::Select& select) {
        std::vector<std::int64_t> ids;
        const auto table = m_store->read(select);
        EXPECT_TRUE(table);
        for (const auto& row : table->rows)
            ids.push_back(row[0].integer());
        return ids;
    };
    EXPECT_THAT(idsOf({"sample", {"id"}, {}, {"-id"}, 3, 2}), ElementsAre(7, 6, 5));
    EXPECT_THAT(idsOf({"sample", {"id"}, {}, {"id"}, -1, 8}), ElementsAre(8, 9));
    EXPECT_THAT(idsOf({"sample", {"id"}, {}, {"id"}, 5, 10}), ElementsAre());
}

TEST_F(StoreTest, SearchesTexts)
{
    const auto count = [&](const char* op, const Value& value) {
        return m_store->count({"sample", {}, {{"label", op, value}}, {}, -1}).value_or(-1);
    };
    EXPECT_EQ(count("contains", "LE 3"), 1);
    EXPECT_EQ(count("contains not", "le 3"), 9);
    EXPECT_EQ(count("contains", "%"), 0) << "no character is special";
    EXPECT_EQ(count("contains", "_"), 0);
}

TEST_F(StoreTest, FindsRowsByAListOfValues)
{
    const auto count = [&](const std::vector<std::int64_t>& ids) {
        return m_store->count({"sample", {}, {storage::oneOf("id", ids)}, {}, -1}).value_or(-1);
    };
    EXPECT_EQ(count({2, 7, 100}), 2);
    EXPECT_EQ(count({}), 0);
    EXPECT_EQ(count({-1}), 0);
    EXPECT_EQ(m_store->read({"sample", {}, {{"id", "in", "no list"}}, {}, -1}).has_value(), false);
}

TEST_F(StoreTest, CountsWhateverTheLimitIs)
{
    EXPECT_EQ(m_store->count({"sample", {}, {}, {}, 3, 2}).value_or(-1), 10);
    EXPECT_EQ(m_store->count({"sample", {"label"}, {{"number", ">", 10}}, {"-id"}, 1}).value_or(-1), 4);
    EXPECT_EQ(m_store->count({"sample", {}, {{"id", "is null", {}}}, {}, -1}).value_or(-1), 0);
    EXPECT_EQ(m_store->count({"no_such", {}, {}, {}, -1}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(m_store->count({"sample", {}, {{"nope", "=", 1}}, {}, -1}).error().code, ErrorCode::Usage);
}

TEST_F(StoreTest, TellsItsTablesWithTheirComments)
{
    const auto tables = m_store->tables();
    ASSERT_TRUE(tables);
    std::map<std::string, storage::TableInfo> byName;
    for (const auto& table : *tables)
        byName[table.name] = table;
    EXPECT_EQ(byName.at("sample").comment, "One sample; it has a cell of every type.");
    EXPECT_THAT(byName.at("sample").columns, ElementsAre("id", "number", "ratio", "label"));
    EXPECT_FALSE(byName.at("sample").isView);
    EXPECT_EQ(byName.at("sample_sum").comment, "The sum of it all.");
    EXPECT_TRUE(byName.at("sample_sum").isView);
    EXPECT_THAT(byName.at("sample_sum").columns, ElementsAre("total"));
    EXPECT_THAT(byName.at("finding").comment, HasSubstr("One answer, ranked"));
    EXPECT_TRUE(m_store->hasTable("sample_sum"));
    EXPECT_FALSE(m_store->hasTable("sqlite_schema"));
}

TEST_F(StoreTest, KeepsMetaFacts)
{
    EXPECT_EQ(m_store->meta("schema_version"), std::to_string(storage::kSchemaVersion));
    EXPECT_EQ(m_store->meta("complete"), "1");
    EXPECT_EQ(m_store->meta("no such key"), "");
}

TEST_F(StoreTest, BuildsIndexesWhenFinished)
{
    tests::RowCollector rows;
    ASSERT_TRUE(m_store->query("EXPLAIN QUERY PLAN SELECT id FROM sample WHERE number = 4", rows));
    ASSERT_EQ(rows.rows().size(), 1U);
    EXPECT_THAT(rows.rows()[0].back().text(), HasSubstr("sample_by_number"));
}

TEST_F(StoreTest, RunsQueriesThatRead)
{
    for (const char* sql : {"SELECT total FROM sample_sum",
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM "
                            "n WHERE i < 90) SELECT max(i) FROM n;  -- 90",
                            "SELECT value FROM json_each('[90]')", "VALUES(90)", "SELECT 90 /* ; */ ; "}) {
        tests::RowCollector rows;
        const auto result = m_store->query(sql, rows);
        ASSERT_TRUE(result) << sql << ": " << result.error().text();
        ASSERT_EQ(rows.rows().size(), 1U) << sql;
        EXPECT_EQ(rows.rows()[0][0].integer(), 90) << sql;
    }
    tests::RowCollector columns;
    ASSERT_TRUE(m_store->query("PRAGMA table_info(sample)", columns));
    EXPECT_EQ(columns.rows().size(), 4U);
    tests::RowCollector pragmaFunction;
    ASSERT_TRUE(m_store->query("SELECT name FROM pragma_table_info('sample')", pragmaFunction));
    EXPECT_EQ(pragmaFunction.rows().size(), 4U);
}

TEST_F(StoreTest, GivesEveryTypeOfCell)
{
    tests::RowCollector rows;
    ASSERT_TRUE(m_store->query("SELECT NULL AS a, -1 AS b, 0.5 AS c, 'x' AS d, x'00ff' AS e, x'' AS f", rows));
    EXPECT_THAT(rows.columnNames(), ElementsAre("a", "b", "c", "d", "e", "f"));
    ASSERT_EQ(rows.rows().size(), 1U);
    EXPECT_THAT(rows.rows()[0],
                ElementsAre(Value(), Value(-1), Value(0.5), Value("x"), Value("x'00ff'"), Value("x''")));
}

TEST_F(StoreTest, RefusesQueriesThatDoMoreThanRead)
{
    const std::string before = tests::readFile(m_path);
    const std::string other = (m_folder / "other.db").string();
    for (const char* sql : {"INSERT INTO sample(id) VALUES(99)",
                            "UPDATE sample SET number = 0",
                            "DELETE FROM sample",
                            "DROP TABLE sample",
                            "CREATE TABLE t(a)",
                            "CREATE TEMP TABLE t(a)",
                            "CREATE TEMP VIEW v AS SELECT 1",
                            "ALTER TABLE sample RENAME TO s",
                            "REINDEX",
                            "ANALYZE",
                            "UPDATE sqlite_master SET sql = ''",
                            "DELETE FROM sqlite_schema",
                            "EXPLAIN INSERT INTO sample(id) VALUES(99)",
                            "BEGIN",
                            "SAVEPOINT s",
                            "PRAGMA writable_schema = ON",
                            "PRAGMA user_version = 7",
                            "PRAGMA user_version(7)",
                            "PRAGMA journal_mode = WAL",
                            "PRAGMA temp_store_directory = '/'",
                            "PRAGMA query_only = OFF",
                            "SELECT load_extension('libc.so.6')",
                            "SELECT fts3_tokenizer('simple')",
                            "VACUUM",
                            "CREATE VIRTUAL TABLE v USING fts5(a)",
                            "DETACH main"}) {
        const base::Error error = refusalOf(sql);
        EXPECT_EQ(error.code, ErrorCode::Usage) << sql << ": " << error.text();
    }
    EXPECT_EQ(refusalOf("ATTACH '" + other + "' AS other").code, ErrorCode::Usage);
    EXPECT_EQ(refusalOf("VACUUM INTO '" + other + "'").code, ErrorCode::Usage);
    EXPECT_EQ(refusalOf("DELETE FROM sample").message, "a query may only read the store");
    EXPECT_FALSE(std::filesystem::exists(other));
    EXPECT_EQ(tests::readFile(m_path), before);
    EXPECT_THAT(m_folder.names(), ElementsAre("ten.vns"));
}

TEST_F(StoreTest, RefusesWhatIsNotOneStatement)
{
    for (const char* sql :
         {"", "  ;", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DELETE FROM sample", "SELECT 1; nonsense"})
        EXPECT_EQ(refusalOf(sql).code, ErrorCode::Usage) << sql;
    EXPECT_THAT(refusalOf("SELECT nope FROM sample").message, HasSubstr("no such column: nope"));
    EXPECT_THAT(refusalOf("SELECT \"nope\" FROM sample").message, HasSubstr("nope"));
    EXPECT_THAT(refusalOf("SELEKT 1").message, HasSubstr("syntax error"));
}

TEST_F(StoreTest, BoundsTheSizeOfValues)
{
    EXPECT_EQ(refusalOf("SELECT zeroblob(100000000)").code, ErrorCode::Usage);
    EXPECT_EQ(refusalOf("SELECT '" + std::string(2'000'000, 'x') + "'").code, ErrorCode::Usage);
}

TEST_F(StoreTest, StopsAQueryThatWouldNeverEnd)
{
    tests::RowCollector rows;
    int questions = 0;
    const auto result =
        m_store->query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n", rows,
                       [&] { return ++questions == 3; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(questions, 3);
    // The store is as useful as before, and the dead callback is forgotten.
    EXPECT_TRUE(m_store->query("SELECT count(*) FROM sample a, sample b, sample c, sample d, sample e", rows));
    EXPECT_EQ(questions, 3);
}

TEST_F(StoreTest, ASinkEndsAQueryEarly)
{
    tests::RowCollector rows;
    rows.stopAfter(2);
    ASSERT_TRUE(m_store->query("SELECT id FROM sample", rows));
    EXPECT_EQ(rows.rows().size(), 2U);
}

TEST(StoreOpen, RefusesInOneSentenceWhatIsNoStore)
{
    TempFolder folder;
    const auto refusal = [](const std::filesystem::path& path) {
        const auto store = Store::open(path);
        EXPECT_FALSE(store) << path;
        const base::Error error = store ? base::Error{} : store.error();
        EXPECT_THAT(error.text(), AllOf(HasSubstr(path.filename().string()), Not(HasSubstr("\n"))));
        return error;
    };
    EXPECT_EQ(refusal(folder / "absent.vns").code, ErrorCode::NotFound);

    std::filesystem::create_directory(folder / "folder.vns");
    EXPECT_THAT(refusal(folder / "folder.vns").message, HasSubstr("is a folder"));

    tests::writeFile(folder / "text.vns", "hello, I am a text file\n");
    EXPECT_THAT(refusal(folder / "text.vns").message, HasSubstr("is not a vnscope store"));
    tests::writeFile(folder / "empty.vns", "");
    EXPECT_THAT(refusal(folder / "empty.vns").message, HasSubstr("is not a vnscope store"));
    tests::writeFile(folder / "magic.vns", std::string_view("SQLite format 3\0", 16));
    EXPECT_EQ(refusal(folder / "magic.vns").code, ErrorCode::Damaged);
    EXPECT_THAT(refusal("/dev/null").message, HasSubstr("not a regular file"));
}

/// A whole store as bytes, to be spoilt in one way each.
class SpoiltStore : public ::testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(tests::writeSamples(m_folder / "good.vns", 5000));
        m_bytes = tests::readFile(m_folder / "good.vns");
    }

    base::Error refusal()
    {
        tests::writeFile(m_path, m_bytes);
        const auto store = Store::open(m_path);
        EXPECT_FALSE(store);
        return store ? base::Error{} : store.error();
    }

    TempFolder m_folder;
    std::filesystem::path m_path = m_folder / "spoilt.vns";
    std::string m_bytes;
};

TEST_F(SpoiltStore, AnotherProgramsDatabase)
{
    m_bytes[71] = static_cast<char>(m_bytes[71] + 1);
    const base::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::Unsupported);
    EXPECT_THAT(error.message, HasSubstr("database of another program"));
}

TEST_F(SpoiltStore, ANewerLayout)
{
    m_bytes[63] = storage::kSchemaVersion + 1;
    const base::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::Unsupported);
    EXPECT_THAT(error.message, HasSubstr("written by a newer vnscope (layout 2, this one reads layout 1)"));
}

TEST_F(SpoiltStore, AnOlderLayout)
{
    m_bytes[63] = 0;
    const base::Error error = refusal();
    EXPECT_EQ(error.code, ErrorCode::Unsupported);
    EXPECT_THAT(error.message, HasSubstr("import its trace again"));
}

TEST_F(SpoiltStore, CutShort)
{
    const std::size_t whole = m_bytes.size();
    for (const std::size_t length : {std::size_t{99}, std::size_t{100}, std::size_t{4096}, whole / 2, whole - 1}) {
        m_bytes.resize(length);
        const base::Error error = refusal();
        EXPECT_EQ(error.code, ErrorCode::Damaged) << length;
        EXPECT_THAT(error.message, HasSubstr("is cut short")) << length;
        m_bytes = tests::readFile(m_folder / "good.vns");
    }
}

TEST_F(SpoiltStore, GarbageInItsSchemaPage)
{
    std::fill(m_bytes.begin() + 100, m_bytes.begin() + 4096, '\x5A');
    EXPECT_EQ(refusal().code, ErrorCode::Damaged);
}

TEST_F(SpoiltStore, GarbageInItsRowsIsAnErrorWhenTheyAreRead)
{
    std::fill(m_bytes.begin() + static_cast<std::ptrdiff_t>(m_bytes.size() / 2), m_bytes.end(), '\xFF');
    tests::writeFile(m_path, m_bytes);
    const auto store = Store::open(m_path);
    if (!store) {
        EXPECT_EQ(store.error().code, ErrorCode::Damaged);
        return;
    }
    const auto table = store->read({"sample", {}, {}, {}, -1});
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, ErrorCode::Damaged) << table.error().text();
}

TEST(StoreOpenTime, DoesNotDependOnHowManyRowsThereAre)
{
    TempFolder folder;
    ASSERT_TRUE(tests::writeSamples(folder / "large.vns", 500'000));
    const auto begin = std::chrono::steady_clock::now();
    const auto store = Store::open(folder / "large.vns");
    ASSERT_TRUE(store);
    ASSERT_TRUE(store->read({"trace", {}, {}, {}, -1}));
    ASSERT_TRUE(store->read({"sample", {}, {{"number", "=", 777'776}}, {}, -1}));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
}

TEST(TablesOf, DescribesTheTreesOwnTables)
{
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::directory_iterator(VNSCOPE_SOURCE_DIR "/analyses")) {
        if (std::filesystem::exists(entry.path() / "tables.sql"))
            texts.push_back(tests::readFile(entry.path() / "tables.sql"));
    }
    ASSERT_FALSE(texts.empty());
    const std::vector<std::string_view> scripts(texts.begin(), texts.end());
    const auto tables = storage::tablesOf(scripts);
    ASSERT_TRUE(tables) << tables.error().text();
    EXPECT_GT(tables->size(), 15U);
    for (const auto& table : *tables) {
        EXPECT_NE(table.comment, "") << table.name;
        EXPECT_FALSE(table.columns.empty()) << table.name;
    }
}

TEST(StoreViews, OfAbsentTablesAreListedAndRefusedWhenRead)
{
    TempFolder folder;
    const std::string_view scripts[] = {"-- Of another analysis.\nCREATE VIEW lonely AS SELECT a FROM absent;"};
    auto writer = StoreWriter::create(folder / "a.vns", scripts);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->finish());
    const auto store = Store::open(folder / "a.vns");
    ASSERT_TRUE(store) << store.error().text();
    EXPECT_TRUE(store->hasTable("lonely"));
    const auto table = store->read({"lonely", {}, {}, {}, -1});
    ASSERT_FALSE(table);
    EXPECT_THAT(table.error().message, HasSubstr("lacks tables that the view lonely is made of"));
}

TEST(TablesOf, RefusesStatementsThatMakeNoTable)
{
    const std::string_view scripts[] = {"-- bad\nINSERT INTO meta VALUES(1, 2);"};
    const auto tables = storage::tablesOf(scripts);
    ASSERT_FALSE(tables);
    EXPECT_EQ(tables.error().code, ErrorCode::Internal);
}

TEST(StoreValues, KeepTheirExtremes)
{
    TempFolder folder;
    auto writer = StoreWriter::create(folder / "extremes.vns", kScripts);
    ASSERT_TRUE(writer);
    auto samples = (*writer)->table("sample", {"number", "ratio", "label"});
    samples.append(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<double>::max(), "");
    samples.append(std::numeric_limits<std::int64_t>::max(), std::numeric_limits<double>::denorm_min(), "'); DROP--");
    samples.append(nullptr, std::optional<double>(), std::string_view("a\0b\xFF<\xC3\xA9>", 8));
    samples.append(base::Timestamp{42}, -0.5, base::DeviceId{}.isValid() ? "valid" : "none");
    ASSERT_TRUE((*writer)->finish());
    const auto store = Store::open(folder / "extremes.vns");
    ASSERT_TRUE(store);
    const auto table = store->read({"sample", {"number", "ratio", "label"}, {}, {"id"}, -1});
    ASSERT_TRUE(table);
    EXPECT_THAT(table->rows[0], ElementsAre(Value(std::numeric_limits<std::int64_t>::min()),
                                            Value(std::numeric_limits<double>::max()), Value("")));
    EXPECT_EQ(table->rows[1][2].text(), "'); DROP--");
    EXPECT_TRUE(table->rows[2][0].isNull());
    EXPECT_TRUE(table->rows[2][1].isNull());
    EXPECT_EQ(table->rows[2][2].text(), "a\xE2\x90\x80"
                                        "b\xEF\xBF\xBD<\xC3\xA9>");
    EXPECT_EQ(table->rows[3][0].integer(), 42);
}

} // namespace
