// SPDX-License-Identifier: Apache-2.0
// Joins and their limits, written down event by event; and the pieces that paths are stored with.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "analyses/paths/latency_sketch.hpp"
#include "analyses/paths/wire_table.hpp"
#include "storage/packed_rows.hpp"
#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using storage::PackedRowReader;
using storage::PackedRows;
using support::AnalysedScript;
using support::ScriptedSource;
using support::tcp;
using support::udp;
using tracepoints::EventType;
using tracepoints::NetDevXmit;
using tracepoints::PacketHeaders;
using tracepoints::SkbOnly;

constexpr std::uint32_t kEthernet = 14;

/// A packet is queued at `device` and its driver takes it.
void leave(ScriptedSource& source, std::int64_t at, std::uint64_t skb, const std::string& device,
           const PacketHeaders& headers)
{
    source.add(at, 0, EventType::NetDevQueue, source.at(skb, device, headers.totalLength + kEthernet, headers));
    source.add(at + 1, 0, EventType::NetDevXmit,
               NetDevXmit{skb, headers.totalLength + kEthernet, 0, source.name(device)});
}

/// A frame comes in by `device` on another CPU.
void comeIn(ScriptedSource& source, std::int64_t at, std::uint64_t skb, const std::string& device,
            const PacketHeaders& headers)
{
    source.add(at, 1, EventType::NapiGroReceiveEntry, SkbOnly{skb, {}});
    source.add(at + 1, 1, EventType::NetIfReceiveSkb, source.at(skb, device, headers.totalLength, headers));
}

storage::Table hopsOf(const AnalysedScript& script, const std::string& join)
{
    return script.read({.table = "packet_hop", .where = {{"join", "=", join}}});
}

TEST(Paths, NicToNicIsOnePacket)
{
    ScriptedSource source;
    leave(source, 1000, 0x10, "nic0", udp(1, 100, 2, 200, 50, 7));
    comeIn(source, 2000, 0x20, "nic1", udp(1, 100, 2, 200, 50, 7));
    const AnalysedScript script(source);
    EXPECT_EQ(hopsOf(script, "wire").rows.size(), 1U);
    EXPECT_EQ(script.read({.table = "packet"}).rows.size(), 1U);
}

TEST(Paths, LookAlikesAreNotJoined)
{
    ScriptedSource source;
    leave(source, 1000, 0x10, "nic0", udp(1, 100, 2, 200, 50, 7));
    leave(source, 1100, 0x11, "nic0", udp(1, 100, 2, 200, 50, 7));
    comeIn(source, 2000, 0x20, "nic1", udp(1, 100, 2, 200, 50, 7));
    const AnalysedScript script(source);
    EXPECT_TRUE(hopsOf(script, "wire").rows.empty());
    EXPECT_EQ(script.read({.table = "packet"}).rows.size(), 3U);
    EXPECT_EQ(script.read({.table = "data_quality", .where = {{"kind", "=", "paths_ambiguous"}}}).rows.size(), 1U);
}

TEST(Paths, AnotherIpIdIsAnotherPacket)
{
    ScriptedSource source;
    leave(source, 1000, 0x10, "nic0", udp(1, 100, 2, 200, 50, 7));
    comeIn(source, 2000, 0x20, "nic1", udp(1, 100, 2, 200, 50, 8));
    const AnalysedScript script(source);
    EXPECT_EQ(script.read({.table = "packet"}).rows.size(), 2U);
    EXPECT_EQ(script.read({.table = "packet", .where = {{"outcome", "=", "left_host"}}}).rows.size(), 1U);
}

TEST(Paths, SegmentsOfASuperPacketAreMergedByGro)
{
    constexpr std::uint16_t kMss = 1000;
    ScriptedSource source;
    source.add(1000, 0, EventType::NetDevQueue,
               source.at(0x10, "nic0", 2 * kMss + 40 + kEthernet, tcp(1, 100, 2, 200, 2 * kMss, 7, 5000)));
    source.add(1010, 0, EventType::SkbConsume, SkbOnly{0x10, {}});
    for (const std::uint64_t skb : {0x11U, 0x12U})
        source.add(1020 + static_cast<std::int64_t>(skb), 0, EventType::NetDevXmit,
                   NetDevXmit{skb, kMss + 40 + kEthernet, 0, source.name("nic0")});
    comeIn(source, 2000, 0x20, "nic1", tcp(1, 100, 2, 200, 2 * kMss, 7, 5000));
    const AnalysedScript script(source);
    EXPECT_EQ(hopsOf(script, "segment").rows.size(), 2U);
    EXPECT_EQ(script.read({.table = "packet", .where = {{"outcome", "=", "merged"}}}).rows.size(), 2U);
    EXPECT_EQ(script.read({.table = "packet", .where = {{"outcome", "=", "split"}}}).rows.size(), 1U);
}

TEST(Paths, AMergeWithAHoleIsNotJoined)
{
    constexpr std::uint16_t kMss = 1000;
    ScriptedSource source;
    source.add(1000, 0, EventType::NetDevQueue,
               source.at(0x10, "nic0", 2 * kMss + 40 + kEthernet, tcp(1, 100, 2, 200, 2 * kMss, 7, 5000)));
    source.add(1010, 0, EventType::NetDevXmit, NetDevXmit{0x11, kMss + 40 + kEthernet, 0, source.name("nic0")});
    comeIn(source, 2000, 0x20, "nic1", tcp(1, 100, 2, 200, 2 * kMss, 7, 5000));
    const AnalysedScript script(source);
    EXPECT_TRUE(script.read({.table = "packet", .where = {{"outcome", "=", "merged"}}}).rows.empty());
}

TEST(Paths, SilentReuseOfAnAddressBeginsAnotherPacket)
{
    ScriptedSource source;
    source.crossVeth(1000, 0, 0x10, "eth0", "vethA", 100, udp(1, 100, 2, 200, 50, 7));
    source.crossVeth(2000, 0, 0x10, "eth0", "vethA", 100, udp(1, 100, 2, 200, 50, 8));
    const AnalysedScript script(source);
    EXPECT_EQ(script.read({.table = "packet"}).rows.size(), 2U);
}

TEST(PackedRows, ComeBackAsTheyWere)
{
    std::mt19937_64 random(1);
    PackedRows packed;
    std::vector<std::array<std::int64_t, 3>> rows;
    for (int i = 0; i < 1000; ++i) {
        const auto any = static_cast<std::int64_t>(random());
        rows.push_back({any >> (i % 64), i % 2 == 0 ? std::numeric_limits<std::int64_t>::min() : any, i});
        packed.append(rows.back());
    }
    PackedRowReader reader(packed.text());
    for (const auto& row : rows) {
        ASSERT_TRUE(reader.next());
        for (std::size_t column = 0; column < row.size(); ++column)
            EXPECT_EQ(reader.row()[column], row[column]);
    }
    EXPECT_FALSE(reader.next());
}

TEST(PackedRows, DamagedTextEndsWithoutHarm)
{
    for (const char* text : {"", "z", "0", "9000", "2", "20", "2oooooooooooooooooooo", "\x7f\x7f", "20\x01"}) {
        PackedRowReader reader(text);
        int rows = 0;
        while (reader.next())
            ++rows;
        EXPECT_LE(rows, 2) << text;
    }
}

TEST(LatencySketch, QuantilesAreWithinTheDocumentedError)
{
    constexpr double kError = 1.0 / 32;
    std::mt19937_64 random(2);
    analyses::paths::LatencySketch sketch;
    std::vector<std::int64_t> values;
    for (int i = 0; i < 20000; ++i) {
        values.push_back(static_cast<std::int64_t>(random() >> (20 + i % 40)));
        sketch.add(values.back());
    }
    std::ranges::sort(values);
    for (const double share : {0.01, 0.5, 0.9, 0.99}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size()))) - 1;
        const auto exact = static_cast<double>(values[rank]);
        EXPECT_NEAR(static_cast<double>(sketch.quantile(share)), exact, kError * exact + 1);
    }
    EXPECT_EQ(sketch.max(), values.back());
}

/// Few keys and crowded ones, so that searches run into each other and round the end of the block.
TEST(WireTable, HoldsWhatAMultimapHolds)
{
    std::mt19937_64 random(3);
    analyses::paths::WireTable table;
    std::multimap<std::uint64_t, std::uint64_t> truth;
    const auto handlesOf = [&](std::uint64_t key) {
        std::multiset<std::uint64_t> found;
        table.forEach(key, [&](std::uint64_t handle) { found.insert(handle); });
        return found;
    };
    for (std::uint64_t step = 1; step < 40000; ++step) {
        const std::uint64_t key = ((random() % 2 == 0 ? 0xFFFU : random() % 4096U) << 52U) | (random() % 64U) | 1U;
        const bool isFilling = step % 4000 < 2400;
        const auto [begin, end] = truth.equal_range(key);
        if (begin != end && (!isFilling || random() % 4 == 0)) {
            table.remove(key, begin->second);
            truth.erase(begin);
        } else if (isFilling) {
            table.add(key, step);
            truth.emplace(key, step);
        }
        table.remove(key, 0); // What is not there stays away.
        const auto [first, last] = truth.equal_range(key);
        std::multiset<std::uint64_t> expected;
        std::for_each(first, last, [&](const auto& entry) { expected.insert(entry.second); });
        ASSERT_EQ(handlesOf(key), expected) << step;
        ASSERT_EQ(table.isEmpty(), truth.empty());
    }
    for (const auto& [key, handle] : std::multimap(truth))
        EXPECT_TRUE(handlesOf(key).contains(handle));
}

} // namespace
} // namespace vnscope::tests
