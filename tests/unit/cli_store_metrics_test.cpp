// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/threshold/metrics.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "analyses/catalog.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::cli::threshold {
namespace {

using base::ErrorCode;
using storage::StoreWriter;
using storage::Value;
using testing::HasSubstr;

constexpr std::int64_t kBegin = 1'000'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

void writeAnalysis(StoreWriter& store, std::string_view name, std::string_view state)
{
    store.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append(name, 1, "t", "q", state, "napi_poll", "");
}

/// Two devices called eth0 and a nic0 on host h over four seconds; two hosts have a CPU 1.
void fill(StoreWriter& store)
{
    for (const char* analysis : {"bandwidth", "drops", "streams", "softirq"})
        writeAnalysis(store, analysis, "complete");
    writeAnalysis(store, "offload", "missing_events");
    auto devices = store.table("device", {"device_id", "host", "name", "label", "kind", "ambiguous", "evidence",
                                          "first_seen_ns", "last_seen_ns"});
    devices.append(1, "h", "eth0", "eth0@v1", "veth", 0, "", kBegin, kBegin);
    devices.append(2, "h", "eth0", "eth0@v2", "veth", 0, "", kBegin, kBegin);
    devices.append(3, "h", "nic0", "nic0", "nic", 0, "", kBegin, kBegin);
    auto traffic = store.table("device_traffic", {"device_id", "rx_packets", "rx_bytes", "rx_l3_bytes", "tx_packets",
                                                  "tx_bytes", "tx_l3_bytes", "rx_basis", "tx_basis"});
    traffic.append(3, 1000, 500'000, 1, 10, 600, 1, "exact", "exact");
    traffic.append(1, nullptr, nullptr, nullptr, 10, 600, 1, "unobserved", "exact");
    auto drops = store.table(
        "packet_drop", {"ts_ns", "cpu", "host", "device_id", "place", "location", "protocol", "skb", "confidence"});
    drops.append(kBegin, 0, "h", 3, "qdisc", "x", 2048, "0x1", "certain");
    drops.append(kBegin, 0, "h", 3, "netfilter", "x", 2048, "0x1", "certain");
    drops.append(kBegin, 0, "h", nullptr, "netfilter", "x", 2048, "0x1", "certain");
    auto places = store.table("drop_place", {"place", "meaning", "drops"});
    places.append("backlog", "m", 0);
    places.append("netfilter", "m", 2);
    places.append("qdisc", "m", 1);
    auto bins =
        store.table("bandwidth", {"device_id", "direction", "begin_ns", "bin_ns", "packets", "bytes", "l3_bytes"});
    bins.append(3, "rx", kBegin, kSecond, 1, 400'000, 1);
    bins.append(3, "rx", kBegin + kSecond, kSecond, 1, 100'000, 1);
    bins.append(3, "rx", kBegin, kSecond / 10, 1, 900'000, 1);
    auto softirqs = store.table("softirq_time", {"cpu", "host", "vector", "entries", "total_ns", "max_ns"});
    softirqs.append(0, "h", "NET_RX", 1, kSecond, 1);
    softirqs.append(0, "h", "NET_TX", 1, kSecond, 1);
    softirqs.append(1, "h", "NET_RX", 1, kSecond, 1);
    softirqs.append(1, "g", "NET_RX", 1, 2 * kSecond, 1);
    store.meta("begin_ns", kBegin);
    store.meta("end_ns", kBegin + 4 * kSecond);
}

class CliStoreMetrics : public testing::Test {
protected:
    void SetUp() override
    {
        m_path = std::filesystem::temp_directory_path() / fmt::format("vnscope-metrics-{}.vns", getpid());
        auto writer = StoreWriter::create(m_path, analyses::allTables());
        ASSERT_TRUE(writer.has_value()) << writer.error().message;
        fill(**writer);
        const auto finished = (*writer)->finish();
        ASSERT_TRUE(finished.has_value()) << finished.error().message;
        m_store.emplace(storage::Store::open(m_path).value());
    }

    void TearDown() override { std::filesystem::remove(m_path); }

    base::Result<Measurement> measure(std::string name, std::string argument = {})
    {
        StoreMetrics metrics(*m_store);
        return metrics.measure({std::move(name), std::move(argument)});
    }

    double value(std::string name, std::string argument = {})
    {
        const auto measured = measure(name, argument);
        EXPECT_TRUE(measured.has_value()) << (measured ? "" : measured.error().message);
        EXPECT_TRUE(measured && measured->value) << name;
        return measured && measured->value ? *measured->value : -1;
    }

    std::filesystem::path m_path;
    std::optional<storage::Store> m_store;
};

TEST_F(CliStoreMetrics, ReadsTotalsAndRates)
{
    EXPECT_DOUBLE_EQ(value("rx_packets", "nic0"), 1000);
    EXPECT_DOUBLE_EQ(value("rx_bytes", "h/nic0"), 500'000);
    EXPECT_DOUBLE_EQ(value("rx_bps", "nic0"), 500'000 * 8 / 4.0);
    EXPECT_DOUBLE_EQ(value("rx_pps", "nic0"), 250);
    EXPECT_DOUBLE_EQ(value("tx_bytes", "eth0@v1"), 600);
    EXPECT_DOUBLE_EQ(value("rx_peak_bps", "nic0"), 400'000 * 8);
    EXPECT_DOUBLE_EQ(value("tx_peak_bps", "nic0"), 0);
}

TEST_F(CliStoreMetrics, CountsDrops)
{
    EXPECT_DOUBLE_EQ(value("drops"), 3);
    EXPECT_DOUBLE_EQ(value("drops", "nic0"), 2);
    EXPECT_DOUBLE_EQ(value("drops_at", "netfilter"), 2);
    EXPECT_DOUBLE_EQ(value("drops_at", "backlog"), 0);
    const auto misspelt = measure("drops_at", "netfliter");
    ASSERT_FALSE(misspelt.has_value()) << "a gate on a place that does not exist would always pass";
    EXPECT_EQ(misspelt.error().code, ErrorCode::Usage);
    EXPECT_THAT(misspelt.error().message, HasSubstr("netfilter"));
}

TEST_F(CliStoreMetrics, SharesCpuTime)
{
    EXPECT_DOUBLE_EQ(value("cpu_softirq", "0"), 0.5);
    EXPECT_DOUBLE_EQ(value("cpu_softirq", "g/1"), 0.5);
    EXPECT_THAT(measure("cpu_softirq", "1").error().message, HasSubstr("g/1, h/1"));
    EXPECT_EQ(measure("cpu_softirq", "7").error().code, ErrorCode::Usage);
}

TEST_F(CliStoreMetrics, NeverSumsDevicesOfOneNameInSilence)
{
    const auto ambiguous = measure("tx_packets", "eth0");
    ASSERT_FALSE(ambiguous.has_value());
    EXPECT_EQ(ambiguous.error().code, ErrorCode::Usage);
    EXPECT_THAT(ambiguous.error().message, HasSubstr("eth0@v1, eth0@v2"));
}

TEST_F(CliStoreMetrics, NamesTheDevicesThatThereAre)
{
    const auto unknown = measure("rx_bps", "nic1");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, ErrorCode::Usage);
    EXPECT_THAT(unknown.error().message, HasSubstr("did you mean nic0?"));
    EXPECT_THAT(unknown.error().message, HasSubstr("eth0@v1"));
}

TEST_F(CliStoreMetrics, SaysWhyAValueIsUnknown)
{
    const auto unobserved = measure("rx_bps", "eth0@v1");
    ASSERT_TRUE(unobserved.has_value());
    EXPECT_FALSE(unobserved->value.has_value());
    EXPECT_THAT(unobserved->whyUnknown, HasSubstr("rx_bytes"));
    const auto notRun = measure("unattributed_gro");
    ASSERT_TRUE(notRun.has_value());
    EXPECT_FALSE(notRun->value.has_value());
    EXPECT_THAT(notRun->whyUnknown, HasSubstr("napi_poll"));
}

TEST_F(CliStoreMetrics, AnswersEveryMetricOfTheList)
{
    for (const MetricInfo& metric : metrics()) {
        const char* argument = metric.argument == Argument::Device  ? "nic0"
                               : metric.argument == Argument::Place ? "qdisc"
                               : metric.argument == Argument::Cpu   ? "0"
                                                                    : "";
        EXPECT_TRUE(measure(std::string(metric.name), argument).has_value()) << metric.name;
    }
}

} // namespace
} // namespace vnscope::cli::threshold
