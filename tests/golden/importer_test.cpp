// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_case.hpp"
#include "tests/support/session_outcome.hpp"

/// The importer against what other programs say of the same traces.
namespace vnscope::tests {

namespace {

using importer::SessionOptions;
using support::readSession;
using support::SampleCase;

std::map<std::string, std::uint64_t> countsInFile(const std::filesystem::path& file)
{
    std::map<std::string, std::uint64_t> counts;
    std::ifstream in(file);
    std::uint64_t count = 0;
    for (std::string name; in >> count >> name;)
        if (name != "TOTAL")
            counts[name] = count;
    return counts;
}

SessionOptions withJobs(unsigned jobs, std::uint32_t eventsPerSlot = 8192)
{
    SessionOptions options;
    options.jobs = jobs;
    options.eventsPerSlot = eventsPerSlot;
    return options;
}

class SampleTraces : public testing::TestWithParam<const char*> {};

TEST_P(SampleTraces, HaveEveryEventThatBabeltrace2Counted)
{
    const SampleCase sample(GetParam());
    const auto truth = countsInFile(sample.trace().parent_path() / "events.txt");
    ASSERT_FALSE(truth.empty());
    const auto outcome = readSession({sample.trace()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.eventsByClass(), truth);
    EXPECT_TRUE(outcome.isMonotonic);
    EXPECT_THAT(outcome.info.quality, testing::IsEmpty());
    ASSERT_EQ(outcome.info.traces.size(), 1U);
    EXPECT_EQ(outcome.info.traces[0].host, "vnguest");
    EXPECT_EQ(outcome.info.traces[0].domain, "kernel");
    EXPECT_EQ(outcome.info.traces[0].tracer, "lttng-modules 2.13.9");
    EXPECT_EQ(outcome.info.traces[0].kernelRelease, "6.1.0-56-amd64");
}

TEST_P(SampleTraces, AreTheSameWithAnyNumberOfReadersAndAnySlotSize)
{
    const SampleCase sample(GetParam());
    const auto one = readSession({sample.trace()}, withJobs(1));
    for (const auto& options : {withJobs(2), withJobs(1, 16), withJobs(2, 100)}) {
        const auto other = readSession({sample.trace()}, options);
        EXPECT_EQ(other.records, one.records);
        EXPECT_EQ(other.fingerprint, one.fingerprint) << "with " << options.jobs << " readers";
        EXPECT_EQ(other.eventsByClass(), one.eventsByClass());
    }
}

INSTANTIATE_TEST_SUITE_P(Shared, SampleTraces, testing::Values("bridge-vlan-migration", "ovs", "nic-router"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

/// The text between `start` and the next of `ends` in a line that babeltrace2 printed; "-" when it is not there.
std::string between(const std::string& line, std::string_view start, std::string_view ends)
{
    const std::size_t at = line.find(start);
    if (at == std::string::npos)
        return "-";
    const std::size_t begin = at + start.size();
    return line.substr(begin, line.find_first_of(ends, begin) - begin);
}

/// "[0] = 10, [1] = 0x1F" as hexadecimal digits, `width` per element.
std::string hexDigits(const std::string& list, int width)
{
    std::string digits;
    for (std::size_t at = 0; (at = list.find("= ", at)) != std::string::npos; at += 2)
        digits += fmt::format("{:0{}x}", std::stoul(list.substr(at + 2), nullptr, 0), width);
    return digits;
}

/// One packet event as babeltrace2 prints it: the fields that the vocabulary has too.
std::string textOfLine(const std::string& line)
{
    const int width = line.find("flow_lbl") != std::string::npos ? 4 : 2; // IPv6 addresses are printed as words.
    const auto address = [&](std::string_view start) {
        const std::string list =
            line.find(start) == std::string::npos ? "-" : line.substr(line.find(start) + start.size());
        return list == "-" ? list : hexDigits(list.substr(0, list.find(" ]")), width);
    };
    return fmt::format("{} len={} name={} src={} dst={} sport={} dport={} seq={}",
                       std::stoull(between(line, "skbaddr = ", ","), nullptr, 16), between(line, ", len = ", ","),
                       between(line, ", name = ", ","), address(", saddr = ["), address(", daddr = ["),
                       between(line, " source_port = ", ","), between(line, ", dest_port = ", ","),
                       between(line, ", seq = ", ","));
}

std::string textOfEvent(const tracepoints::SkbAtDevice& event, std::string_view device)
{
    const tracepoints::PacketHeaders& headers = event.headers;
    const std::size_t bytes = headers.network == tracepoints::NetworkProtocol::Ipv4   ? 4
                              : headers.network == tracepoints::NetworkProtocol::Ipv6 ? 16
                                                                                      : 0;
    const auto address = [&](const std::array<std::uint8_t, 16>& from) {
        std::string text = bytes == 0 ? "-" : "";
        for (std::size_t i = 0; i < bytes; ++i)
            text += fmt::format("{:02x}", from[i]);
        return text;
    };
    const bool isTcp = headers.transport == tracepoints::TransportProtocol::Tcp;
    const bool hasPorts = isTcp || headers.transport == tracepoints::TransportProtocol::Udp;
    const auto number = [](bool isThere, std::uint64_t value) {
        return isThere ? std::to_string(value) : std::string("-");
    };
    return fmt::format("{} len={} name=\"{}\" src={} dst={} sport={} dport={} seq={}", event.skb, event.length, device,
                       address(headers.source), address(headers.destination), number(hasPorts, headers.sourcePort),
                       number(hasPorts, headers.destinationPort), number(isTcp, headers.tcpSequence));
}

TEST(DecodedFields, AreWhatBabeltrace2PrintsForEveryQueuedPacket)
{
    const SampleCase sample("bridge-vlan-migration");
    std::vector<std::string> truth;
    std::istringstream text(
        support::runProgram("babeltrace2 " + sample.trace().native() + " | grep ' net_dev_queue: '").output);
    for (std::string line; std::getline(text, line);)
        truth.push_back(textOfLine(line));
    ASSERT_EQ(truth.size(), 7474U);

    const std::vector<std::filesystem::path> paths{sample.trace()};
    auto source = importer::openSession(paths);
    ASSERT_TRUE(source);
    std::size_t at = 0;
    while (true) {
        const auto batch = (*source)->next();
        ASSERT_TRUE(batch);
        if (*batch == nullptr)
            break;
        for (const auto& record : (*batch)->events()) {
            if (record.type != tracepoints::EventType::NetDevQueue)
                continue;
            const auto& event = (*batch)->payload<tracepoints::SkbAtDevice>(record);
            ASSERT_LT(at, truth.size());
            ASSERT_EQ(textOfEvent(event, (*source)->strings().text(event.device)), truth[at]) << "packet " << at;
            ++at;
        }
    }
    EXPECT_EQ(at, truth.size());
}

TEST(Window, HoldsExactlyTheEventsInside)
{
    const SampleCase sample("ovs");
    const std::vector<std::filesystem::path> paths{sample.trace()};
    const auto begin = importer::probeBegin(paths);
    ASSERT_TRUE(begin);
    const auto whole = readSession(paths);
    // The session begins with its first event, however long before that its first packet was opened.
    SessionOptions firstInstant;
    firstInstant.window = {base::TimeRange::all().begin, *begin + 1};
    EXPECT_EQ(readSession(paths, firstInstant).records, 1U);

    // Two windows that meet hold every event once.
    const base::Timestamp middle = *begin + 10 * base::kNsPerSecond;
    SessionOptions early;
    early.window = {base::TimeRange::all().begin, middle};
    SessionOptions late;
    late.window = {middle, base::TimeRange::all().end};
    const auto first = readSession(paths, early);
    const auto second = readSession(paths, late);
    EXPECT_GT(first.records, 100U);
    EXPECT_GT(second.records, 1000U);
    EXPECT_EQ(first.records + second.records, whole.records);
    EXPECT_EQ(first.events() + second.events(), whole.events());
    EXPECT_LE(first.info.traces[0].end, middle);
    EXPECT_GE(second.info.traces[0].begin, middle);
}

TEST(ClockCorrection, MovesOneTraceOfASession)
{
    const SampleCase ovs("ovs");
    const SampleCase bridge("bridge-vlan-migration");
    const auto plain = readSession({ovs.trace(), bridge.trace()});
    SessionOptions options;
    options.clockCorrections = {{ovs.trace(), 5 * base::kNsPerSecond}};
    const auto moved = readSession({ovs.trace(), bridge.trace()}, options);
    ASSERT_EQ(plain.info.traces.size(), 2U);
    ASSERT_EQ(moved.info.traces.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const bool isMoved = moved.info.traces[i].path.find("ovs") != std::string::npos;
        EXPECT_EQ(moved.info.traces[i].begin - plain.info.traces[i].begin, isMoved ? 5 * base::kNsPerSecond : 0);
        EXPECT_EQ(moved.info.traces[i].clockOffset, isMoved ? 5 * base::kNsPerSecond : 0);
    }
    EXPECT_EQ(moved.records, plain.records);
}

TEST(Session, FindsTracesBelowAFolderOnceEach)
{
    const SampleCase ovs("ovs");
    const auto all = ovs.trace().parent_path();
    const auto outcome = readSession({all, ovs.trace(), ovs.trace() / "kernel"});
    ASSERT_FALSE(outcome.error);
    EXPECT_EQ(outcome.info.traces.size(), 1U);
    EXPECT_EQ(outcome.events(), 95892U);
}

TEST(Session, StopsWhenAsked)
{
    SessionOptions options;
    options.stopRequested = [] { return true; };
    const auto outcome = readSession({SampleCase("ovs").trace()}, options);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, base::ErrorCode::Cancelled);
}

std::vector<pid_t> childProcesses()
{
    std::ifstream list(fmt::format("/proc/self/task/{}/children", ::getpid()));
    return {std::istream_iterator<pid_t>(list), {}};
}

/// A reader may be brought down at any moment; what it had delivered is not delivered twice, and nothing is missing.
TEST(Session, GoesOnWhenReadersAreKilled)
{
    const SampleCase sample("nic-router");
    const auto whole = readSession({sample.trace()});
    for (const std::size_t firstKill : {1U, 7U, 40U}) {
        const std::vector<std::filesystem::path> paths{sample.trace()};
        auto source = importer::openSession(paths, withJobs(2, 512));
        ASSERT_TRUE(source);
        std::uint64_t records = 0;
        std::size_t kills = 0;
        for (std::size_t batches = 0;; ++batches) {
            const auto batch = (*source)->next();
            ASSERT_TRUE(batch) << batch.error().text();
            if (*batch == nullptr)
                break;
            records += (*batch)->events().size();
            const auto children = childProcesses();
            if (kills < 4 && batches >= firstKill && batches % 5 == 0 && !children.empty()) {
                ::kill(children.front(), SIGKILL);
                ++kills;
            }
        }
        EXPECT_GE(kills, 2U);
        EXPECT_EQ(records, whole.records);
        EXPECT_EQ((*source)->progress().events, whole.events());
    }
}

TEST(Session, TellsItsProgressInBytes)
{
    const std::vector<std::filesystem::path> paths{SampleCase("nic-router").trace()};
    auto source = importer::openSession(paths);
    ASSERT_TRUE(source);
    std::uint64_t last = 0;
    while (true) {
        const auto batch = (*source)->next();
        ASSERT_TRUE(batch);
        const auto progress = (*source)->progress();
        EXPECT_GE(progress.bytesRead, last);
        EXPECT_LE(progress.bytesRead, progress.bytesTotal);
        last = progress.bytesRead;
        if (*batch == nullptr)
            break;
    }
    EXPECT_EQ(last, 1388544U + 2502656U);
}

} // namespace

} // namespace vnscope::tests
