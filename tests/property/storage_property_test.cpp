// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "storage/sql_script.hpp"
#include "storage/utf8.hpp"
#include "tests/unit/storage_fixture.hpp"

namespace {

using namespace vnscope;
using storage::Store;
using storage::StoreWriter;
using storage::Value;

constexpr std::string_view kScripts[] = {
    "-- One cell of any type.\nCREATE TABLE cell(id INTEGER PRIMARY KEY, value ANY) STRICT;"};

rc::Gen<Value> anyValue()
{
    return rc::gen::oneOf(rc::gen::just(Value()),
                          rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return Value(n); }),
                          rc::gen::map(rc::gen::arbitrary<double>(), [](double n) { return Value(n); }),
                          rc::gen::map(rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
                                       [](std::string text) { return Value(std::move(text)); }));
}

/// What the store promises to keep of a value.
Value stored(const Value& value)
{
    const bool isText = std::holds_alternative<std::string>(value.cell());
    return isText ? Value(storage::toStoredText(value.text())) : value;
}

std::vector<Value> roundTrip(const std::vector<Value>& values)
{
    const tests::TempFolder folder;
    auto writer = StoreWriter::create(folder / "a.vns", kScripts);
    RC_ASSERT(writer.has_value());
    auto cells = (*writer)->table("cell", {"id", "value"});
    for (std::size_t i = 0; i < values.size(); ++i)
        cells.append(i, values[i]);
    RC_ASSERT((*writer)->finish().has_value());
    const auto store = Store::open(folder / "a.vns");
    RC_ASSERT(store.has_value());
    const auto table = store->read({"cell", {"value"}, {}, {"id"}, -1});
    RC_ASSERT(table.has_value());
    std::vector<Value> out;
    for (const auto& row : table->rows)
        out.push_back(row[0]);
    return out;
}

RC_GTEST_PROP(StoreProperty, EveryValueComesBackAsItWasStored, ())
{
    const auto values = *rc::gen::container<std::vector<Value>>(anyValue());
    std::vector<Value> expected(values.size());
    std::transform(values.begin(), values.end(), expected.begin(), stored);
    RC_ASSERT(roundTrip(values) == expected);
}

RC_GTEST_PROP(StoreProperty, AnySqlTextIsAnsweredOrRefusedAndChangesNothing, (const std::string& text))
{
    static const tests::TempFolder kFolder;
    static const auto kPath = kFolder / "a.vns";
    static const bool kIsWritten = tests::writeSamples(kPath, 10).has_value();
    RC_ASSERT(kIsWritten);
    const auto sql = *rc::gen::oneOf(
        rc::gen::just(text), rc::gen::just("SELECT " + text),
        rc::gen::map(rc::gen::element<std::string>("DELETE FROM sample", "PRAGMA user_version=2", "DROP TABLE sample"),
                     [&](const std::string& start) { return start + text; }));
    const std::string before = tests::readFile(kPath);
    const auto store = Store::open(kPath);
    RC_ASSERT(store.has_value());
    tests::RowCollector rows;
    const auto result = store->query(sql, rows);
    RC_ASSERT(result.has_value() || result.error().code == base::ErrorCode::Usage);
    RC_ASSERT(tests::readFile(kPath) == before);
}

RC_GTEST_PROP(StoredText, IsValidWhateverTheTraceSays, ())
{
    const auto text = *rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::arbitrary<char>(), rc::gen::element('\xC3', '\xA9', '\xED', '\xA0', '\xF4', '\x90', '\0', 'a')));
    const std::string kept = storage::toStoredText(text);
    RC_ASSERT(storage::isStoredText(kept));
    RC_ASSERT(storage::toStoredText(kept) == kept);
    RC_ASSERT(storage::isStoredText(text) == (kept == text));
}

RC_GTEST_PROP(StoredText, NeverIsLongerThanItsBound, ())
{
    const auto surplus = *rc::gen::inRange<std::size_t>(0, 9);
    const auto filler = *rc::gen::element<std::string>("x", "\xFF", "\xC3\xA9", "\xE2\x82\xAC");
    std::string text;
    while (text.size() < storage::kMaxTextBytes - 4 + surplus)
        text += filler;
    const std::string kept = storage::toStoredText(text);
    RC_ASSERT(kept.size() <= storage::kMaxTextBytes);
    RC_ASSERT(storage::isStoredText(kept));
}

RC_GTEST_PROP(SqlScript, IsTakenApartAtItsStatementsOnly, ())
{
    // Names and comments of any kind that a writer of tables.sql may use, semicolons and quotes in comments included.
    const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("abz_09"))));
    const auto names = *rc::gen::container<std::vector<std::string>>(word);
    const auto remark = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a ;'\"-(")));
    std::string script;
    for (const std::string& name : names)
        script += "-- one " + name + "\nCREATE TABLE " + name + "(a TEXT DEFAULT ';--', -- " + remark + "\n b) ; --" +
                  remark + "\n\n";
    const auto statements = storage::parseSqlScript(script);
    RC_ASSERT(statements.has_value());
    RC_ASSERT(statements->size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        RC_ASSERT((*statements)[i].name == names[i]);
        RC_ASSERT((*statements)[i].comment == "one " + names[i]);
    }
}

RC_GTEST_PROP(SqlScript, AnyTextIsParsedOrRefused, (const std::string& text))
{
    const auto statements = storage::parseSqlScript(text);
    RC_ASSERT(statements.has_value() || statements.error().code == base::ErrorCode::Internal);
}

} // namespace
