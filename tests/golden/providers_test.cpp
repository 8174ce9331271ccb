// SPDX-License-Identifier: Apache-2.0
// What provider_emitter.c tells through the C API of our providers, recorded live with LTTng-UST, is what an import
// gives back.
#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/recorded_events.hpp"
#include "tests/support/sample_case.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::tests {
namespace {

using namespace tracepoints;
using testing::Each;
using testing::ElementsAre;

using Recording = support::RecordedEvents;

const Recording& recording()
{
    static const Recording kRecording = [] {
        const support::ScratchDirectory scratch;
        const std::filesystem::path trace = scratch.path() / "trace";
        const auto run = support::runProgram(fmt::format("{}/tests/support/record_ust '{}' 'vnscope_*' {}",
                                                         VNSCOPE_SOURCE_DIR, trace.string(), VNSCOPE_EMITTER));
        if (run.exitCode != 0)
            throw std::runtime_error(run.output);
        return Recording(trace);
    }();
    return kRecording;
}

std::string text(base::StringId id)
{
    return recording().text(id);
}

template <typename Payload> std::vector<Payload> all(EventType type)
{
    return recording().all<Payload>(type);
}

TEST(Providers, EveryEventIsUnderstoodWhole)
{
    EXPECT_EQ(recording().session().eventClasses.size(), 14U);
    for (const EventClassInfo& it : recording().session().eventClasses) {
        EXPECT_FALSE(it.schema.empty()) << it.name;
        EXPECT_EQ(it.missingFields, "") << it.name;
    }
    EXPECT_THAT(recording().session().quality, testing::IsEmpty());
}

TEST(ElementProvider, Definitions)
{
    const auto elements = all<ElementDefine>(EventType::ElementDefine);
    ASSERT_EQ(elements.size(), 2U);
    const ElementDefine& proxy = elements[1];
    EXPECT_EQ(proxy.version, 1U);
    EXPECT_EQ(proxy.id, 7U);
    EXPECT_EQ(proxy.parent, 3U);
    EXPECT_EQ(proxy.capacityBps, 100'000'000U);
    EXPECT_EQ(text(proxy.name), "proxy-1");
    EXPECT_EQ(text(proxy.kind), "haproxy");
    EXPECT_EQ(text(proxy.layer), "middlebox");
    EXPECT_EQ(text(proxy.tenant), "blue");
    EXPECT_EQ(text(proxy.vm), "vm4");
    EXPECT_EQ(text(elements[0].tenant), "");

    const auto neighbours = all<ElementNeighbour>(EventType::ElementNeighbour);
    ASSERT_EQ(neighbours.size(), 1U);
    EXPECT_EQ(neighbours[0].from, 3U);
    EXPECT_EQ(neighbours[0].to, 7U);
    EXPECT_EQ(text(neighbours[0].coupling), "packet");
}

TEST(ElementProvider, Values)
{
    const auto samples = all<ElementSample>(EventType::ElementSample);
    ASSERT_EQ(samples.size(), 1U);
    EXPECT_EQ(samples[0].id, 7U);
    EXPECT_EQ(samples[0].inPackets, 1000U);
    EXPECT_EQ(samples[0].inBytes, 1'500'000U);
    EXPECT_EQ(samples[0].outPackets, 990U);
    EXPECT_EQ(samples[0].outBytes, ElementSample::kNotCounted);
    EXPECT_EQ(samples[0].dropPackets, 4U);
    EXPECT_EQ(samples[0].inTimeNs, 0x123456789abcdef0U);
    EXPECT_EQ(samples[0].outTimeNs, 0U);
    EXPECT_EQ(samples[0].queuedPackets, 6U);

    const auto attributes = all<ElementAttribute>(EventType::ElementAttribute);
    ASSERT_EQ(attributes.size(), 1U);
    EXPECT_EQ(attributes[0].id, 7U);
    EXPECT_EQ(text(attributes[0].attribute), "balance_packets");
    EXPECT_EQ(attributes[0].value, -5'000'000'000);
}

/// The events of one peer, in time order.
std::vector<IoCounters> countersOf(const std::string& peer)
{
    std::vector<IoCounters> counters = all<IoCounters>(EventType::IoCounters);
    std::erase_if(counters, [&](const IoCounters& it) { return text(it.peer) != peer; });
    return counters;
}

constexpr std::uint64_t kDelayNs = 50'000'000;
constexpr std::uint64_t kDelayToleranceNs = 2'000'000;

TEST(IoProvider, CountsWhatWasReadAndHowLongItTook)
{
    const auto client = countersOf("10.0.0.1:1024");
    ASSERT_GE(client.size(), 3U) << "one at the start, one for each 20 ms of the delay, one at the end";
    for (std::size_t i = 1; i < client.size(); ++i) {
        EXPECT_GE(client[i].in.bytes, client[i - 1].in.bytes);
        EXPECT_GE(client[i].in.timeNs, client[i - 1].in.timeNs);
    }
    EXPECT_EQ(client.front().in.calls, 0U);
    const IoCounters& last = client.back();
    EXPECT_EQ(last.version, 1U);
    EXPECT_EQ(text(last.element), "proxy-1");
    EXPECT_EQ(last.in.calls, 3U);
    EXPECT_EQ(last.in.packets, 3U);
    EXPECT_EQ(last.in.bytes, 30U);
    EXPECT_EQ(last.in.waitNs, 900U);
    EXPECT_GE(last.in.timeNs, kDelayNs - kDelayToleranceNs);
    EXPECT_EQ(last.out.calls, 0U);
}

TEST(IoProvider, AddsUpThreadsAndPeers)
{
    ASSERT_FALSE(countersOf("[2001:db8::1]:80").empty());
    const IoCounters server = countersOf("[2001:db8::1]:80").back();
    EXPECT_EQ(server.out.calls, 4U);
    EXPECT_EQ(server.out.packets, 35U);
    EXPECT_EQ(server.out.bytes, 48'030U);
    EXPECT_EQ(server.in.calls, 1U);
    EXPECT_EQ(server.in.packets, 0U);
    const IoCounters together = countersOf("").back();
    const IoCounters client = countersOf("10.0.0.1:1024").back();
    EXPECT_EQ(together.in.calls, 4U);
    EXPECT_EQ(together.in.bytes, 30U);
    EXPECT_EQ(together.out.bytes, 48'030U);
    EXPECT_EQ(together.in.timeNs, client.in.timeNs + server.in.timeNs);
    EXPECT_EQ(together.in.waitNs, 1000U) << "each moment once, not the sum of the peers";
    EXPECT_EQ(together.idleNs, 5U);
    EXPECT_GT(together.pid, 0U);
}

TEST(IoProvider, SingleCalls)
{
    const auto calls = all<IoCall>(EventType::IoCall);
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].fd, 5);
    EXPECT_EQ(calls[0].direction, IoCall::kIn);
    EXPECT_EQ(calls[0].bytes, 10);
    EXPECT_EQ(calls[0].durationNs, 1234U);
    EXPECT_EQ(calls[0].isBlocking, 1U);
    EXPECT_EQ(text(calls[0].peer), "10.0.0.1:1024");
    EXPECT_EQ(calls[1].direction, IoCall::kOut);
    EXPECT_EQ(calls[1].bytes, -EAGAIN);
    EXPECT_EQ(calls[1].isBlocking, 0U);
    EXPECT_EQ(text(calls[1].peer), "");
}

TEST(NfProvider, Definitions)
{
    const auto elements = all<NfElement>(EventType::NfElement);
    ASSERT_EQ(elements.size(), 1U);
    EXPECT_EQ(elements[0].version, 1U);
    EXPECT_EQ(elements[0].element, 2U);
    EXPECT_EQ(text(elements[0].name), "fw0");
    EXPECT_EQ(text(elements[0].kind), "firewall");
    const auto queues = all<NfQueue>(EventType::NfQueue);
    ASSERT_EQ(queues.size(), 2U);
    EXPECT_EQ(queues[0].queue, 11U);
    EXPECT_EQ(queues[0].reader, 2U);
    EXPECT_EQ(queues[0].capacity, 1024U);
    EXPECT_EQ(queues[0].batchPackets, 32U);
    EXPECT_EQ(text(queues[0].name), "fw0.rx");
    EXPECT_EQ(queues[1].reader, NfQueue::kNone);
}

std::uint64_t emittedId(std::uint64_t i)
{
    return i * 1'099'511'627'776U + i;
}

TEST(NfProvider, ReadsGiveThePacketIdsOfBothWidths)
{
    const auto reads = all<NfBatch>(EventType::NfRead);
    ASSERT_EQ(reads.size(), 3U);
    EXPECT_EQ(reads[0].element, 2U);
    EXPECT_EQ(reads[0].queue, 11U);
    EXPECT_EQ(reads[0].packets, 3U);
    EXPECT_EQ(reads[0].first, 0U);
    EXPECT_THAT(reads[0].ids.view(), ElementsAre(0, emittedId(1), emittedId(2)));
    ASSERT_EQ(reads[1].ids.view().size(), 32U);
    for (std::uint64_t i = 0; i < 32; ++i)
        EXPECT_EQ(reads[1].ids.view()[i], 65'535 - i);
}

TEST(NfProvider, LongBatchesAreToldInParts)
{
    const auto writes = all<NfBatch>(EventType::NfWrite);
    ASSERT_EQ(writes.size(), 5U);
    std::vector<std::uint64_t> ids;
    for (const NfBatch& part : std::span(writes).first(3)) {
        EXPECT_EQ(part.packets, 150U);
        EXPECT_EQ(part.first, ids.size());
        std::ranges::copy(part.ids.view(), std::back_inserter(ids));
    }
    ASSERT_EQ(ids.size(), 150U);
    for (std::uint64_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(ids[i], emittedId(i));
    EXPECT_EQ(writes[3].packets, 9U);
    EXPECT_THAT(writes[3].ids.view(), testing::IsEmpty()) << "packets that cannot be told apart";
    EXPECT_THAT(writes[4].ids.view(), ElementsAre(65'535, 65'534));
}

TEST(NfProvider, IdsAreBoundedAndTheRestIsKnownToBeMissing)
{
    const NfBatch foreign = all<NfBatch>(EventType::NfRead).at(2);
    EXPECT_EQ(foreign.packets, 100U);
    EXPECT_EQ(foreign.ids.count, 100U);
    ASSERT_EQ(foreign.ids.view().size(), 64U);
    EXPECT_EQ(foreign.ids.view().back(), emittedId(63));
}

TEST(NfProvider, FlowsAtTheEdge)
{
    const auto flows = all<NfFlow>(EventType::NfFlow);
    ASSERT_EQ(flows.size(), 2U);
    EXPECT_EQ(flows[0].packet, ~std::uint64_t{0});
    EXPECT_EQ(flows[0].element, 2U);
    EXPECT_EQ(flows[0].length, 1400U);
    EXPECT_EQ(flows[0].ipVersion, 4U);
    EXPECT_EQ(flows[0].protocol, 17U);
    EXPECT_EQ(flows[0].sourcePort, 53U);
    EXPECT_EQ(flows[0].destinationPort, 40'000U);
    EXPECT_THAT(std::span(flows[0].source).first(4), ElementsAre(10, 0, 0, 1));
    EXPECT_THAT(std::span(flows[0].destination).first(4), ElementsAre(10, 0, 0, 2));
    EXPECT_EQ(flows[1].packet, 9U);
    EXPECT_EQ(flows[1].ipVersion, 6U);
    EXPECT_THAT(flows[1].source, Each(0xfe));
}

TEST(NfProvider, Drops)
{
    const auto drops = all<NfDrop>(EventType::NfDrop);
    ASSERT_EQ(drops.size(), 2U);
    EXPECT_EQ(drops[0].element, 2U);
    EXPECT_EQ(drops[0].queue, 12U);
    EXPECT_EQ(drops[0].packets, 2U);
    EXPECT_EQ(text(drops[0].reason), "full");
    EXPECT_THAT(drops[0].ids.view(), ElementsAre(emittedId(1), emittedId(2)));
    EXPECT_EQ(drops[1].queue, NfQueue::kNone);
    EXPECT_EQ(text(drops[1].reason), "policy");
}

} // namespace
} // namespace vnscope::tests
