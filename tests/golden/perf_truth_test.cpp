// SPDX-License-Identifier: Apache-2.0
// perf's CTF of a live 6.18 kernel: two containers whose devices share a name, and one drop of every kind in known
// number.

#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/imported_sample.hpp"

namespace vnscope::tests {
namespace {

using storage::Table;
using support::ImportedSample;

const ImportedSample& imported()
{
    static const ImportedSample kImported("perf-namespaces");
    return kImported;
}

/// The name by which we must tell a container's eth0 from the other's: its peer on the bridge.
std::string labelOf(const std::string& netns, const std::string& device)
{
    return device == "eth0" ? "eth0@veth" + netns : device;
}

TEST(PerfTruth, DevicesThatShareANameAreCountedApartAsTheKernelCountsThem)
{
    std::size_t compared = 0;
    for (const auto& truth : imported().sample().truthJson("devices.json")) {
        const std::string netns = truth["netns"];
        if (truth["device"] == "lo" || netns == "host")
            continue;
        const std::string label = labelOf(netns, truth["device"]);
        SCOPED_TRACE(label);
        const Table ours = imported().read({.table = "device_total", .where = {{"name", "=", label}}});
        ASSERT_EQ(ours.rows.size(), 1U);
        for (const char* column : {"rx_packets", "tx_packets", "rx_bytes", "tx_bytes"})
            EXPECT_EQ(ours.at(0, column).integer(), truth[column].get<std::int64_t>()) << column;
        ++compared;
    }
    EXPECT_EQ(compared, 6U);
    EXPECT_TRUE(imported().read({.table = "device_total", .where = {{"name", "=", "eth0"}}}).rows.empty());
    EXPECT_EQ(imported().count("data_quality", {{"kind", "=", "devices_share_names"}}), 1);
}

TEST(PerfTruth, DropsOfEveryKindEqualWhatOtherToolsCounted)
{
    std::int64_t lost = 0;
    for (const auto& truth : imported().sample().truthJson("drops.json")) {
        if (truth["count"].is_null())
            continue;
        const std::string name = truth["case"];
        SCOPED_TRACE(name);
        const std::string symbol = truth["symbol"];
        const std::int64_t count =
            imported().count("packet_drop", {{"reason_name", "=", truth["reason"].get<std::string>()},
                                             {"location", ">=", symbol + "+"},
                                             {"location", "<", symbol + ","}});
        if (!truth["lost"].get<bool>()) {
            EXPECT_EQ(count, 0) << "freed, but not lost";
            continue;
        }
        EXPECT_EQ(count, truth["count"].get<std::int64_t>());
        lost += truth["count"].get<std::int64_t>();
        // A socket's own filter is a filter to us; the truth file leaves its place open.
        const std::string place = name == "socket_filter" ? "netfilter" : truth["place"].get<std::string>();
        const Table drops = imported().read({.table = "drop_summary",
                                             .where = {{"reason_name", "=", truth["reason"].get<std::string>()},
                                                       {"location", ">=", symbol + "+"},
                                                       {"location", "<", symbol + ","}}});
        for (std::size_t row = 0; row < drops.rows.size(); ++row) {
            EXPECT_EQ(drops.at(row, "place").text(), place);
            // What waits for a neighbour's address was never handed to a device.
            const std::string device = name == "neighbour" ? "" : labelOf(truth["netns"], truth["device"]);
            EXPECT_EQ(drops.at(row, "device").text(), device);
        }
    }
    EXPECT_GT(lost, 300);
    std::int64_t sum = 0;
    const Table places = imported().read({.table = "drop_place"});
    for (std::size_t row = 0; row < places.rows.size(); ++row)
        sum += places.at(row, "drops").integer();
    EXPECT_EQ(sum, imported().count("packet_drop", {}));
}

TEST(PerfTruth, WithoutHeadersThereAreNoConversationsAndTheStoreSaysWhy)
{
    EXPECT_EQ(imported().count("stream", {}), 0);
    EXPECT_EQ(imported().count("data_quality", {{"kind", "=", "no_packet_headers"}}), 1);
}

} // namespace
} // namespace vnscope::tests
