// SPDX-License-Identifier: Apache-2.0
// A live LTTng-UST recording of a load generator that wrote down exactly what it emitted.

#include <gtest/gtest.h>

#include "tests/support/imported_sample.hpp"

namespace vnscope::tests {
namespace {

using storage::Table;
using support::ImportedSample;

const ImportedSample& imported()
{
    static const ImportedSample kImported("ust-network");
    return kImported;
}

nlohmann::json truth()
{
    return imported().sample().truthJson("truth.json");
}

TEST(UstTruth, DevicesCountWhatTheGeneratorEmitted)
{
    const nlohmann::json all = truth();
    ASSERT_EQ(all["devices"].size(), 3U);
    for (const auto& device : all["devices"]) {
        const std::string name = device["device"];
        SCOPED_TRACE(name);
        const Table total = imported().device(name);
        ASSERT_EQ(total.rows.size(), 1U);
        EXPECT_EQ(total.at(0, "rx_packets").integer(), device["rx_frames"].get<std::int64_t>());
        EXPECT_EQ(total.at(0, "tx_packets").integer(), device["tx_packets"].get<std::int64_t>());
        EXPECT_EQ(total.at(0, "tx_bytes").integer(), device["tx_l2_bytes"].get<std::int64_t>());
        const storage::Value id =
            imported().read({.table = "device", .where = {{"label", "=", name}}}).at(0, "device_id");
        const Table offload = imported().read({.table = "device_offload", .where = {{"device_id", "=", id}}});
        EXPECT_EQ(offload.at(0, "gro_delivered").integer(), device["rx_packets"].get<std::int64_t>());
        const Table retries = imported().read({.table = "tx_retry", .where = {{"device_id", "=", id}}});
        EXPECT_EQ(retries.rows.empty() ? 0 : retries.at(0, "retries").integer(), device["tx_busy"].get<std::int64_t>());
        const Table polls = imported().read({.table = "napi_poll", .where = {{"device_id", "=", id}}});
        std::int64_t pollCount = 0;
        for (std::size_t row = 0; row < polls.rows.size(); ++row)
            pollCount += polls.at(row, "polls").integer();
        EXPECT_EQ(pollCount, device["napi_polls"].get<std::int64_t>());
    }
}

TEST(UstTruth, DropsByDeviceAndReason)
{
    const nlohmann::json all = truth();
    std::int64_t sum = 0;
    for (const auto& device : all["devices"])
        for (const auto& drop : device["drops"]) {
            const std::string symbol = drop["symbol"];
            SCOPED_TRACE(device["device"].get<std::string>() + " " + symbol);
            const Table rows = imported().read({.table = "drop_summary",
                                                .where = {{"device", "=", device["device"].get<std::string>()},
                                                          {"reason", "=", drop["reason"].get<std::int64_t>()},
                                                          {"location", ">=", symbol + "+"},
                                                          {"location", "<", symbol + ","}}});
            ASSERT_EQ(rows.rows.size(), 1U);
            EXPECT_EQ(rows.at(0, "drops").integer(), drop["count"].get<std::int64_t>());
            // A user-space trace names no kernel, so its reason numbers have no names: they are not guessed.
            EXPECT_TRUE(rows.at(0, "reason_name").isNull());
            sum += drop["count"].get<std::int64_t>();
        }
    EXPECT_EQ(imported().count("packet_drop", {}), sum);
}

/// Our A is who spoke first in the trace; the generator's is the sender. Gives the row with its directions as the
/// generator has them.
struct Directions {
    std::string prefix;
    std::string reverse;
};

TEST(UstTruth, ConversationsPacketByPacket)
{
    constexpr std::int64_t kEthernet = 14;
    const nlohmann::json all = truth();
    std::size_t compared = 0;
    for (const auto& device : all["devices"])
        for (const auto& stream : device["streams"]) {
            const auto find = [&](const char* a, const char* b) {
                return imported().read({.table = "stream",
                                        .where = {{"addr_a", "=", stream[std::string("addr_") + a].get<std::string>()},
                                                  {"port_a", "=", stream[std::string("port_") + a].get<std::int64_t>()},
                                                  {"addr_b", "=", stream[std::string("addr_") + b].get<std::string>()},
                                                  {"port_b", "=", stream[std::string("port_") + b].get<std::int64_t>()},
                                                  {"protocol", "=", stream["protocol"].get<std::string>()}}});
            };
            const Table same = find("a", "b");
            const Table swapped = find("b", "a");
            SCOPED_TRACE(stream.dump());
            ASSERT_EQ(same.rows.size() + swapped.rows.size(), 1U);
            const bool isSame = !same.rows.empty();
            const Table& row = isSame ? same : swapped;
            const Directions names = isSame ? Directions{"ab", "ba"} : Directions{"ba", "ab"};
            EXPECT_EQ(row.at(0, "packets_" + names.prefix).integer(), stream["packets_ab"].get<std::int64_t>());
            EXPECT_EQ(row.at(0, "packets_" + names.reverse).integer(), stream["packets_ba"].get<std::int64_t>());
            EXPECT_EQ(row.at(0, "bytes_" + names.prefix).integer() -
                          kEthernet * row.at(0, "packets_" + names.prefix).integer(),
                      stream["l3_bytes_ab"].get<std::int64_t>());
            if (stream["protocol"] == "tcp") {
                EXPECT_EQ(row.at(0, "retransmissions_" + names.prefix).integer(),
                          stream["retransmitted_ab"].get<std::int64_t>());
            }
            ++compared;
        }
    EXPECT_GE(compared, 20U);
    EXPECT_EQ(imported().count("data_quality", {{"kind", "=", "no_packet_headers"}}), 0);
}

} // namespace
} // namespace vnscope::tests
