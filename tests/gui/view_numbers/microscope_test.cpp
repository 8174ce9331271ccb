// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/sample_case.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/microscope/microscope_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

/// A simulated network of functions with problems, as its trace was imported; the parameter has the options of
/// `vnscope simulate`.
class MicroscopeNumbers : public ::testing::TestWithParam<const char*> {
protected:
    static void TearDownTestSuite() { s_folders.clear(); }
    static std::filesystem::path path()
    {
        auto& folder = s_folders[GetParam()];
        if (folder != nullptr)
            return folder->path() / "run.vns";
        folder = std::make_unique<tests::support::ScratchDirectory>();
        const std::string run = (folder->path() / "run").string();
        for (const std::string& command : {fmt::format("vnscope simulate {} -o '{}'", GetParam(), run),
                                           fmt::format("vnscope import '{0}' -o '{0}.vns'", run)}) {
            const auto program = tests::support::runProgram(command);
            EXPECT_EQ(program.exitCode, 0) << program.output;
        }
        return run + ".vns";
    }

private:
    static inline std::map<std::string, std::unique_ptr<tests::support::ScratchDirectory>> s_folders;
};

// Bursts that make packets late and lost; a function that is slow.
INSTANTIATE_TEST_SUITE_P(Networks, MicroscopeNumbers,
                         testing::Values("--example figure10 --duration 200ms --inject bursts,interrupts,bugs",
                                         "--example figure14 --duration 150ms"));

std::string protocolName(std::int64_t protocol)
{
    return protocol == 6 ? "TCP" : protocol == 17 ? "UDP" : fmt::format("IP protocol {}", protocol);
}

TEST_P(MicroscopeNumbers, VictimsAreThoseOfTheTime)
{
    Shown<microscope::MicroscopeView> shown(path());
    const TimeRange whole = shown.time().whole();
    const json begins = shown.query("SELECT begin_ns FROM victim ORDER BY begin_ns");
    ASSERT_GT(begins.size(), 100U);
    const TimeRange half{{begins[begins.size() / 4]["begin_ns"]}, {begins[begins.size() * 3 / 4]["begin_ns"]}};
    std::set<std::size_t> counts;
    for (const TimeRange& range : {whole, half}) {
        shown.time().select(range == whole ? std::nullopt : std::optional(range));
        shown.settle();
        const json stored =
            shown.query(fmt::format("SELECT * FROM victim_summary WHERE begin_ns >= {} AND begin_ns < {} "
                                    "ORDER BY latency_ns IS NULL DESC, latency_ns DESC, victim_id",
                                    range.begin.ns, range.end.ns));
        ASSERT_FALSE(stored.empty());
        counts.insert(stored.size());
        const auto rows = rowsOf(shown.view().victims().table());
        ASSERT_EQ(rows.size(), stored.size());
        for (std::size_t index = 0; index < rows.size(); ++index) {
            const auto& row = rows[index];
            const json& victim = stored[index];
            for (const char* same : {"victim_id", "kind", "begin_ns", "latency_ns"})
                EXPECT_EQ(row.at(same), victim[same]) << same << " of row " << index;
            EXPECT_NEAR(row.at("share_percent").get<double>(), 100 * victim["share"].get<double>(), 1e-9);
            EXPECT_EQ(row.at("flow"),
                      victim["protocol"].is_null()
                          ? ""
                          : fmt::format("{} {}:{} -> {}:{}", protocolName(victim["protocol"]),
                                        victim["source"].get<std::string>(), victim["source_port"].get<int>(),
                                        victim["destination"].get<std::string>(),
                                        victim["destination_port"].get<int>()));
            const auto culprit = victim["culprit"].get<std::string>();
            EXPECT_EQ(row.at("culprit"), victim["culprit_kind"] == "source" ? "a burst from " + culprit
                                                                            : culprit + " worked slower than it can");
        }
        // The track above counts those of the visible range.
        auto* track = dynamic_cast<kit::MomentTrack*>(&shown.view().tracks().track(0));
        ASSERT_NE(track, nullptr);
        double counted = 0;
        for (const double count : track->counts().values)
            counted += count;
        EXPECT_EQ(counted, static_cast<double>(begins.size()));
    }
    EXPECT_EQ(counts.size(), 2U) << "the part has fewer than the whole";
}

TEST_P(MicroscopeNumbers, CulpritsAndPatternsAreThoseOfTheTables)
{
    Shown<microscope::MicroscopeView> shown(path());
    const json culprits =
        shown.query("SELECT coalesce(name, 'outside') AS name, c.* FROM nf_culprit c LEFT JOIN nf_element "
                    "ON element_id = culprit_element_id WHERE share >= 0.001 ORDER BY culprit_rank");
    ASSERT_FALSE(culprits.empty());
    const auto rows = rowsOf(shown.view().culprits().table());
    ASSERT_EQ(rows.size(), culprits.size());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const auto name = culprits[index]["name"].get<std::string>();
        EXPECT_EQ(rows[index].at("culprit"),
                  culprits[index]["culprit_kind"] == "source" ? "bursts from " + name : name);
        EXPECT_NEAR(rows[index].at("share_percent").get<double>(), 100 * culprits[index]["share"].get<double>(), 1e-9);
        for (const char* same : {"victims_late", "victims_lost", "worst_latency_ns"})
            EXPECT_EQ(rows[index].at(same), culprits[index][same]) << same << " of " << name;
    }

    const json stored = shown.query("SELECT * FROM causal_pattern");
    ASSERT_GT(stored.size(), 2U);
    using Pattern = std::tuple<std::string, std::string, double, std::int64_t>; // Places, share, relations.
    std::multiset<Pattern> patterns;
    std::multiset<Pattern> expected;
    for (const auto& row : rowsOf(shown.view().patterns().table())) {
        const QString text = QString::fromStdString(row.at("pattern"));
        const auto place = [](const QString& side) { return side.section(QLatin1Char(':'), 0, 0).toStdString(); };
        patterns.emplace(place(text), place(text.section(QStringLiteral(" => "), 1)), row.at("share_percent"),
                         row.at("relations"));
    }
    for (const json& row : stored)
        expected.emplace(row["culprit_place"], row["victim_place"], 100 * row["share"].get<double>(), row["relations"]);
    EXPECT_EQ(patterns, expected);
}

TEST_P(MicroscopeNumbers, LengthsOfQueuesAreThoseOfTheTable)
{
    Shown<microscope::MicroscopeView> shown(path());
    kit::TrackView& tracks = shown.view().tracks();
    const json queues = shown.query("SELECT queue_id FROM nf_queue WHERE packets > 0 ORDER BY packets DESC");
    ASSERT_EQ(tracks.trackCount(), 1 + queues.size()) << "victims, and a track for each queue";
    std::size_t compared = 0;
    for (std::size_t index = 1; index < tracks.trackCount(); ++index) {
        kit::Track& track = tracks.track(index);
        const json stored =
            shown.query(fmt::format("SELECT begin_ns, bin_ns, longest FROM nf_queue_length WHERE queue_id "
                                    "= {} ORDER BY longest DESC, begin_ns",
                                    track.subject()));
        ASSERT_GT(stored.size(), 2U);
        for (const std::size_t at : {std::size_t{0}, stored.size() / 2, stored.size() - 1}) {
            // In the middle of what of the bin is in the trace.
            const TimeRange& whole = shown.time().whole();
            const std::int64_t begin = std::max(stored[at]["begin_ns"].get<std::int64_t>(), whole.begin.ns);
            const std::int64_t end = std::min(
                stored[at]["begin_ns"].get<std::int64_t>() + stored[at]["bin_ns"].get<std::int64_t>(), whole.end.ns);
            const auto told = parseTip(shown.tip(track, Timestamp{begin + (end - begin) / 2}, tracks.scale()));
            ASSERT_TRUE(told.contains("longest")) << track.title().toStdString();
            EXPECT_EQ(told.at("longest").width, stored[at]["bin_ns"]);
            EXPECT_EQ(told.at("longest").value, chart::formatValue(stored[at]["longest"], chart::Unit::Packets));
            ++compared;
        }
    }
    EXPECT_GE(compared, 3 * queues.size());
}

} // namespace
} // namespace vnscope::views::widgets::numbers
