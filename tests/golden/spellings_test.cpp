// SPDX-License-Identifier: Apache-2.0
// One story told by different tracers must give one answer.

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "storage/store.hpp"
#include "tests/support/golden_traces.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using support::KernelSpelling;
using support::KernelStory;
using support::ScratchDirectory;

storage::Store importTrace(const ScratchDirectory& scratch, const std::filesystem::path& trace)
{
    const std::filesystem::path path = scratch.path() / "spelling.vns";
    const auto run = support::runProgram(fmt::format("vnscope import '{}' -o '{}'", trace.string(), path.string()));
    if (run.exitCode != 0)
        throw std::runtime_error(run.output);
    auto store = storage::Store::open(path);
    if (!store)
        throw std::runtime_error(store.error().text());
    return std::move(*store);
}

storage::Table read(const storage::Store& store, const storage::Select& select)
{
    auto table = store.read(select);
    if (!table)
        throw std::runtime_error(table.error().text());
    return std::move(*table);
}

class Spelling : public testing::TestWithParam<KernelSpelling> {};

TEST_P(Spelling, GivesTheSameTrafficDropsAndPolls)
{
    const ScratchDirectory scratch;
    const std::filesystem::path trace = scratch.path() / "trace";
    KernelStory story;
    story.packetsPerCpu = 1000;
    const auto truth = support::writeKernelTrace(trace, GetParam(), story);
    ASSERT_TRUE(truth.has_value()) << truth.error().text();
    const storage::Store store = importTrace(scratch, trace);

    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t sentBytes = 0;
    const storage::Table devices = read(store, {.table = "device_total"});
    for (std::size_t row = 0; row < devices.rows.size(); ++row) {
        received += static_cast<std::uint64_t>(devices.at(row, "rx_packets").integer());
        sent += static_cast<std::uint64_t>(devices.at(row, "tx_packets").integer());
        sentBytes += static_cast<std::uint64_t>(devices.at(row, "tx_bytes").integer());
    }
    constexpr std::uint64_t kEthernet = 14;
    EXPECT_EQ(received, truth->received);
    EXPECT_EQ(sent, truth->sent);
    EXPECT_EQ(sentBytes, truth->sent * (story.receivedBytes + kEthernet));
    EXPECT_EQ(read(store, {.table = "packet_drop"}).rows.size(), truth->dropped);
    const storage::Table polls = read(store, {.table = "napi_poll"});
    std::uint64_t pollCount = 0;
    for (std::size_t row = 0; row < polls.rows.size(); ++row)
        pollCount += static_cast<std::uint64_t>(polls.at(row, "polls").integer());
    EXPECT_EQ(pollCount, truth->polls);
    EXPECT_EQ(static_cast<std::uint64_t>(read(store, {.table = "trace"}).at(0, "events").integer()), truth->events);
    EXPECT_TRUE(
        read(store, {.table = "event_class", .where = {{"schema", "is null", {}}, {"count", ">", 0}}}).rows.empty());
}

std::string nameOf(const testing::TestParamInfo<KernelSpelling>& tracer)
{
    constexpr std::array kNames{"Lttng26", "Lttng27", "Perf"};
    return kNames.at(static_cast<std::size_t>(tracer.param));
}

INSTANTIATE_TEST_SUITE_P(Tracers, Spelling,
                         testing::Values(KernelSpelling::Lttng26, KernelSpelling::Lttng27, KernelSpelling::Perf),
                         nameOf);

TEST(DpdkSpelling, GivesPacketsOfEachPort)
{
    const ScratchDirectory scratch;
    const std::filesystem::path trace = scratch.path() / "trace";
    const support::DpdkStory story;
    ASSERT_TRUE(support::writeDpdkTrace(trace, story).has_value());
    const storage::Store store = importTrace(scratch, trace);
    for (std::uint32_t port = 0; port < story.threads; ++port) {
        const storage::Table total =
            read(store, {.table = "device_total", .where = {{"name", "=", fmt::format("dpdk:{}", port)}}});
        ASSERT_EQ(total.rows.size(), 1U);
        EXPECT_EQ(total.at(0, "rx_packets").integer(), std::int64_t{story.bursts} * story.packets);
        EXPECT_EQ(total.at(0, "tx_packets").integer(), std::int64_t{story.bursts} * story.packets);
        EXPECT_TRUE(total.at(0, "rx_bytes").isNull()) << "DPDK's events carry no bytes";
    }
    EXPECT_EQ(read(store, {.table = "trace"}).at(0, "domain").text(), "dpdk");
}

TEST(DpdkSpelling, EmptyPollsOfTheirOwnEventEndQueuingPeriods)
{
    const ScratchDirectory scratch;
    const std::filesystem::path trace = scratch.path() / "trace";
    support::DpdkStory story;
    story.isSplit = true;
    ASSERT_TRUE(support::writeDpdkTrace(trace, story).has_value());
    const storage::Store store = importTrace(scratch, trace);
    const storage::Table queues = read(store, {"polled_queue_summary", {"name", "polls", "full_batch", "peak_pps"}});
    ASSERT_EQ(queues.rows.size(), story.threads);
    EXPECT_EQ(queues.at(1, "name").text(), "port 1 queue 0");
    EXPECT_EQ(queues.at(1, "polls").integer(), std::int64_t{story.bursts} + 1);
    EXPECT_EQ(queues.at(1, "full_batch").integer(), story.packets);
    // A burst each 20,000 cycles of a 2 GHz clock; rates are told in steps of 1.1 %.
    EXPECT_NEAR(queues.at(1, "peak_pps").real(), story.packets / 10e-6, 0.011 * story.packets / 10e-6);
    const storage::Table periods = read(store, {"queuing_period", {"packets_out", "end_ns", "begin_ns"}});
    ASSERT_EQ(periods.rows.size(), story.threads);
    EXPECT_EQ(periods.at(0, "packets_out").integer(), std::int64_t{story.bursts} * story.packets);
    EXPECT_NEAR(static_cast<double>(periods.at(0, "end_ns").integer() - periods.at(0, "begin_ns").integer()),
                story.bursts * 10e3, 2);
}

} // namespace
} // namespace vnscope::tests
