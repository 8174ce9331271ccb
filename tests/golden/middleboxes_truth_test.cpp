// SPDX-License-Identifier: Apache-2.0
// System calls that LTTng recorded of programs that know nothing of us, against what these programs counted themselves.

#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/imported_sample.hpp"

namespace vnscope::tests {
namespace {

using support::ImportedSample;
using testing::UnorderedElementsAre;

constexpr std::int64_t kBlock = 65'536; ///< Of the programs' calls.

const ImportedSample& sample()
{
    static const ImportedSample kSample("lttng-middleboxes");
    return kSample;
}

/// "python3[250]" by place in the chain.
std::map<std::string, std::string> elements()
{
    std::ifstream names(sample().sample().truth("names.txt"));
    std::map<std::string, std::string> elements;
    for (std::string role, pid; names >> role >> pid;)
        elements[role] = fmt::format("python3[{}]", pid);
    return elements;
}

struct Counted {
    std::int64_t at = 0;
    std::int64_t received = 0;
    std::int64_t sent = 0;
};

/// What a program had counted when.
std::vector<Counted> truthOf(const std::string& role)
{
    std::ifstream file(sample().sample().truth(role + ".tsv"));
    std::vector<Counted> truth;
    for (Counted each; file >> each.at >> each.received >> each.sent;)
        truth.push_back(each);
    return truth;
}

Counted at(const std::vector<Counted>& truth, std::int64_t time)
{
    Counted last;
    for (const Counted& each : truth) {
        if (each.at <= time)
            last = each;
    }
    return last;
}

std::int64_t idOf(const std::string& element)
{
    const storage::Table rows = sample().read({.table = "element", .where = {{"name", "=", element}}});
    return rows.rows.size() == 1 ? rows.at(0, "element_id").integer() : -1;
}

TEST(MiddleboxesTruth, TheSlowServerIsTheCause)
{
    const storage::Table causes = sample().read({.table = "root_cause"});
    ASSERT_EQ(causes.rows.size(), 1U);
    EXPECT_EQ(causes.at(0, "element_id").integer(), idOf(elements()["server"]));
    EXPECT_EQ(causes.at(0, "label").text(), "overloaded");
    const std::vector<Counted> server = truthOf("server");
    const std::int64_t sending = server.back().at - server.front().at;
    EXPECT_GE(causes.at(0, "valid_to_ns").integer() - causes.at(0, "valid_from_ns").integer(), sending * 3 / 4);
}

TEST(MiddleboxesTruth, ThoseBeforeItWaitToWrite)
{
    for (const char* const role : {"client", "proxy"}) {
        const std::int64_t element = idOf(elements()[role]);
        const storage::Table states = sample().read(
            {.table = "element_state", .where = {{"element_id", "=", element}, {"state", "=", "write_blocked"}}});
        ASSERT_FALSE(states.rows.empty()) << role;
        std::int64_t blocked = 0;
        for (std::size_t row = 0; row < states.rows.size(); ++row)
            blocked += states.at(row, "valid_to_ns").integer() - states.at(row, "valid_from_ns").integer();
        const std::vector<Counted> truth = truthOf(role);
        EXPECT_GE(blocked, (truth.back().at - truth.front().at) * 3 / 4) << role;
    }
}

TEST(MiddleboxesTruth, PeersHaveTheAddressesOfBothEnds)
{
    const storage::Table peers = sample().read({.table = "element_peer"});
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < peers.rows.size(); ++row) {
        const storage::Table element =
            sample().read({.table = "element", .where = {{"element_id", "=", peers.at(row, "element_id")}}});
        texts.push_back(element.at(0, "name").text() + ' ' + peers.at(row, "peer").text() + " from " +
                        peers.at(row, "local").text());
    }
    std::map<std::string, std::string> names = elements();
    EXPECT_THAT(texts, UnorderedElementsAre(names["client"] + " 127.0.0.1:7081 from 127.0.0.1",
                                            names["proxy"] + " 127.0.0.1 from 127.0.0.1:7081",
                                            names["proxy"] + " 127.0.0.1:7082 from 127.0.0.1",
                                            names["server"] + " 127.0.0.1 from 127.0.0.1:7082"));
}

/// Between any two moments a program and its system calls may differ by the call that is under way.
TEST(MiddleboxesTruth, BytesAreThoseOfThePrograms)
{
    for (const char* const role : {"client", "proxy", "server"}) {
        const std::vector<Counted> truth = truthOf(role);
        const storage::Table counts = sample().read(
            {.table = "element_count", .where = {{"element_id", "=", idOf(elements()[role])}}, .orderBy = {"ts_ns"}});
        ASSERT_GE(counts.rows.size(), 50U) << role;
        const std::int64_t begin = counts.at(0, "ts_ns").integer();
        for (std::size_t row = 1; row < counts.rows.size(); ++row) {
            const std::int64_t now = counts.at(row, "ts_ns").integer();
            const std::int64_t received = at(truth, now).received - at(truth, begin).received;
            const std::int64_t sent = at(truth, now).sent - at(truth, begin).sent;
            const auto counted = [&](const char* column) {
                return counts.at(row, column).integer() - counts.at(0, column).integer();
            };
            ASSERT_LE(std::abs(counted("in_bytes") - received), 2 * kBlock) << role << " at " << now;
            ASSERT_LE(std::abs(counted("out_bytes") - sent), 2 * kBlock) << role << " at " << now;
        }
    }
}

TEST(MiddleboxesTruth, NothingWasLeftBehind)
{
    std::ifstream file(sample().sample().truth("sessions_left.txt"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(text, "Currently no available recording session\n");
}

} // namespace
} // namespace vnscope::tests
