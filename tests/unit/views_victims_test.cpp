// SPDX-License-Identifier: Apache-2.0
// What `vnscope diagnose` says of packets that were late, from a store that is made up.

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/made_store.hpp"
#include "views/diagnosis/victim_picture.hpp"
#include "views/diagnosis/victim_writers.hpp"
#include "views/markup/printable.hpp"

namespace vnscope::views::diagnosis {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr base::TimeRange kWindow{{tests::kSampleBegin}, {tests::kSampleEnd}};

class Victims : public testing::Test {
protected:
    [[nodiscard]] std::optional<VictimStory> victim(std::int64_t id) const
    {
        auto story = readVictim(m_store, id);
        EXPECT_TRUE(story) << story.error().text();
        return story ? std::move(*story) : std::nullopt;
    }

    tests::TemporaryDirectory m_directory;
    storage::Store m_store = tests::makeStore(m_directory.path() / "nfv.vns", tests::fillSample);
};

TEST_F(Victims, AreTalliedByTheirFirstCulprit)
{
    const auto summary = readVictimSummary(m_store, kWindow);
    ASSERT_TRUE(summary && *summary);
    EXPECT_EQ((*summary)->late, 2);
    EXPECT_EQ((*summary)->lost, 0);
    ASSERT_EQ((*summary)->suspects.size(), 1U);
    EXPECT_THAT((*summary)->suspects[0].culprit, HasSubstr("<script>"));
    EXPECT_EQ((*summary)->suspects[0].late, 2);
    EXPECT_EQ((*summary)->suspects[0].worst, 500'002);
    EXPECT_EQ((*summary)->suspects[0].worstVictim, 2);
}

TEST_F(Victims, OfAWindowBeganInIt)
{
    constexpr std::int64_t kBetween = tests::kSampleBegin + 10'001'500'000;
    const auto later = readVictims(m_store, {{kBetween}, {tests::kSampleEnd}});
    ASSERT_TRUE(later);
    ASSERT_EQ(later->size(), 1U);
    EXPECT_EQ((*later)[0].id, 2);
    EXPECT_EQ((*later)[0].flow, "UDP 10.0.0.99:2000 -> 10.0.1.1:80");
    EXPECT_DOUBLE_EQ((*later)[0].share, 0.75);
    const auto before = readVictimSummary(m_store, {{tests::kSampleBegin}, {tests::kSampleBegin + 1}});
    ASSERT_TRUE(before && *before);
    EXPECT_THAT((*before)->suspects, IsEmpty());
}

TEST_F(Victims, AreToldStepByStep)
{
    const auto story = victim(1);
    ASSERT_TRUE(story);
    std::ostringstream text;
    writeText(*story, {tests::kSampleBegin}, markup::printable, text);
    EXPECT_THAT(text.str(), HasSubstr("Victim 1, packet 1001, UDP 10.0.0.99:2000 -> 10.0.1.1:80"));
    EXPECT_THAT(text.str(), HasSubstr("75.0 %"));
    EXPECT_THAT(text.str(), HasSubstr("a burst from source, at fw 1 (2 queues later)"));
    EXPECT_THAT(text.str(), HasSubstr("200 packets came, 40 were read"));
    EXPECT_THAT(text.str(), HasSubstr("expected 400 us"));
    EXPECT_EQ(text.str().find('\x1b'), std::string::npos) << "names are made printable";

    std::ostringstream out;
    writeJson(*story, out);
    const json parsed = json::parse(out.str());
    EXPECT_EQ(parsed["victim_id"], 1);
    EXPECT_EQ(parsed["causes"].size(), 2U);
    EXPECT_EQ(parsed["causes"][1]["culprit_kind"], "source");
    EXPECT_EQ(parsed["hops"][0]["packets_read"], 40);
    EXPECT_EQ(parsed["steps"][0]["packets_arrived"], 200);
    EXPECT_FALSE(victim(3)) << "there is none";
}

TEST_F(Victims, OfAStoreWithoutNetworkFunctionsAreNone)
{
    const storage::Store bare = tests::makeStore(m_directory.path() / "bare.vns", [](storage::StoreWriter&) {});
    const auto summary = readVictimSummary(bare, kWindow);
    ASSERT_TRUE(summary);
    EXPECT_FALSE(*summary);
    const auto none = readVictims(bare, kWindow);
    ASSERT_TRUE(none);
    EXPECT_THAT(*none, IsEmpty());
}

} // namespace
} // namespace vnscope::views::diagnosis
