// SPDX-License-Identifier: Apache-2.0
// DPDK applications without huge pages and NICs: one that attaches its ports itself (dpdk_program.c says what it did),
// dpdk-testpmd as it is, whose packets come from one capture file and go to another, and one that records with DPDK's
// own tracing (dpdk_polls.c).
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store.hpp"
#include "tests/support/recording.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using namespace tracepoints;
using support::Recording;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

constexpr const char* kTestpmd = "/usr/bin/dpdk-testpmd";

/// A DPDK program with its EAL's arguments: threads on a CPU that this process may use, no huge pages, and all that it
/// leaves behind in `directory`.
std::string dpdk(const std::string& program, const std::filesystem::path& directory)
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    int cpu = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &allowed))
            ++cpu;
    return fmt::format("env RUNTIME_DIRECTORY={0} {1} --lcores=0@{2},1@{2} --no-huge -m 128 --no-pci --no-shconf "
                       "--no-telemetry --log-level=error",
                       directory.string(), program, cpu);
}

/// A burst as the application, or the trace, has it.
struct Burst {
    std::string queue;
    std::vector<std::uint64_t> ids;

    bool operator==(const Burst&) const = default;
};

void PrintTo(const Burst& burst, std::ostream* out)
{
    *out << burst.queue << ": " << testing::PrintToString(burst.ids);
}

/// The bursts of a type in time order; the parts of a long one are joined.
std::vector<Burst> burstsIn(const Recording& recording, EventType type)
{
    std::map<std::uint32_t, std::string> names;
    for (const NfQueue& queue : recording.all<NfQueue>(EventType::NfQueue))
        names[queue.queue] = recording.text(queue.name);
    std::vector<Burst> bursts;
    for (const NfBatch& batch : recording.all<NfBatch>(type)) {
        if (batch.first == 0)
            bursts.push_back({names[batch.queue], {}});
        EXPECT_EQ(batch.first, bursts.back().ids.size());
        std::ranges::copy(batch.ids.view(), std::back_inserter(bursts.back().ids));
    }
    return bursts;
}

/// The last definition of a queue.
NfQueue queueNamed(const Recording& recording, const std::string& name)
{
    const auto queues = recording.all<NfQueue>(EventType::NfQueue);
    const auto found = std::find_if(queues.rbegin(), queues.rend(),
                                    [&](const NfQueue& it) { return recording.text(it.name) == name; });
    if (found == queues.rend())
        throw std::runtime_error("no queue " + name);
    return *found;
}

class DpdkProgram : public testing::Test {
protected:
    void run(const std::string& ids)
    {
        std::string output;
        m_recording = std::make_unique<Recording>(
            support::recordUst("vnscope_nf:*",
                               fmt::format("{} --vdev=net_ring0 --vdev=net_ring1 -- {}",
                                           dpdk(VNSCOPE_DPDK_PROGRAM, m_scratch.path()), ids),
                               &output));
        std::istringstream lines(output);
        for (std::string line; std::getline(lines, line);)
            take(line);
        ASSERT_THAT(m_writes, testing::Not(testing::IsEmpty())) << output;
    }
    [[nodiscard]] const Recording& recording() const { return *m_recording; }

    std::vector<Burst> m_reads;
    std::vector<Burst> m_writes;
    std::map<std::string, std::uint64_t> m_totals;

private:
    void take(const std::string& line)
    {
        std::istringstream words(line);
        std::string what;
        unsigned port = 0;
        unsigned queue = 0;
        if (!(words >> what >> port))
            return;
        if (what != "read" && what != "write") {
            m_totals[what] = port;
            return;
        }
        const bool isRead = what == "read";
        words >> queue;
        Burst burst{port == 0 ? fmt::format("loop.{}", queue)
                              : fmt::format("fw.net_ring1.{}{}", isRead ? "rx" : "tx", queue),
                    {std::istream_iterator<std::uint64_t>(words), {}}};
        (isRead ? m_reads : m_writes).push_back(std::move(burst));
    }

    support::ScratchDirectory m_scratch;
    std::unique_ptr<Recording> m_recording;
};

TEST_F(DpdkProgram, EveryBurstIsToldWithTheIdentificationsOfItsPackets)
{
    run("ipv4");
    EXPECT_EQ(burstsIn(recording(), EventType::NfRead), m_reads);
    EXPECT_EQ(burstsIn(recording(), EventType::NfWrite), m_writes);
    EXPECT_TRUE(std::ranges::any_of(m_writes, [](const Burst& it) { return it.ids.size() > 64; }));
    EXPECT_THAT(recording().session().quality, testing::IsEmpty());
}

TEST_F(DpdkProgram, AWriteIsWhatWasOfferedNotWhatTheQueueTook)
{
    run("ipv4");
    std::uint64_t written = 0;
    for (const Burst& burst : burstsIn(recording(), EventType::NfWrite))
        written += burst.ids.size();
    EXPECT_EQ(written, m_totals.at("offered"));
    EXPECT_LT(m_totals.at("sent"), m_totals.at("offered")) << "the ring was meant to be full";
}

TEST_F(DpdkProgram, ALinkIsOneQueueForBothOfItsEnds)
{
    run("ipv4");
    const auto elements = recording().all<NfElement>(EventType::NfElement);
    ASSERT_FALSE(elements.empty());
    for (const NfElement& element : elements) {
        EXPECT_EQ(recording().text(element.name), "fw");
        EXPECT_EQ(recording().text(element.kind), "firewall");
        EXPECT_EQ(element.element, elements.front().element);
    }
    const NfQueue inner = queueNamed(recording(), "loop.0");
    EXPECT_EQ(inner.reader, elements.front().element);
    EXPECT_EQ(inner.batchPackets, 32U) << "what the application asks for";
    EXPECT_EQ(queueNamed(recording(), "fw.net_ring1.rx0").batchPackets, 64U);
    EXPECT_EQ(queueNamed(recording(), "fw.net_ring1.tx0").reader, NfQueue::kNone);
    for (const NfBatch& batch : recording().all<NfBatch>(EventType::NfWrite))
        EXPECT_EQ(batch.element, elements.front().element);
}

TEST_F(DpdkProgram, PacketsThatLeaveAtTheEdgeHaveTheirFiveTuple)
{
    run("ipv4");
    std::vector<std::uint64_t> left;
    for (const Burst& burst : m_writes)
        if (burst.queue == "fw.net_ring1.tx0")
            std::ranges::copy(burst.ids, std::back_inserter(left));
    std::vector<std::uint64_t> told;
    for (const NfFlow& flow : recording().all<NfFlow>(EventType::NfFlow)) {
        told.push_back(flow.packet);
        EXPECT_EQ(flow.ipVersion, 4U);
        EXPECT_EQ(flow.protocol, 17U);
        EXPECT_EQ(flow.length, 46U);
        EXPECT_EQ(flow.sourcePort, 1000U);
        EXPECT_EQ(flow.destinationPort, 2000U);
        EXPECT_THAT(std::span(flow.source).first(4), ElementsAre(10, 0, 0, 1));
        EXPECT_THAT(std::span(flow.destination).first(4), ElementsAre(10, 0, 0, 2));
    }
    EXPECT_EQ(told, left);
}

/// Ids that mean nothing by themselves: each packet has one of its own, and keeps it.
void expectAsDistinct(const std::vector<Burst>& told, const std::vector<Burst>& truth,
                      std::map<std::uint64_t, std::uint64_t>& idOf)
{
    ASSERT_EQ(told.size(), truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
        EXPECT_EQ(told[i].queue, truth[i].queue);
        ASSERT_THAT(told[i].ids, SizeIs(truth[i].ids.size()));
        for (std::size_t k = 0; k < truth[i].ids.size(); ++k)
            EXPECT_EQ(idOf.try_emplace(truth[i].ids[k], told[i].ids[k]).first->second, told[i].ids[k]);
    }
}

class DpdkIds : public DpdkProgram, public testing::WithParamInterface<const char*> {};

TEST_P(DpdkIds, APacketKeepsItsOwn)
{
    run(GetParam());
    std::map<std::uint64_t, std::uint64_t> idOf;
    expectAsDistinct(burstsIn(recording(), EventType::NfWrite), m_writes, idOf);
    expectAsDistinct(burstsIn(recording(), EventType::NfRead), m_reads, idOf);
    std::set<std::uint64_t> distinct;
    for (const auto& [packet, id] : idOf)
        distinct.insert(id);
    EXPECT_EQ(distinct.size(), idOf.size());
    EXPECT_GT(distinct.size(), 1000U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, DpdkIds, testing::Values("hash", "mbuf"));

TEST_F(DpdkProgram, PacketsCanBeCountedOnly)
{
    run("none");
    const auto writes = recording().all<NfBatch>(EventType::NfWrite);
    ASSERT_EQ(writes.size(), m_writes.size());
    for (std::size_t i = 0; i < writes.size(); ++i) {
        EXPECT_EQ(writes[i].packets, m_writes[i].ids.size());
        EXPECT_EQ(writes[i].ids.count, 0U);
    }
}

/// A capture file of Ethernet frames with IPv4 headers, one for each id.
void writeCapture(const std::filesystem::path& file, std::uint16_t packets)
{
    constexpr std::uint32_t kFrameBytes = 64;
    std::ofstream out(file, std::ios::binary);
    const std::array<std::uint32_t, 6> head{0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
    out.write(reinterpret_cast<const char*>(head.data()), sizeof head);
    for (std::uint16_t id = 1; id <= packets; ++id) {
        std::array<std::uint8_t, kFrameBytes> frame{};
        frame[12] = 0x08; // IPv4
        frame[14] = 0x45;
        frame[17] = kFrameBytes - 14;
        frame[18] = static_cast<std::uint8_t>(id >> 8U);
        frame[19] = static_cast<std::uint8_t>(id);
        frame[23] = 17; // UDP
        const std::array<std::uint32_t, 4> record{id, 0, kFrameBytes, kFrameBytes};
        out.write(reinterpret_cast<const char*>(record.data()), sizeof record);
        out.write(reinterpret_cast<const char*>(frame.data()), frame.size());
    }
}

/// The identifications of a capture file's packets.
std::vector<std::uint64_t> readCapture(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    in.seekg(24);
    std::vector<std::uint64_t> ids;
    std::array<std::uint32_t, 4> record{};
    while (in.read(reinterpret_cast<char*>(record.data()), sizeof record)) {
        std::string frame(record[2], '\0');
        in.read(frame.data(), static_cast<std::streamsize>(frame.size()));
        ids.push_back(static_cast<std::uint64_t>(static_cast<std::uint8_t>(frame.at(18))) << 8U |
                      static_cast<std::uint8_t>(frame.at(19)));
    }
    return ids;
}

TEST(DpdkPreload, AProgramWithoutPortsIsLeftAlone)
{
    const Recording alone = support::recordUst("vnscope_nf:*", VNSCOPE_EMITTER);
    const Recording preloaded =
        support::recordUst("vnscope_nf:*", "env LD_PRELOAD=" VNSCOPE_DPDK_LIBRARY " " VNSCOPE_EMITTER);
    const auto reads = [](const Recording& recording) { return recording.all<NfBatch>(EventType::NfRead).size(); };
    EXPECT_GT(reads(alone), 0U);
    EXPECT_EQ(reads(preloaded), reads(alone)) << "the provider is there twice";
}

TEST(DpdkPreload, AnApplicationThatKnowsNothingOfItIsTold)
{
    if (!std::filesystem::exists(kTestpmd))
        GTEST_SKIP() << kTestpmd << " is not installed";
    constexpr std::uint16_t kPackets = 1000;
    const support::ScratchDirectory scratch;
    const auto path = [&](const char* name) { return (scratch.path() / name).string(); };
    writeCapture(path("in.pcap"), kPackets);
    // It forwards from one port to the other until it is interrupted, which it is when it has counted all packets.
    // Unless told not to, it throws away what is in the queues before it starts.
    std::ofstream(path("run")) << fmt::format(
        R"(LD_PRELOAD={} VNSCOPE_DPDK_NAME=pmd VNSCOPE_DPDK_LINKS=net_pcap1/tx=wire {} \
  --vdev=net_pcap0,rx_pcap={} --vdev=net_pcap1,tx_pcap={} -- --total-num-mbufs=2048 --stats-period=1 --no-flush-rx > {} 2>&1 &
pid=$!
for i in $(seq 150); do grep -q 'TX-packets: {} ' {} && break; sleep 0.1; done
kill -INT $pid
wait $pid
)",
        VNSCOPE_DPDK_LIBRARY, dpdk(kTestpmd, scratch.path()), path("in.pcap"), path("out.pcap"), path("log"), kPackets,
        path("log"));
    const Recording recording = support::recordUst("vnscope_nf:*", "sh " + path("run"));
    std::ifstream log(path("log"));
    const std::string said{std::istreambuf_iterator<char>(log), {}};

    std::vector<std::uint64_t> read;
    for (const Burst& burst : burstsIn(recording, EventType::NfRead)) {
        EXPECT_EQ(burst.queue, "pmd.net_pcap0.rx0");
        std::ranges::copy(burst.ids, std::back_inserter(read));
    }
    EXPECT_EQ(read, readCapture(path("in.pcap"))) << said;
    std::vector<std::uint64_t> written;
    for (const Burst& burst : burstsIn(recording, EventType::NfWrite))
        std::ranges::copy(burst.ids, std::back_inserter(written));
    EXPECT_THAT(written, SizeIs(kPackets));
    EXPECT_EQ(written, readCapture(path("out.pcap"))) << said;
    EXPECT_EQ(recording.text(recording.all<NfElement>(EventType::NfElement).at(0).name), "pmd");
    EXPECT_EQ(queueNamed(recording, "pmd.net_pcap0.rx0").batchPackets, 32U) << "testpmd's --burst";
}

/// What a queue's polls took, in their order, and what follows from the definition of a queuing period.
struct Polls {
    std::vector<unsigned> counts;

    /// Packets of each period: from a full poll to the next one that is not, unless nothing was behind its first batch.
    [[nodiscard]] std::vector<std::int64_t> periods(unsigned batch) const
    {
        std::vector<std::int64_t> periods;
        for (auto poll = counts.begin(); (poll = std::find(poll, counts.end(), batch)) != counts.end();) {
            const auto end = std::next(std::find_if(poll, counts.end(), [=](unsigned n) { return n < batch; }));
            if (const auto packets = std::accumulate(poll, end, std::int64_t{0}); packets > batch)
                periods.push_back(packets);
            poll = end;
        }
        return periods;
    }
};

TEST(DpdkTracing, QueuingPeriodsOfAPortAreToldByItsPolls)
{
    const support::ScratchDirectory scratch;
    const std::string trace = (scratch.path() / "trace").string();
    const support::ProgramResult run =
        support::runProgram(fmt::format("{} --vdev=net_ring0 --trace=lib.ethdev.rx.burst --trace-dir={}",
                                        dpdk(VNSCOPE_DPDK_POLLS, scratch.path()), trace));
    ASSERT_EQ(run.exitCode, 0) << run.output;
    Polls truth;
    std::istringstream lines(run.output);
    for (std::string line; std::getline(lines, line);)
        if (unsigned count = 0; line.starts_with("poll ") && std::istringstream(line.substr(5)) >> count)
            truth.counts.push_back(count);
    ASSERT_GT(truth.counts.size(), 100U);

    const std::string file = (scratch.path() / "polls.vns").string();
    const support::ProgramResult imported = support::runProgram(fmt::format("vnscope import {} -o {}", trace, file));
    ASSERT_EQ(imported.exitCode, 0) << imported.output;
    const auto store = storage::Store::open(file);
    ASSERT_TRUE(store);
    const auto queues = store->read({"polled_queue_summary", {"name", "full_batch", "polls", "packets", "periods"}});
    ASSERT_TRUE(queues);
    ASSERT_THAT(queues->rows, SizeIs(1));
    const auto& queue = queues->rows[0];
    EXPECT_EQ(queue[0].text(), "port 0 queue 0");
    EXPECT_EQ(queue[1].integer(), 32) << "what the application asks for";
    EXPECT_EQ(queue[2].integer(), std::ssize(truth.counts));
    EXPECT_EQ(queue[3].integer(), std::accumulate(truth.counts.begin(), truth.counts.end(), std::int64_t{0}));
    const auto periods = store->read({"queuing_period", {"packets_out"}, {}, {"begin_ns"}});
    ASSERT_TRUE(periods);
    std::vector<std::int64_t> packets;
    for (const auto& row : periods->rows)
        packets.push_back(row[0].integer());
    EXPECT_EQ(packets, truth.periods(32));
    EXPECT_EQ(queue[4].integer(), std::ssize(packets));
    EXPECT_THAT(packets, SizeIs(12));
}

} // namespace
} // namespace vnscope::tests
