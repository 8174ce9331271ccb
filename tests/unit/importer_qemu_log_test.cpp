// SPDX-License-Identifier: Apache-2.0
// Lines of QEMU's log. The formats are those of the program: "%d@%zu.%06zu:" and the events' own, as in QEMU 7.2's
// binary, and qemu_log() of qemu/qemu 012842c0755 (util/log.c).
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "importer/qemu_log/convert.hpp"
#include "importer/qemu_log/line.hpp"

namespace vnscope::importer::qemu_log {
namespace {

using testing::ElementsAre;

TEST(QemuLogLine, OfQemu72)
{
    const auto line = parseLine("30606@1795266769.743665:virtqueue_flush vq 0x7fa99f24d010 count 1");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->timeNs, 1'795'266'769'743'665'000);
    EXPECT_EQ(line->name, "virtqueue_flush");
    EXPECT_EQ(line->arguments, "vq 0x7fa99f24d010 count 1");
    const auto other = parseLine("1@0.000001:virtio_blk_req_complete vdev 0x1 req 0x2 status 0");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->timeNs, 1'000);
    EXPECT_EQ(other->name, "virtio_blk_req_complete");
}

TEST(QemuLogLine, OfLaterQemu)
{
    const auto line = parseLine("2026-11-21T13:12:49.743665Z virtio_notify vdev 0x1 vq 0x2");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->timeNs, 1'795'266'769'743'665'000) << "date -ud 2026-11-21T13:12:49Z +%s";
    EXPECT_EQ(parseLine("2024-02-29T00:00:00Z virtio_notify vdev 0x1 vq 0x2")->timeNs, 1'709'164'800'000'000'000)
        << "no fraction when it is 0";
    EXPECT_FALSE(parseLine("2026-11-21T13:12:49.743665Z virtio_blk_data_plane_start dataplane 0x1"))
        << "any program's log may look like that";
}

TEST(QemuLogLine, WithoutTime)
{
    const auto line = parseLine("virtio_notify vdev 0x1 vq 0x2");
    ASSERT_TRUE(line);
    EXPECT_FALSE(line->timeNs);
    EXPECT_FALSE(parseLine("some other text"));
}

TEST(QemuLogLine, WhatIsNoTimeIsNoEvent)
{
    for (const char* const text :
         {"", "@", "1@", "1@2", "1@2.", "1@2.123456", "1@2.12345:virtio_notify vdev 0x1 vq 0x2",
          "1@-2.123456:virtio_notify vdev 0x1 vq 0x2", "1@99999999999.000000:virtio_notify vdev 0x1 vq 0x2",
          "1@2.123456:", "1@2.123456: x", "1@2.123456:virtio_notify",
          "99999999999@2.123456:virtio_notify vdev 0x1 vq 0x2", "2026-13-21T13:12:49Z virtio_notify vdev 0x1 vq 0x2",
          "2026-11-31T13:12:49Z virtio_notify vdev 0x1 vq 0x2", "2026-11-21T24:12:49Z virtio_notify vdev 0x1 vq 0x2",
          "2026-11-21T13:12:49.1Z virtio_notify vdev 0x1 vq 0x2",
          "2026-11-21T13:12:49+01:00 virtio_notify vdev 0x1 vq 0x2",
          "+026-11-21T13:12:49Z virtio_notify vdev 0x1 vq 0x2"})
        EXPECT_FALSE(parseLine(text)) << text;
    EXPECT_FALSE(parseLine("1@2.123456:" + std::string(65, 'x') + " y"));
}

std::vector<std::uint64_t> valuesOf(const std::string& event, const std::string& arguments)
{
    const EventKind* const kind = findKind(event);
    const auto values = parseArguments(*kind, arguments);
    return values ? std::vector(values->begin(), values->begin() + static_cast<int>(kind->arguments.size()))
                  : std::vector<std::uint64_t>();
}

TEST(QemuLogLine, ArgumentsOfEachEvent)
{
    EXPECT_EQ(eventKinds().size(), 8U);
    EXPECT_THAT(valuesOf("virtqueue_alloc_element", "elem 0x5620099f42c0 size 240 in_num 2 out_num 1"),
                ElementsAre(0x5620099f42c0, 240, 2, 1));
    EXPECT_THAT(valuesOf("virtqueue_pop", "vq 0x7fa99f24d010 elem 0x5620099f42c0 in_num 2 out_num 1"),
                ElementsAre(0x7fa99f24d010, 0x5620099f42c0, 2, 1));
    EXPECT_THAT(valuesOf("virtqueue_fill", "vq 0x1 elem 0x2 len 513 idx 7"), ElementsAre(1, 2, 513, 7));
    EXPECT_THAT(valuesOf("virtqueue_flush", "vq 0x1 count 3"), ElementsAre(1, 3));
    EXPECT_THAT(valuesOf("virtio_queue_notify", "vdev 0x1 n 2 vq 0x3"), ElementsAre(1, 2, 3));
    EXPECT_THAT(valuesOf("virtio_notify", "vdev 0x1 vq (nil)"), ElementsAre(1, 0));
    EXPECT_THAT(valuesOf("virtio_notify_irqfd", "vdev 0x1 vq 0x2"), ElementsAre(1, 2));
    EXPECT_THAT(valuesOf("virtio_set_status", "vdev 0x1 val 15"), ElementsAre(1, 15));
    EXPECT_THAT(valuesOf("virtio_queue_notify", "vdev 0x1 n -1 vq 0x3"), ElementsAre(1, ~std::uint64_t{0}, 3));
}

TEST(QemuLogLine, ArgumentsThatAreNot)
{
    for (const char* const text :
         {"", "vq", "vq ", "vq 0x1", "vq 0x1 count", "vq 0x1 count x", "vq 0x1 count 1 more", "vq 0x1  count 1",
          "elem 0x1 count 1", "vq 0x11112222333344445 count 1", "vq 0x count 1"})
        EXPECT_FALSE(parseArguments(*findKind("virtqueue_flush"), text)) << text;
}

TEST(QemuLog, IsRecognisedByItsBeginning)
{
    EXPECT_EQ(recognize("warning: TCG doesn't support requested feature\n1@2.000003:x y\n"), Recognition::Timed);
    EXPECT_EQ(recognize("virtio_notify vdev 0x1 vq 0x2\n"), Recognition::Untimed);
    EXPECT_EQ(recognize("virtio_notify vdev 0x1 vq 0x2\n2026-11-21T13:12:49Z virtio_notify vdev 0x1 vq 0x2"),
              Recognition::Timed);
    EXPECT_EQ(recognize("virtio_notify is the name of an event\n"), Recognition::Other);
    EXPECT_EQ(recognize(""), Recognition::Other);
    EXPECT_EQ(recognize("2026-11-21T13:12:49.743Z|00001|vlog|INFO|opened log file\n"), Recognition::Other);
}

} // namespace
} // namespace vnscope::importer::qemu_log
