// SPDX-License-Identifier: Apache-2.0
// The log of a QEMU whose requests are known (sample-traces/qemu-virtio), and what becomes of logs that are not
// perfect.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "importer/session.hpp"
#include "storage/store.hpp"
#include "tests/support/recording.hpp"
#include "tests/support/sample_case.hpp"
#include "tests/support/session_outcome.hpp"

namespace vnscope::tests {
namespace {

using namespace tracepoints;
using support::readSession;
using support::SessionOutcome;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kReads = 41; ///< By the firmware and the boot sector.
constexpr std::int64_t kWrites = 1;

std::filesystem::path sampleLog()
{
    return support::SampleCase("qemu-virtio").trace() / "qemu.log";
}

const support::Recording& sample()
{
    static const support::Recording kSample(sampleLog());
    return kSample;
}

TEST(QemuLog, EveryLineIsAnEventOfItsName)
{
    std::ifstream truth(support::SampleCase("qemu-virtio").truth("counts.txt"));
    std::map<std::string, std::uint64_t> expected;
    std::string name;
    for (std::uint64_t count = 0; truth >> count >> name;)
        expected["qemu:" + name] = count;
    ASSERT_EQ(expected.size(), 6U);
    std::map<std::string, std::uint64_t> counted;
    for (const EventClassInfo& it : sample().session().eventClasses) {
        EXPECT_EQ(it.schema, it.name);
        EXPECT_EQ(it.missingFields, "");
        counted[it.name] = it.count;
    }
    EXPECT_EQ(counted, expected);
    EXPECT_THAT(sample().session().quality, IsEmpty());
    EXPECT_EQ(sample().session().traces.at(0).path, sampleLog().string());
    EXPECT_EQ(sample().session().traces.at(0).tracer, "qemu-log");
}

TEST(QemuLog, RequestsOfTheDisk)
{
    const auto pops = sample().all<VirtqueueElement>(EventType::VirtqueuePop);
    const auto fills = sample().all<VirtqueueFill>(EventType::VirtqueueFill);
    const auto flushes = sample().all<VirtqueueFlush>(EventType::VirtqueueFlush);
    ASSERT_EQ(std::ssize(pops), kReads + kWrites);
    ASSERT_EQ(fills.size(), pops.size());
    ASSERT_EQ(flushes.size(), pops.size());
    std::map<std::uint32_t, std::int64_t> lengths;
    for (std::size_t i = 0; i < pops.size(); ++i) {
        EXPECT_EQ(pops[i].vq, pops[0].vq);
        EXPECT_EQ(fills[i].vq, pops[0].vq);
        EXPECT_EQ(flushes[i].vq, pops[0].vq);
        EXPECT_EQ(fills[i].element, pops[i].element);
        EXPECT_EQ(flushes[i].count, 1U);
        ++lengths[fills[i].length];
    }
    EXPECT_EQ(lengths, (std::map<std::uint32_t, std::int64_t>{{513, kReads}, {1, kWrites}}));
    // Header; data and status. Data is read by QEMU when it is to be written.
    EXPECT_EQ(pops.front().out, 1U);
    EXPECT_EQ(pops.front().in, 2U);
    EXPECT_EQ(pops.back().out, 2U);
    EXPECT_EQ(pops.back().in, 1U);
}

TEST(QemuLog, NotificationsAndStatus)
{
    const auto notes = sample().all<VirtioNotify>(EventType::VirtioQueueNotify);
    ASSERT_EQ(std::ssize(notes), kReads + kWrites + 1);
    const auto states = sample().all<VirtioStatus>(EventType::VirtioSetStatus);
    EXPECT_EQ(states.back().status, 15U) << "acknowledged, driver found, features agreed, driver ready";
    for (const VirtioNotify& note : notes) {
        EXPECT_EQ(note.queue, 0);
        EXPECT_EQ(note.device, states.back().device);
    }
    EXPECT_EQ(notes.back().vq, sample().all<VirtqueueElement>(EventType::VirtqueuePop).back().vq);
}

/// The firmware waits for each answer before its next request.
TEST(QemuLog, ImportedItsQueueHasTheRequestsOfTheBootSector)
{
    const support::ScratchDirectory scratch;
    const std::filesystem::path path = scratch.path() / "qemu.vns";
    const auto run =
        support::runProgram(fmt::format("vnscope import '{}' -o '{}'", sampleLog().string(), path.string()));
    ASSERT_EQ(run.exitCode, 0) << run.output;
    const auto store = storage::Store::open(path);
    ASSERT_TRUE(store) << store.error().text();
    const auto queues = store->read({.table = "virtqueue"});
    ASSERT_TRUE(queues) << queues.error().text();
    ASSERT_EQ(queues->rows.size(), 1U);
    const auto number = [&](const char* column) { return queues->at(0, column).integer(); };
    EXPECT_EQ(number("queue"), 0);
    EXPECT_EQ(number("pops"), kReads + kWrites);
    EXPECT_EQ(number("flushed"), kReads + kWrites);
    EXPECT_EQ(number("bytes"), kReads * 513 + kWrites);
    EXPECT_EQ(number("guest_notifies"), kReads + kWrites + 1);
    EXPECT_EQ(number("host_notifies"), 0);
    EXPECT_EQ(number("max_depth"), 1);
    EXPECT_EQ(number("services"), kReads + kWrites);
    EXPECT_EQ(number("pop_waits"), kReads + kWrites) << "one found the queue empty";
    EXPECT_GT(number("service_mean_ns"), 0);
}

class DamagedQemuLog : public testing::Test {
protected:
    SessionOutcome read(const std::string& text, const importer::SessionOptions& options = {})
    {
        std::ofstream(file(), std::ios::binary) << text;
        return readSession({file()}, options);
    }
    [[nodiscard]] std::filesystem::path file() const { return m_scratch.path() / "log"; }

private:
    support::ScratchDirectory m_scratch;
};

TEST_F(DamagedQemuLog, EventsWithoutTimesAreRefusedAndSaid)
{
    const SessionOutcome outcome = read("virtio_notify vdev 0x1 vq 0x2\n");
    ASSERT_TRUE(outcome.error);
    EXPECT_THAT(outcome.error->text(), HasSubstr("-msg timestamp=on"));
    EXPECT_TRUE(importer::isTraceFile(file()));
}

TEST_F(DamagedQemuLog, OtherTextIsNoLog)
{
    const SessionOutcome outcome = read("no events at all\n");
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, base::ErrorCode::NotATrace);
    EXPECT_FALSE(importer::isTraceFile(file()));
}

TEST_F(DamagedQemuLog, WhatIsLeftOutIsCounted)
{
    const SessionOutcome outcome = read("qemu-system-x86_64: warning: something\n"
                                        "1@10.000000:virtio_notify vdev 0x1 vq 0x2\n"
                                        "virtio_notify vdev 0x1 vq 0x2\n"
                                        "virtio_notify vdev 0x1 vq 0x2\n"
                                        "1@10.000001:virtio_notify vdev 0x1 vq (garbled\n" +
                                        std::string(10'000, 'x') + "\n" + std::string(10, '\0') +
                                        "\n1@10.000002:virtio_blk_rw_complete vdev 0x1 req 0x2 ret 0\n"
                                        "1@10.000003:virtio_notify vdev 0x1 vq 0x2");
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.eventsByClass(),
              (std::map<std::string, std::uint64_t>{{"qemu:virtio_notify", 2}, {"qemu:virtio_blk_rw_complete", 1}}));
    EXPECT_EQ(outcome.records, 2U) << "the other is no event of the vocabulary";
    std::multiset<std::uint64_t> leftOut;
    for (const base::DataQuality& it : outcome.info.quality) {
        EXPECT_EQ(it.kind, "qemu_log_lines_left_out");
        EXPECT_THAT(it.message, HasSubstr(file().string()));
        leftOut.insert(it.count);
    }
    EXPECT_EQ(leftOut, (std::multiset<std::uint64_t>{1, 2})) << "one garbled, two without a time";
}

/// Each thread takes its time before it waits for the file.
TEST_F(DamagedQemuLog, LinesOutOfOrderAreSorted)
{
    const SessionOutcome disordered = read("1@10.000002:virtqueue_flush vq 0x1 count 1\n"
                                           "1@10.000001:virtqueue_flush vq 0x1 count 2\n"
                                           "1@10.000003:virtqueue_flush vq 0x1 count 3\n");
    ASSERT_FALSE(disordered.error) << disordered.error->text();
    EXPECT_EQ(disordered.records, 3U);
    EXPECT_TRUE(disordered.isMonotonic);
    EXPECT_NE(disordered.quality("time_went_backwards"), nullptr);
}

TEST_F(DamagedQemuLog, AClockCorrectionNamesTheFile)
{
    importer::SessionOptions options;
    options.clockCorrections.push_back({file(), -5'000});
    const SessionOutcome outcome = read("1@10.000006:virtqueue_flush vq 0x1 count 1\n", options);
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.info.traces.at(0).begin.ns, 10'000'001'000);
}

TEST_F(DamagedQemuLog, ALogBesideATrace)
{
    const SessionOutcome both =
        readSession({sampleLog(), support::SampleCase("statedump-bridge").trace(), sampleLog()});
    ASSERT_FALSE(both.error) << both.error->text();
    const SessionOutcome alone = readSession({support::SampleCase("statedump-bridge").trace()});
    EXPECT_EQ(both.info.traces.size(), alone.info.traces.size() + 1) << "named twice, read once";
    EXPECT_EQ(both.records, alone.records + 223) << "lines of the log";
}

} // namespace
} // namespace vnscope::tests
