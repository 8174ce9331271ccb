// SPDX-License-Identifier: Apache-2.0
// What of a recording can be decided without a tracer.
#include <linux/perf_event.h>
#include <signal.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recording/session/perf_data_scanner.hpp"
#include "recording/session/presets.hpp"
#include "recording/session/process.hpp"
#include "recording/session/progress.hpp"
#include "recording/session/session_folder.hpp"
#include "recording/session/size_text.hpp"
#include "tests/support/sample_case.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::recording::session {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(RecordingPreset, NamesAreReadBack)
{
    for (const char* const name : {"network", "middlebox", "nf", "all"}) {
        ASSERT_TRUE(parsePreset(name)) << name;
        EXPECT_EQ(toText(*parsePreset(name)), name);
    }
    EXPECT_FALSE(parsePreset("everything"));
    EXPECT_FALSE(parsePreset(""));
}

TEST(RecordingPreset, PerfsNetworkEventsAreAllReadBySchemas)
{
    for (const std::string& event : eventsOf(Preset::Network).perf)
        EXPECT_NE(tracepoints::findSchema(event), nullptr) << event;
}

TEST(RecordingPreset, PerfNeverRecordsWhatItsConverterCannotConvert)
{
    EXPECT_THAT(eventsOf(Preset::All).perf, Not(Contains(StartsWith("bridge:"))));
    EXPECT_THAT(eventsOf(Preset::All).kernel, Contains("br_fdb_*"));
}

TEST(RecordingPreset, EachHasItsProvider)
{
    EXPECT_THAT(eventsOf(Preset::Middlebox).user, AllOf(Contains("vnscope_io:*"), Not(Contains("vnscope_nf:*"))));
    EXPECT_THAT(eventsOf(Preset::Nf).user, AllOf(Contains("vnscope_nf:*"), Not(Contains("vnscope_io:*"))));
    EXPECT_THAT(eventsOf(Preset::All).user, AllOf(Contains("vnscope_nf:*"), Contains("vnscope_io:*")));
    EXPECT_THAT(eventsOf(Preset::Network).perfSyscalls, IsEmpty());
    EXPECT_THAT(eventsOf(Preset::Middlebox).perfSyscalls, Contains("syscalls:sys_exit_recvfrom"));
}

TEST(RecordingPreset, EventsThatTheKernelLacksAreLeftOut)
{
    const tests::support::ScratchDirectory tracefs;
    fs::create_directories(tracefs.path() / "events" / "net" / "netif_rx");
    EXPECT_THAT(presentIn(tracefs.path(), {"net:net_dev_xmit", "net:netif_rx", "ovs:netif_rx"}),
                ElementsAre("net:netif_rx"));
}

TEST(RecordingSize, AreNumbersOf1024s)
{
    EXPECT_EQ(parseSize("64K").value_or(0), 65'536U);
    EXPECT_EQ(parseSize("100M").value_or(0), 104'857'600U);
    EXPECT_EQ(parseSize("3G").value_or(0), 3'221'225'472U);
    for (const char* const wrong : {"", "5", "M", "0M", "-1M", "1.5M", "30m", "5s", "1KB", "99999999999999G"})
        EXPECT_FALSE(parseSize(wrong)) << wrong;
}

TEST(RecordingProgress, IsOneShortLine)
{
    Progress progress;
    EXPECT_EQ(progressText(progress), "0:00  0 events  0/s  0 lost  0B  0B/s");
    progress = {75 * base::kNsPerSecond, 1'234'567, 103'400, 12, 45'000'000, 3'900'000};
    EXPECT_EQ(progressText(progress), "1:15  1.2M events  103k/s  12 lost  45.0MB  3.9MB/s");
}

/// A file as perf writes it: header, then records.
class PerfFile {
public:
    explicit PerfFile(fs::path path) : m_path(std::move(path))
    {
        std::vector<std::uint64_t> header(13);
        std::memcpy(header.data(), "PERFILE2", 8);
        header[5] = kDataOffset;
        append(header.data(), header.size() * 8);
    }
    void record(std::uint32_t type, const std::vector<std::uint64_t>& body)
    {
        const perf_event_header header{type, 0, static_cast<std::uint16_t>(sizeof header + body.size() * 8)};
        append(&header, sizeof header);
        append(body.data(), body.size() * 8);
    }
    void append(const void* data, std::size_t size)
    {
        std::ofstream(m_path, std::ios::binary | std::ios::app)
            .write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
    }

private:
    static constexpr std::uint64_t kDataOffset = 104;
    fs::path m_path;
};

TEST(RecordingPerfData, IsCountedAsItGrows)
{
    const tests::support::ScratchDirectory scratch;
    const fs::path path = scratch.path() / "perf.data";
    PerfDataScanner scanner(path);
    scanner.update();
    EXPECT_EQ(scanner.counts().events, 0U);
    PerfFile file(path);
    file.record(PERF_RECORD_SAMPLE, {1, 2, 3});
    file.record(PERF_RECORD_COMM, {1});
    scanner.update();
    EXPECT_EQ(scanner.counts().events, 1U);
    // Half a record: counted when its rest is there.
    const perf_event_header half{PERF_RECORD_SAMPLE, 0, 24};
    file.append(&half, sizeof half);
    scanner.update();
    EXPECT_EQ(scanner.counts().events, 1U);
    const std::vector<std::uint64_t> rest(2);
    file.append(rest.data(), 16);
    file.record(PERF_RECORD_LOST, {7, 40}); // id, lost
    file.record(PERF_RECORD_LOST, {8, 2});
    scanner.update();
    EXPECT_EQ(scanner.counts().events, 2U);
    EXPECT_EQ(scanner.counts().lost, 42U);
}

TEST(RecordingPerfData, WhatIsNoneIsNotRead)
{
    const tests::support::ScratchDirectory scratch;
    const fs::path path = scratch.path() / "perf.data";
    std::ofstream(path) << std::string(4096, 'x');
    PerfDataScanner scanner(path);
    scanner.update();
    EXPECT_EQ(scanner.counts().events, 0U);
}

TEST(RecordingFolder, OnlyTheNewestPartsStayByTheirNumber)
{
    const tests::support::ScratchDirectory scratch;
    for (const char* const part : {"a-b-2", "a-b-10", "a-b-9"})
        fs::create_directory(scratch.path() / part);
    EXPECT_EQ(trimArchives(scratch.path(), 0), 11U);
    EXPECT_TRUE(fs::exists(scratch.path() / "a-b-2"));
    EXPECT_EQ(trimArchives(scratch.path(), 2), 11U);
    EXPECT_FALSE(fs::exists(scratch.path() / "a-b-2"));
    EXPECT_TRUE(fs::exists(scratch.path() / "a-b-9"));
    EXPECT_TRUE(fs::exists(scratch.path() / "a-b-10"));
}

TEST(RecordingFolder, OneWithSomethingInItIsRefused)
{
    const tests::support::ScratchDirectory scratch;
    EXPECT_TRUE(makeFolder(scratch.path() / "new" / "run"));
    EXPECT_TRUE(makeFolder(scratch.path() / "new" / "run"));
    const auto refused = makeFolder(scratch.path() / "new");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::Usage);
}

TEST(RecordingProcess, AGatedOneDoesNothingBeforeItIsReleased)
{
    const tests::support::ScratchDirectory scratch;
    const std::string mark = scratch.path() / "mark";
    auto process =
        Process::start({.arguments = {"touch", mark}, .environment = {}, .log = {}, .passed = {}, .isGated = true});
    ASSERT_TRUE(process);
    EXPECT_FALSE(process->waitFor(std::chrono::milliseconds(100)));
    EXPECT_FALSE(fs::exists(mark));
    ASSERT_TRUE(process->release());
    EXPECT_TRUE(process->waitFor(std::chrono::seconds(10)));
    EXPECT_EQ(process->status(), 0);
    EXPECT_TRUE(fs::exists(mark));
}

TEST(RecordingProcess, OneThatDoesNotExistIsToldApart)
{
    const auto absent = Process::start({.arguments = {"/nonexistent"}, .environment = {}, .log = {}, .passed = {}});
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code, base::ErrorCode::NotFound);
}

TEST(RecordingProcess, EndsByWhatEndedIt)
{
    auto process = Process::start({.arguments = {"sleep", "60"}, .environment = {}, .log = {}, .passed = {}});
    ASSERT_TRUE(process);
    EXPECT_TRUE(process->isRunning());
    EXPECT_TRUE(isAlive(process->pid()));
    process->end(SIGTERM, std::chrono::seconds(10));
    EXPECT_EQ(process->status(), 128 + SIGTERM);
    EXPECT_FALSE(isAlive(process->pid()));
}

} // namespace
} // namespace vnscope::recording::session
