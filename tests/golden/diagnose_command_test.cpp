// SPDX-License-Identifier: Apache-2.0
// `vnscope diagnose` where there is nothing to diagnose: one sentence and an exit code. What it finds is tested live.
// And what a user may say that no host knows.

#include <filesystem>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/sample_case.hpp"
#include "tests/support/made_store.hpp"

namespace vnscope::tests {
namespace {

using testing::HasSubstr;

TEST(DiagnoseCommand, SaysInOneSentenceWhyThereIsNoDiagnosis)
{
    const support::ScratchDirectory scratch;
    const std::string store = (scratch.path() / "bridges.vns").string();
    const support::SampleCase sample("bridge-vlan-migration");
    const auto imported = support::runProgram("vnscope import '" + sample.trace().string() + "' -o '" + store + "'");
    ASSERT_EQ(imported.exitCode, 0) << imported.output;
    const auto diagnose = [&](const std::string& options) {
        return support::runProgram("vnscope diagnose '" + store + "' " + options);
    };
    const auto withoutCounters = diagnose("");
    EXPECT_EQ(withoutCounters.exitCode, 1);
    EXPECT_THAT(withoutCounters.output, HasSubstr("no counters of elements"));
    const auto outside = diagnose("--window +1h..");
    EXPECT_EQ(outside.exitCode, 2);
    EXPECT_THAT(outside.output, HasSubstr("outside of the trace"));
    const auto noWindow = diagnose("--window 5");
    EXPECT_EQ(noWindow.exitCode, 2);
    EXPECT_THAT(noWindow.output, HasSubstr("is no window"));
}

/// A proxy between a client and a server for ten seconds. It reads 25 MB, for which it needs 2 s: as long as a link of
/// 100 Mbit/s does.
void writeProxyAtItsLink(const std::filesystem::path& file)
{
    const storage::Store store = makeStore(file, [](storage::StoreWriter& writer) {
        constexpr std::int64_t kEnd = kSampleBegin + 10 * base::kNsPerSecond;
        writer.meta("begin_ns", kSampleBegin);
        writer.meta("end_ns", kEnd);
        auto element = writer.table("element", {"element_id", "host", "name", "kind", "layer", "tenant", "vm"});
        auto neighbour = writer.table("element_neighbour", {"from_id", "to_id", "coupling"});
        auto count = writer.table("element_count",
                                  {"ts_ns", "element_id", "in_bytes", "out_bytes", "in_time_ns", "out_time_ns"});
        for (int id = 0; id < 3; ++id)
            element.append(id, "host",
                           id == 0   ? "sender"
                           : id == 1 ? "proxy=1"
                                     : "server",
                           "nginx", "middlebox", "", "");
        for (int id = 0; id < 2; ++id)
            neighbour.append(id, id + 1, "tcp");
        for (const auto& [at, bytes, ns] :
             {std::tuple(kSampleBegin, 0, std::int64_t{0}), std::tuple(kEnd, 25'000'000, 2 * base::kNsPerSecond)})
            for (int id = 0; id < 3; ++id)
                count.append(at, id, bytes, bytes, id == 1 ? ns : 0, 0);
    });
}

TEST(DiagnoseCommand, TheTimeThatAStatedCapacityExplainsIsNoWaiting)
{
    const support::ScratchDirectory scratch;
    const std::filesystem::path store = scratch.path() / "proxy.vns";
    writeProxyAtItsLink(store);
    const auto stateOfProxy = [&](const std::string& options) {
        const auto said = support::runProgram("vnscope diagnose '" + store.string() + "' --format json " + options);
        EXPECT_EQ(said.exitCode, 0) << said.output;
        const auto document = nlohmann::json::parse(said.output, nullptr, false);
        for (const auto& middlebox : document.value("middleboxes", nlohmann::json::array()))
            if (middlebox.value("element", "") == "proxy=1")
                return middlebox.value("state", "");
        return said.output;
    };
    EXPECT_EQ(stateOfProxy(""), "read-blocked");
    EXPECT_EQ(stateOfProxy("--capacity proxy=1=100M"), "running");
    EXPECT_EQ(stateOfProxy("--capacity proxy=1=1G"), "read-blocked");
    EXPECT_EQ(stateOfProxy("--capacity server=1G --capacity proxy=1=0.1G"), "running");

    const auto before = support::runProgram("vnscope diagnose --capacity server=1G '" + store.string() + "'");
    EXPECT_EQ(before.exitCode, 0) << "what follows the option's value is the store: " << before.output;

    const auto refused = [&](const std::string& capacity) {
        const auto said = support::runProgram("vnscope diagnose '" + store.string() + "' --capacity " + capacity);
        EXPECT_EQ(said.exitCode, 2) << said.output;
        return said.output;
    };
    EXPECT_THAT(refused("nobody=1G"), HasSubstr("no element of"));
    EXPECT_THAT(refused("server=fast"), HasSubstr("is no rate"));
    EXPECT_THAT(refused("server"), HasSubstr("is no capacity"));
}

} // namespace
} // namespace vnscope::tests
