// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <tuple>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ctf_writer.hpp"
#include "tests/support/golden_traces.hpp"

/// babeltrace2 is the judge: what the writer wrote must be read by it whole, as meant, and without a warning.
namespace vnscope::tests::support {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CtfWriterTest : public testing::Test {
protected:
    void SetUp() override
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        m_directory = std::filesystem::temp_directory_path() /
                      (std::string("vnscope-ctf-writer-") + test->name() + "-" + std::to_string(::getpid()));
        std::filesystem::remove_all(m_directory);
    }

    void TearDown() override { std::filesystem::remove_all(m_directory); }

    [[nodiscard]] std::filesystem::path trace() const { return m_directory / "trace"; }

    struct Reading {
        std::string text;
        std::string warnings;
        int status = -1;
    };

    /// What babeltrace2 prints, and what it complains of.
    [[nodiscard]] Reading read(const std::string& options = "") const
    {
        const std::filesystem::path errors = m_directory / "stderr";
        const std::string command = "babeltrace2 --log-level=WARNING --clock-gmt --clock-date " + options + " '" +
                                    trace().string() + "' 2>'" + errors.string() + "'";
        Reading reading;
        FILE* pipe = ::popen(command.c_str(), "r");
        if (pipe == nullptr) {
            return reading;
        }
        std::array<char, 4096> buffer{};
        for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
            reading.text.append(buffer.data(), size);
        }
        reading.status = ::pclose(pipe);
        std::ifstream in(errors);
        reading.warnings.assign(std::istreambuf_iterator<char>(in), {});
        return reading;
    }

    /// Lines of a reading by event name.
    static std::map<std::string, std::uint64_t> countNames(const Reading& reading)
    {
        std::map<std::string, std::uint64_t> counts;
        std::istringstream lines(reading.text);
        for (std::string line; std::getline(lines, line);) {
            const auto begin = line.find(") ") + 2;
            const auto end = line.find(": {", begin);
            const auto host = line.find(' ', begin); // "host name: {…}" when the trace tells its host
            ++counts[line.substr(host < end ? host + 1 : begin, end - (host < end ? host + 1 : begin))];
        }
        return counts;
    }

    static std::uint64_t countLines(const Reading& reading)
    {
        return static_cast<std::uint64_t>(std::count(reading.text.begin(), reading.text.end(), '\n'));
    }

private:
    std::filesystem::path m_directory;
};

struct SpellingCase {
    KernelSpelling spelling;
    const char* receive;
    const char* kfree;
    const char* softirq;
};

void expectStory(const std::map<std::string, std::uint64_t>& counts, const SpellingCase& names,
                 const KernelStoryTruth& truth)
{
    EXPECT_EQ(counts.at(names.receive), truth.received);
    EXPECT_EQ(counts.at(names.kfree), truth.dropped);
    EXPECT_EQ(counts.at(names.softirq), truth.polls);
}

TEST_F(CtfWriterTest, KernelStoryReadsAlikeInEverySpelling)
{
    const std::array cases{
        SpellingCase{KernelSpelling::Lttng26, "netif_receive_skb", "skb_kfree", "softirq_entry"},
        SpellingCase{KernelSpelling::Lttng27, "net_if_receive_skb", "skb_kfree", "irq_softirq_entry"},
        SpellingCase{KernelSpelling::Perf, "net:netif_receive_skb", "skb:kfree_skb", "irq:softirq_entry"}};
    for (const SpellingCase& names : cases) {
        KernelStory story;
        story.cpus = 3;
        story.packetBytes = 4096; // Several packets per stream.
        const auto truth = writeKernelTrace(trace(), names.spelling, story);
        ASSERT_TRUE(truth);
        EXPECT_EQ(truth->received, 300);
        EXPECT_EQ(truth->dropped, 30);
        EXPECT_EQ(truth->sent, 270);

        const Reading reading = read();
        EXPECT_EQ(reading.status, 0);
        EXPECT_THAT(reading.warnings, IsEmpty());
        EXPECT_EQ(countLines(reading), truth->events);
        expectStory(countNames(reading), names, *truth);
        std::filesystem::remove_all(trace());
    }
}

TEST_F(CtfWriterTest, HeadersOfLttng27AreReadAsMeant)
{
    KernelStory story;
    story.cpus = 1;
    story.packetsPerCpu = 1;
    story.dropEvery = 0;
    ASSERT_TRUE(writeKernelTrace(trace(), KernelSpelling::Lttng27, story));
    const Reading reading = read("--clock-seconds");
    EXPECT_THAT(reading.warnings, IsEmpty());
    EXPECT_THAT(reading.text, HasSubstr("version = 4, ihl = 5"));
    EXPECT_THAT(reading.text, HasSubstr("tot_len = 84"));
    EXPECT_THAT(reading.text, HasSubstr("saddr = [ [0] = 10, [1] = 0, [2] = 0, [3] = 1 ]"));
    EXPECT_THAT(reading.text, HasSubstr("source_port = 4000, dest_port = 5000, len = 64"));
    EXPECT_THAT(reading.text, HasSubstr("[1700000000.000000000]"));
    EXPECT_THAT(reading.text, HasSubstr("net_dev_xmit"));
}

TEST_F(CtfWriterTest, DpdkTraceIsReadWhole)
{
    DpdkStory story;
    story.bursts = 40;
    ASSERT_TRUE(writeDpdkTrace(trace(), story));
    const Reading reading = read("--clock-seconds");
    EXPECT_EQ(reading.status, 0);
    EXPECT_THAT(reading.warnings, IsEmpty());
    const auto counts = countNames(reading);
    EXPECT_EQ(counts.at("lib.ethdev.rx.burst"), 80);
    EXPECT_EQ(counts.at("lib.ethdev.tx.burst"), 80);
    EXPECT_THAT(reading.text, HasSubstr("nb_rx = 32"));
    // 10,000 cycles of a 2 GHz clock.
    EXPECT_THAT(reading.text, HasSubstr("[1700000000.000005000]"));
}

class EveryStyle : public CtfWriterTest, public testing::WithParamInterface<std::tuple<TraceStyle, ByteOrder>> {};

TEST_P(EveryStyle, SilencesLongerThanTheShortTimestampKeepTheirTime)
{
    TraceOptions options;
    options.style = std::get<TraceStyle>(GetParam());
    options.byteOrder = std::get<ByteOrder>(GetParam());
    CtfWriter writer(trace(), options);
    const EventClassId id =
        writer.declareEvent("tick", {integerField("narrow", 16), integerField("negative", 32, {.isSigned = true}),
                                     stringField("text"), arrayField("many", 8, 3)});
    CtfStream& stream = writer.addStream(0);
    BitBuffer payload = writer.payload();
    payload.put(0x1234, 16);
    payload.put(static_cast<std::uint64_t>(-5), 32);
    payload.putString("a b");
    payload.putBytes("\1\2\3", 3);
    const std::array<std::uint64_t, 4> times{5, 5 + (1U << 27), 5 + (1ULL << 33), 6 + (1ULL << 33)};
    for (const std::uint64_t time : times) {
        stream.event(id, time, payload);
    }
    ASSERT_TRUE(writer.finish());

    const Reading reading = read("--clock-cycles");
    EXPECT_EQ(reading.status, 0);
    EXPECT_THAT(reading.warnings, IsEmpty());
    EXPECT_EQ(countLines(reading), times.size());
    for (const std::uint64_t time : times) {
        std::string cycles = std::to_string(time);
        cycles.insert(0, 20 - cycles.size(), '0');
        EXPECT_THAT(reading.text, HasSubstr("[" + cycles + "]"));
    }
    EXPECT_THAT(reading.text,
                HasSubstr("narrow = 4660, negative = -5, text = \"a b\", many = [ [0] = 1, [1] = 2, [2] = 3 ]"));
}

INSTANTIATE_TEST_SUITE_P(Styles, EveryStyle,
                         testing::Combine(testing::Values(TraceStyle::LttngCompact, TraceStyle::LttngLarge,
                                                          TraceStyle::Perf, TraceStyle::Dpdk),
                                          testing::Values(ByteOrder::Little, ByteOrder::Big)));

TEST_F(CtfWriterTest, DiscardedEventsAreTold)
{
    CtfWriter writer(trace(), {});
    const EventClassId id = writer.declareEvent("tick", {integerField("n", 32)});
    CtfStream& stream = writer.addStream(0);
    BitBuffer payload = writer.payload();
    payload.put(1, 32);
    stream.event(id, 100, payload);
    stream.endPacket();
    stream.event(id, 200, payload);
    stream.discard(17);
    ASSERT_TRUE(writer.finish());
    const Reading reading = read();
    EXPECT_EQ(countLines(reading), 2);
    EXPECT_THAT(reading.warnings, HasSubstr("discarded 17 events"));
}

TEST_F(CtfWriterTest, AFileThatCannotBeWrittenIsAnError)
{
    CtfWriter writer("/proc/no-such-place", {});
    writer.addStream(0);
    EXPECT_FALSE(writer.finish());
}

} // namespace

} // namespace vnscope::tests::support
