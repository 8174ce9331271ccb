// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "importer/trace_clock.hpp"
#include "tests/support/ctf_writer.hpp"
#include "tests/support/golden_traces.hpp"
#include "tests/support/sample_case.hpp"
#include "tests/support/session_outcome.hpp"

/// The importer on traces that the test writes itself, event by event.
namespace vnscope::tests {

namespace {

using importer::SessionOptions;
using support::CtfStream;
using support::CtfWriter;
using support::readSession;
using support::ScratchDirectory;
using support::SessionOutcome;
using support::TraceOptions;
using support::TraceStyle;
using tracepoints::EventType;

/// A trace of one kind of event, `softirq_entry`, with the vector as its only field.
class SoftirqTrace final {
public:
    SoftirqTrace(const std::filesystem::path& directory, TraceOptions options) : m_writer(directory, std::move(options))
    {
        m_event = m_writer.declareEvent("softirq_entry", {support::integerField("vec", 32)});
    }

    CtfStream& addStream(std::uint32_t cpu) { return m_writer.addStream(cpu); }
    void add(CtfStream& stream, std::uint64_t time, std::uint32_t vector)
    {
        auto payload = m_writer.payload();
        payload.put(vector, 32);
        stream.event(m_event, time, payload);
    }
    void finish() { ASSERT_TRUE(m_writer.finish()); }

private:
    CtfWriter m_writer;
    support::EventClassId m_event{};
};

TraceOptions styled(TraceStyle style)
{
    TraceOptions options;
    options.style = style;
    return options;
}

struct Seen {
    std::int64_t ns;
    std::uint32_t vector;
    std::uint16_t cpu;
    bool operator==(const Seen&) const = default;
};

std::vector<Seen> softirqs(const std::filesystem::path& directory, const SessionOptions& options = {})
{
    std::vector<Seen> seen;
    const std::vector<std::filesystem::path> paths{directory};
    auto source = importer::openSession(paths, options);
    while (source) {
        const auto batch = (*source)->next();
        if (!batch || *batch == nullptr)
            break;
        for (const auto& record : (*batch)->events())
            if (record.type == EventType::SoftirqEntry)
                seen.push_back({record.time.ns, (*batch)->payload<tracepoints::Softirq>(record).vector, record.cpu});
    }
    return seen;
}

TEST(MergeOrder, IsByTimeThenStreamWithAnyNumberOfReaders)
{
    const ScratchDirectory scratch;
    SoftirqTrace trace(scratch.path(), styled(TraceStyle::Perf));
    constexpr std::uint32_t kStreams = 40;
    constexpr std::uint32_t kEvents = 200;
    std::vector<CtfStream*> streams;
    for (std::uint32_t cpu = 0; cpu < kStreams; ++cpu)
        streams.push_back(&trace.addStream(cpu));
    for (std::uint32_t i = 0; i < kEvents; ++i)
        for (std::uint32_t cpu = 0; cpu < kStreams; ++cpu)
            trace.add(*streams[cpu], 1'000'000 + 1000 * i + (cpu % 4 == 0 ? 0 : 13 * cpu), i); // Every fourth ties.
    trace.finish();

    SessionOptions options;
    options.jobs = 1;
    const auto one = softirqs(scratch.path(), options);
    ASSERT_EQ(one.size(), kStreams * kEvents);
    EXPECT_TRUE(std::ranges::is_sorted(one, {}, &Seen::ns));
    for (const unsigned jobs : {2U, 3U, 7U}) {
        options.jobs = jobs;
        options.eventsPerSlot = 64;
        EXPECT_EQ(softirqs(scratch.path(), options), one) << jobs << " readers";
    }
}

/// Batches of packet ids in sequences of `bits`: batch i has (i % 70) + 1 ids, i, i + 1, …; some are late.
void writeBatches(const std::filesystem::path& directory, unsigned bits, std::uint32_t batches)
{
    CtfWriter writer(directory, styled(TraceStyle::Perf));
    const auto event = writer.declareEvent(
        "vnscope_nf:write",
        {support::integerField("element", 32), support::integerField("queue", 32), support::integerField("count", 16),
         support::integerField("_ids_length", 16),
         support::rawField(fmt::format("integer {{ size = {}; align = 8; }} _ids[ __ids_length ];", bits))});
    CtfStream& stream = writer.addStream(0);
    for (std::uint32_t i = 0; i < batches; ++i) {
        const std::uint32_t ids = i % 70 + 1;
        auto payload = writer.payload();
        payload.put(i, 32);
        payload.put(7, 32);
        payload.put(ids, 16);
        payload.put(ids, 16);
        for (std::uint32_t id = 0; id < ids; ++id)
            payload.put(i + id, bits);
        stream.event(event, 10'000'000 + 1000 * i - (i % 300 == 299 ? 20'500 : 0), payload);
    }
    ASSERT_TRUE(writer.finish());
}

class PacketIdBatches : public testing::TestWithParam<std::tuple<unsigned, std::uint32_t>> {};

TEST_P(PacketIdBatches, KeepTheirOwnIdsInAnySlotAndWhenLate)
{
    const auto [bits, eventsPerSlot] = GetParam();
    const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    constexpr std::uint32_t kBatches = 5000; // 2.7 MB of payloads: several slots.
    const ScratchDirectory scratch;
    writeBatches(scratch.path(), bits, kBatches);
    SessionOptions options;
    options.eventsPerSlot = eventsPerSlot;
    const std::vector<std::filesystem::path> paths{scratch.path()};
    auto source = importer::openSession(paths, options);
    ASSERT_TRUE(source) << source.error().text();
    std::vector<bool> seen(kBatches);
    for (auto batch = (*source)->next(); batch && *batch != nullptr; batch = (*source)->next())
        for (const auto& record : (*batch)->events()) {
            ASSERT_EQ(record.type, EventType::NfWrite);
            const auto& write = (*batch)->payload<tracepoints::NfBatch>(record);
            const std::uint64_t ids = write.element % 70 + 1;
            ASSERT_EQ(write.packets, ids);
            ASSERT_EQ(write.ids.count, ids);
            ASSERT_EQ(write.ids.view().size(), std::min<std::uint64_t>(ids, 64));
            for (std::uint64_t id = 0; id < write.ids.view().size(); ++id)
                ASSERT_EQ(write.ids.view()[id], (write.element + id) & mask) << "batch " << write.element;
            seen.at(write.element) = true;
        }
    EXPECT_EQ(std::ranges::count(seen, true), kBatches);
}

INSTANTIATE_TEST_SUITE_P(Importer, PacketIdBatches,
                         testing::Combine(testing::Values(8U, 16U, 32U, 64U), testing::Values(16U, 8192U)));

TEST(TimeGoingBackwards, IsRepairedWithinTheWindow)
{
    const ScratchDirectory scratch;
    SoftirqTrace trace(scratch.path(), styled(TraceStyle::Perf));
    CtfStream& stream = trace.addStream(0);
    constexpr std::uint32_t kEvents = 20'000;
    std::uint64_t late = 0;
    for (std::uint32_t i = 0; i < kEvents; ++i) {
        const bool isLate = i >= 3000 && i % 500 == 0;
        late += isLate ? 1 : 0;
        trace.add(stream, 10'000'000 + 1000 * i - (isLate ? 2'500'500 : 0), i); // 2500 events too late.
    }
    trace.finish();

    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_NE(outcome.quality("time_went_backwards"), nullptr);
    EXPECT_EQ(outcome.quality("time_went_backwards")->count, late);
    EXPECT_EQ(outcome.quality("time_clamped"), nullptr);
    EXPECT_TRUE(outcome.isMonotonic);

    const auto seen = softirqs(scratch.path());
    ASSERT_EQ(seen.size(), kEvents);
    for (const Seen& event : seen) {
        const bool isLate = event.vector >= 3000 && event.vector % 500 == 0;
        ASSERT_EQ(event.ns, 10'000'000 + 1000 * static_cast<std::int64_t>(event.vector) - (isLate ? 2'500'500 : 0));
    }
}

TEST(TimeGoingBackwards, IsClampedBeyondTheWindow)
{
    const ScratchDirectory scratch;
    SoftirqTrace trace(scratch.path(), styled(TraceStyle::Perf));
    CtfStream& stream = trace.addStream(0);
    for (std::uint32_t i = 0; i < 1000; ++i)
        trace.add(stream, 10'000'000 + 1000 * i, i);
    trace.add(stream, 10'000'500, 1000); // Belongs after the first event.
    trace.finish();

    SessionOptions options;
    options.eventsPerSlot = 32;
    const SessionOutcome outcome = readSession({scratch.path()}, options);
    EXPECT_EQ(outcome.records, 1001U);
    EXPECT_TRUE(outcome.isMonotonic);
    ASSERT_NE(outcome.quality("time_clamped"), nullptr);
    EXPECT_EQ(outcome.quality("time_clamped")->count, 1U);
}

TEST(LostEvents, AreInTheStreamOfEventsAndCounted)
{
    const ScratchDirectory scratch;
    SoftirqTrace trace(scratch.path(), styled(TraceStyle::LttngLarge));
    CtfStream& stream = trace.addStream(0);
    trace.add(stream, 1000, 1);
    stream.endPacket();
    trace.add(stream, 2000, 2);
    stream.discard(5);
    stream.endPacket();
    stream.skipPackets(3);
    trace.add(stream, 3000, 3);
    stream.discard(7);
    stream.endPacket();
    trace.add(stream, 4000, 4);
    trace.finish();

    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.events(), 4U);
    EXPECT_EQ(outcome.countedLosses, 12U);
    EXPECT_EQ(outcome.lostPackets, 3U);
    EXPECT_TRUE(outcome.isMonotonic);
    EXPECT_EQ(outcome.info.traces[0].discardedEvents, 12U);
    EXPECT_EQ(outcome.info.traces[0].discardedPackets, 3U);
    ASSERT_NE(outcome.quality("discarded_events"), nullptr);
    EXPECT_EQ(outcome.quality("discarded_events")->severity, base::Severity::DataLoss);
    EXPECT_EQ(outcome.quality("discarded_events")->count, 12U);
    EXPECT_THAT(outcome.quality("discarded_events")->advice, testing::HasSubstr("--subbuf-size"));
    ASSERT_NE(outcome.quality("discarded_packets"), nullptr);
    EXPECT_EQ(outcome.quality("discarded_packets")->count, 3U);
}

TEST(LostEvents, BeforeTheFirstPacketHaveNoNumber)
{
    const ScratchDirectory scratch;
    SoftirqTrace trace(scratch.path(), styled(TraceStyle::LttngLarge));
    CtfStream& stream = trace.addStream(0);
    stream.discard(9);
    trace.add(stream, 1000, 1);
    trace.finish();
    const SessionOutcome outcome = readSession({scratch.path()});
    EXPECT_EQ(outcome.countedLosses, 0U);
    EXPECT_NE(outcome.quality("discarded_events_uncounted"), nullptr);
}

class Spelling : public testing::TestWithParam<support::KernelSpelling> {};

TEST_P(Spelling, TellsTheSameStory)
{
    const ScratchDirectory scratch;
    const auto truth = support::writeKernelTrace(scratch.path(), GetParam());
    ASSERT_TRUE(truth);
    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.events(), truth->events);
    EXPECT_EQ(outcome.records, truth->events) << "every event of the story is understood";
    // perf does not say what its clock counts from.
    EXPECT_EQ(outcome.info.quality.size(), GetParam() == support::KernelSpelling::Perf ? 1U : 0U);
    EXPECT_EQ(outcome.quality("clock_without_epoch") != nullptr, GetParam() == support::KernelSpelling::Perf);
    EXPECT_EQ(outcome.info.traces[0].domain, GetParam() == support::KernelSpelling::Perf ? "perf" : "kernel");
    std::map<std::string, std::uint64_t> bySchema;
    for (const auto& eventClass : outcome.info.eventClasses)
        bySchema[eventClass.schema] += eventClass.count;
    EXPECT_EQ(bySchema["net_if_receive_skb"], truth->received);
    EXPECT_EQ(bySchema["net_dev_queue"], truth->queued);
    EXPECT_EQ(bySchema["net_dev_xmit"], truth->sent);
    EXPECT_EQ(bySchema["skb_kfree"], truth->dropped);
    EXPECT_EQ(bySchema["napi_poll"], truth->polls);
}

INSTANTIATE_TEST_SUITE_P(All, Spelling,
                         testing::Values(support::KernelSpelling::Lttng26, support::KernelSpelling::Lttng27,
                                         support::KernelSpelling::Perf));

TEST(Dpdk, IsRead)
{
    const ScratchDirectory scratch;
    const support::DpdkStory story;
    ASSERT_TRUE(support::writeDpdkTrace(scratch.path(), story));
    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.info.traces[0].domain, "dpdk");
    EXPECT_EQ(outcome.records, std::uint64_t{2} * story.threads * story.bursts);
}

TEST(UnknownEvents, AreCountedByName)
{
    const ScratchDirectory scratch;
    CtfWriter writer(scratch.path(), styled(TraceStyle::LttngLarge));
    const auto known = writer.declareEvent("softirq_entry", {support::integerField("vec", 32)});
    const auto unknown = writer.declareEvent("made_up", {support::stringField("text")});
    const auto lacking = writer.declareEvent("net_dev_xmit", {support::integerField("rc", 32)});
    CtfStream& stream = writer.addStream(0);
    for (std::uint64_t i = 0; i < 5; ++i) {
        auto number = writer.payload();
        number.put(3, 32);
        auto text = writer.payload();
        text.putString("hello");
        stream.event(known, 1000 + 10 * i, number);
        stream.event(unknown, 1001 + 10 * i, text);
        stream.event(lacking, 1002 + 10 * i, number);
    }
    ASSERT_TRUE(writer.finish());

    const SessionOutcome outcome = readSession({scratch.path()});
    EXPECT_EQ(outcome.records, 5U);
    EXPECT_EQ(outcome.events(), 15U);
    EXPECT_EQ(outcome.eventsByClass().at("made_up"), 5U);
    const auto xmit = std::ranges::find(outcome.info.eventClasses, "net_dev_xmit", &tracepoints::EventClassInfo::name);
    ASSERT_NE(xmit, outcome.info.eventClasses.end());
    EXPECT_EQ(xmit->schema, "");
    EXPECT_EQ(xmit->missingFields, "skbaddr,len,name");
    EXPECT_NE(outcome.quality("event_not_understood"), nullptr);
}

TEST(ManyNames, AreBounded)
{
    const ScratchDirectory scratch;
    CtfWriter writer(scratch.path(), styled(TraceStyle::LttngLarge));
    const auto xmit =
        writer.declareEvent("net_dev_xmit", {support::integerField("skbaddr", 64), support::integerField("len", 32),
                                             support::stringField("name")});
    CtfStream& stream = writer.addStream(0);
    constexpr std::uint64_t kNames = 12'000;
    for (std::uint64_t i = 0; i < kNames; ++i) {
        auto payload = writer.payload();
        payload.put(i, 64);
        payload.put(60, 32);
        payload.putString(std::string(2000, 'n') + std::to_string(i)); // Cut to 1024 bytes: one name.
        stream.event(xmit, 1000 + 2 * i, payload);
        auto distinct = writer.payload();
        distinct.put(i, 64);
        distinct.put(60, 32);
        distinct.putString(std::to_string(i) + std::string(1000, 'n')); // 12 MB of names in all.
        stream.event(xmit, 1001 + 2 * i, distinct);
    }
    ASSERT_TRUE(writer.finish());
    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.records, 2 * kNames);
}

/// Metadata may declare events of no size, of which a packet holds any number.
TEST(EventsOfNoSize, DoNotGoOnForever)
{
    const ScratchDirectory scratch;
    const auto write = [&](const char* name, const std::string& content) {
        std::ofstream(scratch.path() / name, std::ios::binary) << content;
    };
    write("metadata", R"(/* CTF 1.8 */
typealias integer { size = 64; align = 8; signed = false; } := uint64_t;
trace { major = 1; minor = 8; byte_order = le; };
clock { name = c; freq = 1000000000; };
typealias integer { size = 64; align = 8; signed = false; map = clock.c.value; } := time_t;
stream { packet.context := struct { time_t timestamp_begin; time_t timestamp_end; uint64_t content_size; uint64_t packet_size; }; };
event { name = softirq_entry; fields := struct { }; };
)");
    std::string stream(100, '\0');
    stream[8] = 100;
    stream[16] = stream[24] = 32; // 0x0320 bits
    stream[17] = stream[25] = 3;
    write("s_0", stream);
    const SessionOutcome outcome = readSession({scratch.path()});
    EXPECT_LE(outcome.events(), 100U);
}

TEST(Clocks, OfTwoHostsAreSaidToBeUncertain)
{
    const ScratchDirectory scratch;
    for (const char* host : {"one", "two"}) {
        TraceOptions options = styled(TraceStyle::LttngLarge);
        options.environment = {{"hostname", std::string(host)}};
        SoftirqTrace trace(scratch.path() / host, options);
        trace.add(trace.addStream(0), 1000, 1);
        trace.finish();
    }
    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.info.traces.size(), 2U);
    EXPECT_NE(outcome.quality("clocks_not_correlated"), nullptr);
}

/// What distinguishes two recordings of one second of a host, by LTTng and by perf.
struct TwoTracers {
    std::string perfHost = "one";
    std::string perfClock = "monotonic";
    std::uint64_t perfOffsetSeconds = 1000;
    std::uint64_t perfOffsetCycles = 500'002'902; ///< Measured 2098 ns too early.
};

/// LTTng saw softirq 2 at 10,000 ns of the clock, perf softirqs 1 and 3 a nanosecond before and after.
void writeTwoTracers(const std::filesystem::path& folder, const TwoTracers& story)
{
    TraceOptions lttng = styled(TraceStyle::LttngLarge);
    lttng.environment = {{"hostname", std::string("one")}, {"tracer_name", std::string("lttng-modules")}};
    lttng.clock.offsetSeconds = 1000;
    lttng.clock.offsetCycles = 500'005'000;
    lttng.clock.uuid = "1c0147a3-a508-418b-be10-dadb637337c1"; // Of the boot; perf makes one up.
    SoftirqTrace kernel(folder / "lttng", lttng);
    kernel.add(kernel.addStream(0), 10'000, 2);
    kernel.finish();
    TraceOptions options = styled(TraceStyle::Perf);
    options.environment = {{"host", story.perfHost}, {"tracer_name", std::string("perf")}};
    options.clock = {"perf_clock",           1'000'000'000,   story.perfOffsetSeconds,
                     story.perfOffsetCycles, story.perfClock, "499565fb-0054-4cf5-afe7-fc8776bb7c79"};
    SoftirqTrace perf(folder / "perf", options);
    CtfStream& stream = perf.addStream(0);
    perf.add(stream, 9'999, 1);
    perf.add(stream, 10'001, 3);
    perf.finish();
}

TEST(Clocks, OfLttngAndPerfOnOneHostAreOne)
{
    const ScratchDirectory scratch;
    writeTwoTracers(scratch.path(), {});
    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.quality("clocks_not_correlated"), nullptr);
    EXPECT_EQ(outcome.quality("clock_without_epoch"), nullptr);
    ASSERT_EQ(outcome.info.traces.size(), 2U);
    EXPECT_EQ(outcome.info.traces[0].clockOffset, 0);
    EXPECT_EQ(outcome.info.traces[1].clockOffset, 2098);
    constexpr std::int64_t kMiddle = 1'000'500'015'000;
    EXPECT_THAT(softirqs(scratch.path()),
                testing::ElementsAre(Seen{kMiddle - 1, 1, 0}, Seen{kMiddle, 2, 0}, Seen{kMiddle + 1, 3, 0}));
}

class OtherClock : public testing::TestWithParam<TwoTracers> {};

TEST_P(OtherClock, IsLeftAsItIsAndSaid)
{
    const ScratchDirectory scratch;
    writeTwoTracers(scratch.path(), GetParam());
    const SessionOutcome outcome = readSession({scratch.path()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_NE(outcome.quality("clocks_not_correlated"), nullptr);
    EXPECT_NE(outcome.quality("clock_without_epoch"), nullptr);
    EXPECT_EQ(outcome.info.traces.at(1).clockOffset, 0);
}

INSTANTIATE_TEST_SUITE_P(All, OtherClock,
                         testing::Values(TwoTracers{.perfHost = "two"}, TwoTracers{.perfClock = "perf clock"},
                                         TwoTracers{.perfClock = "monotonic_raw"},
                                         TwoTracers{.perfOffsetSeconds = 1001}));

TEST(Clocks, OfSeveralTracesOfPerfAreOne)
{
    using importer::MonotonicClock;
    const std::vector<std::optional<MonotonicClock>> clocks{
        MonotonicClock{"one", 5'000, false}, std::nullopt, MonotonicClock{"one", 7'000, false},
        MonotonicClock{"two", 5'000, false}, MonotonicClock{"one", 9'000'000'000, true}};
    const auto shared = importer::findSharedClocks(clocks);
    ASSERT_EQ(shared.size(), clocks.size());
    EXPECT_FALSE(shared[0]) << "LTTng's is of another boot";
    ASSERT_TRUE(shared[2]);
    EXPECT_EQ(shared[2]->trace, 0U);
    EXPECT_EQ(shared[2]->add, -2'000);
    EXPECT_FALSE(shared[1] || shared[3] || shared[4]);
}

TEST(Clocks, MetadataOfNonsenseNamesNone)
{
    const std::string good = "\nenv {\n\thost = \"h\";\n\ttracer_name = \"perf\";\n};\nclock {\n\tdescription = "
                             "\"monotonic\";\n\tfreq = 1000000000;\n\toffset = 12;\n};\n";
    ASSERT_TRUE(importer::monotonicClock(good));
    EXPECT_EQ(importer::monotonicClock(good)->offset, 12);
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return importer::monotonicClock(text);
    };
    EXPECT_FALSE(with("offset = 12", "offset = 99999999999999999999"));
    EXPECT_FALSE(with("offset = 12", "offset = -12"));
    EXPECT_FALSE(with("offset = 12", "offset = twelve"));
    EXPECT_FALSE(with("1000000000", "1000"));
    EXPECT_FALSE(with("\"h\"", "\"\""));
    EXPECT_FALSE(with("clock {", "clock"));
    for (std::size_t length = 0; length < good.size() - 10; ++length)
        (void)importer::monotonicClock(std::string_view(good).substr(0, length));
    EXPECT_FALSE(importer::monotonicClock(""));
}

/// A session folder with a trace of perf in it, and this session file.
SessionOutcome readWithSessionFile(const std::filesystem::path& folder, std::string_view text)
{
    SoftirqTrace trace(folder / "perf" / "ctf", styled(TraceStyle::Perf));
    trace.add(trace.addStream(0), 1000, 1);
    trace.finish();
    std::ofstream(folder / "session.json", std::ios::binary) << text;
    return readSession({folder});
}

TEST(SessionFile, SaysWhatPerfLostAndWhatWentWrong)
{
    const ScratchDirectory scratch;
    const SessionOutcome outcome = readWithSessionFile(scratch.path(), R"({
        "format": 1, "is_complete": true, "remarks": ["this kernel has no events of bridges"],
        "sources": [
            {"name": "perf", "state": "recorded", "detail": "net:*", "events": 1, "lost_events": 12345, "lost_packets": 0},
            {"name": "lttng_user", "state": "recorded", "detail": "", "events": null, "lost_events": 77, "lost_packets": 0},
            {"name": "agent", "state": "ended_early", "detail": "it died", "events": null, "lost_events": 0},
            {"name": "preload", "state": "not_recorded", "detail": "no library", "lost_events": 0}]})");
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    const base::DataQuality* const lost = outcome.quality("discarded_events");
    ASSERT_NE(lost, nullptr);
    EXPECT_EQ(lost->severity, base::Severity::DataLoss);
    EXPECT_EQ(lost->count, 12'345U);
    EXPECT_EQ(lost->trace.value, 0U);
    EXPECT_EQ(outcome.info.traces.at(0).discardedEvents, 12'345U) << "LTTng counts in its own traces";
    const base::DataQuality* const ended = outcome.quality("tracer_ended_early");
    ASSERT_NE(ended, nullptr);
    EXPECT_EQ(ended->severity, base::Severity::DataLoss);
    EXPECT_THAT(ended->message, testing::HasSubstr("agent ended before the recording did: it died"));
    ASSERT_NE(outcome.quality("source_not_recorded"), nullptr);
    EXPECT_EQ(outcome.quality("source_not_recorded")->severity, base::Severity::Info);
    ASSERT_NE(outcome.quality("recording_remark"), nullptr);
    EXPECT_THAT(outcome.quality("recording_remark")->message, testing::HasSubstr("no events of bridges"));
    EXPECT_EQ(outcome.quality("recording_not_ended"), nullptr);
}

TEST(SessionFile, OfAKilledRecordingIsSaidToBe)
{
    const ScratchDirectory scratch;
    const SessionOutcome outcome =
        readWithSessionFile(scratch.path(), R"({"format": 1, "is_complete": false, "sources": [], "remarks": []})");
    EXPECT_NE(outcome.quality("recording_not_ended"), nullptr);
    EXPECT_EQ(outcome.quality("discarded_events"), nullptr);
}

TEST(SessionFile, AboveWhatWasNamedIsNotRead)
{
    const ScratchDirectory scratch;
    (void)readWithSessionFile(scratch.path(), R"({"format": 1, "is_complete": false, "sources": []})");
    EXPECT_EQ(readSession({scratch.path() / "perf"}).quality("recording_not_ended"), nullptr);
    EXPECT_NE(readSession({scratch.path() / ""}).quality("recording_not_ended"), nullptr);
}

TEST(SessionFile, OfNonsenseIsSaidAndDoesNoHarm)
{
    for (const std::string& text :
         {std::string(), std::string("{\"format\": 2, \"sources\": []}"), std::string("[]"), std::string("{\"format\""),
          std::string(300'000, '['), std::string("\xff\xfe\0x", 4), std::string(2'000'000, ' ') + "{}"}) {
        const ScratchDirectory scratch;
        const SessionOutcome outcome = readWithSessionFile(scratch.path(), text);
        EXPECT_FALSE(outcome.error);
        EXPECT_EQ(outcome.events(), 1U);
        EXPECT_NE(outcome.quality("session_file_not_understood"), nullptr) << text.substr(0, 20);
    }
    const ScratchDirectory scratch;
    std::string many = R"({"format": 1, "is_complete": "yes", "remarks": [1, {}, null], "sources": [4, {"name": 7}, )"
                       R"({"name": "../perf", "lost_events": 5}, {"name": "..", "lost_events": 5}, )"
                       R"({"name": "perf", "state": [], "lost_events": 18446744073709551615})";
    for (int i = 0; i < 10'000; ++i)
        many += R"(,{"name": "x\u0007", "state": "ended_early", "lost_events": -1})";
    const SessionOutcome outcome = readWithSessionFile(scratch.path(), many + "]}");
    EXPECT_FALSE(outcome.error);
    EXPECT_EQ(outcome.info.traces.at(0).discardedEvents, std::uint64_t{1} << 48U) << "only the folder beside the file";
    EXPECT_LT(outcome.info.quality.size(), 200U);
    for (const base::DataQuality& quality : outcome.info.quality)
        EXPECT_EQ(quality.message.find('\x07'), std::string::npos);
}

} // namespace

} // namespace vnscope::tests
