// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "importer/worker.hpp"
#include "tests/support/sample_case.hpp"
#include "tests/support/session_outcome.hpp"

/// Damaged inputs, each made here from a recorded trace. What is not damaged must be read whole, counted exactly; what
/// is damaged must cost no more than itself; and there is one sentence about it. The recorded trace's streams `ch_0`
/// and `ch_1` hold three packets each.
namespace vnscope::tests {

namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using importer::SessionOptions;
using support::readSession;
using support::SampleCase;
using support::ScratchDirectory;
using support::SessionOutcome;
using tracepoints::StreamState;

using Bytes = std::vector<char>;

constexpr std::size_t kPacketsPerStream = 3;
constexpr std::size_t kPacketBytes = 1048576; ///< Of all packets but a stream's last.

// Where lttng-modules puts the fields of a packet's header and context.
constexpr std::size_t kMagicAt = 0;
constexpr std::size_t kUuidAt = 4;
constexpr std::size_t kStreamIdAt = 20;
constexpr std::size_t kBeginTimeAt = 32;
constexpr std::size_t kContentSizeAt = 48;
constexpr std::size_t kPacketSizeAt = 56;
constexpr std::size_t kDiscardedAt = 72;
constexpr std::size_t kEventsAt = 128;

Bytes readFile(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeFile(const fs::path& file, const Bytes& bytes)
{
    fs::remove(file);
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void writeText(const fs::path& file, std::string_view text)
{
    writeFile(file, Bytes(text.begin(), text.end()));
}

Bytes randomBytes(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    Bytes bytes(count);
    std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
    return bytes;
}

/// A copy of the recorded trace, to be damaged.
class Trace final {
public:
    Trace() : m_folder(m_scratch.path() / "kernel")
    {
        fs::copy(SampleCase("bridge-vlan-migration").trace() / "kernel", m_folder, fs::copy_options::recursive);
    }

    [[nodiscard]] const fs::path& folder() const { return m_folder; }
    [[nodiscard]] fs::path file(const std::string& name) const { return m_folder / name; }
    [[nodiscard]] fs::path index(const std::string& stream) const { return m_folder / "index" / (stream + ".idx"); }
    [[nodiscard]] fs::path metadata() const { return m_folder / "metadata"; }
    [[nodiscard]] const fs::path& scratch() const { return m_scratch.path(); }

    void edit(const fs::path& path, const std::function<void(Bytes&)>& change) const
    {
        Bytes bytes = readFile(path);
        change(bytes);
        writeFile(path, bytes);
    }
    void overwrite(const std::string& stream, std::size_t packet, std::size_t at, const Bytes& with) const
    {
        edit(file(stream), [&](Bytes& bytes) {
            std::ranges::copy(with, bytes.begin() + static_cast<std::ptrdiff_t>(packet * kPacketBytes + at));
        });
    }
    void setNumber(const std::string& stream, std::size_t packet, std::size_t at, std::uint64_t value) const
    {
        Bytes bytes(sizeof value);
        std::memcpy(bytes.data(), &value, sizeof value);
        overwrite(stream, packet, at, bytes);
    }
    [[nodiscard]] std::uint64_t number(const std::string& stream, std::size_t packet, std::size_t at) const
    {
        const Bytes bytes = readFile(file(stream));
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data() + packet * kPacketBytes + at, sizeof value);
        return value;
    }

private:
    ScratchDirectory m_scratch;
    fs::path m_folder;
};

Bytes packetOf(const Bytes& stream, std::size_t packet)
{
    const auto begin = static_cast<std::ptrdiff_t>(packet * kPacketBytes);
    const auto end = packet + 1 == kPacketsPerStream ? stream.end() : stream.begin() + begin + kPacketBytes;
    return {stream.begin() + begin, end};
}

/// Events in each packet of a stream, counted by reading a sound trace of that one packet.
const std::vector<std::uint64_t>& eventsByPacket(const std::string& stream)
{
    static std::map<std::string, std::vector<std::uint64_t>> known;
    std::vector<std::uint64_t>& counts = known[stream];
    for (std::size_t packet = counts.size(); packet < kPacketsPerStream; ++packet) {
        const Trace trace;
        trace.edit(trace.file(stream), [&](Bytes& bytes) { bytes = packetOf(bytes, packet); });
        fs::remove(trace.index(stream));
        counts.push_back(readSession({trace.folder()}).eventsOf(stream));
    }
    return counts;
}

std::uint64_t eventsOf(const std::string& stream)
{
    const auto& counts = eventsByPacket(stream);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::uint64_t eventsWithout(const std::string& stream, const std::vector<std::size_t>& packets)
{
    std::uint64_t events = eventsOf(stream);
    for (const std::size_t packet : packets)
        events -= eventsByPacket(stream)[packet];
    return events;
}

/// One sentence, for people: no list of causes, no line breaks.
void expectSentence(const std::string& text)
{
    EXPECT_TRUE(text.ends_with('.')) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_EQ(text.find("CAUSED BY"), std::string::npos) << text;
    EXPECT_LT(text.size(), 400U) << text;
}

void expectSentences(const SessionOutcome& outcome)
{
    if (outcome.error)
        expectSentence(outcome.error->message);
    for (const base::DataQuality& quality : outcome.info.quality)
        expectSentence(quality.message);
}

void expectNothingLeftBehind()
{
    const std::string ours = "vnscope-import-" + std::to_string(::getpid()) + "-";
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path()))
        EXPECT_FALSE(entry.path().filename().native().starts_with(ours)) << entry.path();
}

constexpr std::size_t kAll = ~std::size_t{0};

/// What is done to stream ch_1 (ch_0 stays sound and must be read whole), and what that may cost.
struct StreamCase {
    const char* name;
    std::function<void(const Trace&)> damage;
    std::vector<std::size_t> lostPackets; ///< Of ch_1; {kAll}: anything between nothing and everything is allowed.
    const char* quality;                  ///< The kind that must be reported; nullptr: none at all.
};

void PrintTo(const StreamCase& streamCase, std::ostream* out)
{
    *out << streamCase.name;
}

class DamagedStream : public testing::TestWithParam<StreamCase> {};

TEST_P(DamagedStream, CostsOnlyItsDamagedPackets)
{
    const Trace trace;
    GetParam().damage(trace);
    const SessionOutcome outcome = readSession({trace.folder()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.eventsOf("ch_0"), eventsOf("ch_0"));
    EXPECT_EQ(outcome.stateOf("ch_0"), StreamState::Whole);
    EXPECT_TRUE(outcome.isMonotonic);

    const std::vector<std::size_t>& lost = GetParam().lostPackets;
    if (lost == std::vector{kAll})
        EXPECT_LE(outcome.eventsOf("ch_1"), eventsOf("ch_1"));
    else
        EXPECT_EQ(outcome.eventsOf("ch_1"), eventsWithout("ch_1", lost));
    if (GetParam().quality != nullptr)
        EXPECT_NE(outcome.quality(GetParam().quality), nullptr) << GetParam().quality;
    else
        EXPECT_THAT(outcome.info.quality, testing::IsEmpty()) << outcome.info.quality.front().message;
    expectSentences(outcome);
    expectNothingLeftBehind();
}

const std::vector<std::size_t> kNone{};

const StreamCase kStreamCases[] = {
    // Files that were cut, emptied or lengthened.
    {"CutByOneByte",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.pop_back(); }); },
     {2},
     "damaged_stream"},
    {"CutInTheSecondPacket",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.resize(kPacketBytes * 3 / 2); }); },
     {1, 2},
     "damaged_stream"},
    {"CutAtAPacketBoundary",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.resize(kPacketBytes * 2); }); },
     {2},
     "stream_shorter_than_index"},
    {"CutInTheFirstHeader",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.resize(10); }); },
     {0, 1, 2},
     "unreadable_stream"},
    {"CutAfterTheFirstHeader",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.resize(100); }); },
     {0, 1, 2},
     "unreadable_stream"},
    {"Emptied", [](const Trace& t) { writeText(t.file("ch_1"), ""); }, {0, 1, 2}, "stream_shorter_than_index"},
    {"EmptiedWithoutIndex",
     [](const Trace& t) {
         writeText(t.file("ch_1"), "");
         fs::remove(t.index("ch_1"));
     },
     {0, 1, 2},
     nullptr},
    {"GarbageAppended",
     [](const Trace& t) {
         t.edit(t.file("ch_1"), [](Bytes& b) {
             const Bytes garbage = randomBytes(5000, 1);
             b.insert(b.end(), garbage.begin(), garbage.end());
         });
     },
     kNone, "damaged_stream"},
    {"ZerosAppended", [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.resize(b.size() + 4096); }); },
     kNone, "damaged_stream"},
    {"FirstPacketRemoved",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.erase(b.begin(), b.begin() + kPacketBytes); }); },
     {0},
     "stream_shorter_than_index"},
    {"BeginsInTheMiddleOfAPacket",
     [](const Trace& t) { t.edit(t.file("ch_1"), [](Bytes& b) { b.erase(b.begin(), b.begin() + 1000); }); },
     {0},
     "damaged_stream"},

    // Index files.
    {"IndexMissing", [](const Trace& t) { fs::remove(t.index("ch_1")); }, kNone, nullptr},
    {"IndexOfAnotherStream",
     [](const Trace& t) { fs::copy_file(t.index("ch_0"), t.index("ch_1"), fs::copy_options::overwrite_existing); },
     kNone, "stream_shorter_than_index"},
    {"IndexCut", [](const Trace& t) { t.edit(t.index("ch_1"), [](Bytes& b) { b.resize(b.size() - 7); }); }, kNone,
     nullptr},
    {"IndexEmpty", [](const Trace& t) { writeText(t.index("ch_1"), ""); }, kNone, nullptr},
    {"IndexGarbage", [](const Trace& t) { writeFile(t.index("ch_1"), randomBytes(500, 2)); }, kNone, nullptr},
    {"IndexWithHugeEntries",
     [](const Trace& t) { t.edit(t.index("ch_1"), [](Bytes& b) { b[12] = b[13] = b[14] = '\x7f'; }); }, kNone, nullptr},
    {"IndexOffsetsShifted",
     [](const Trace& t) {
         t.edit(t.index("ch_1"), [](Bytes& b) { b[16 + 72 + 6] = '\x55'; }); // Of the second entry.
     },
     kNone, nullptr},
    {"IndexDirectoryIsAFile",
     [](const Trace& t) {
         fs::remove_all(t.folder() / "index");
         writeText(t.folder() / "index", "not a directory");
     },
     kNone, "foreign_file"},

    // Packet headers.
    {"MagicOfTheFirstPacketBad",
     [](const Trace& t) { t.overwrite("ch_1", 0, kMagicAt, Bytes(4, 'x')); },
     {0},
     "damaged_stream"},
    {"MagicOfTheSecondPacketBad",
     [](const Trace& t) { t.overwrite("ch_1", 1, kMagicAt, Bytes(4, 'x')); },
     {1},
     "damaged_stream"},
    {"MagicOfTheLastPacketBad",
     [](const Trace& t) { t.overwrite("ch_1", 2, kMagicAt, Bytes(4, '\0')); },
     {2},
     "damaged_stream"},
    {"MagicOfAllPacketsBad",
     [](const Trace& t) {
         for (std::size_t packet = 0; packet < kPacketsPerStream; ++packet)
             t.overwrite("ch_1", packet, kMagicAt, Bytes(4, '\0'));
     },
     {0, 1, 2},
     "unreadable_stream"},
    // babeltrace2 looks at the UUID of a stream's first packet only, and nothing is missing.
    {"UuidBad", [](const Trace& t) { t.overwrite("ch_1", 1, kUuidAt, Bytes(16, 'u')); }, kNone, nullptr},
    {"UuidOfTheFirstPacketBad", [](const Trace& t) { t.overwrite("ch_1", 0, kUuidAt, Bytes(16, 'u')); }, kNone,
     nullptr},
    {"StreamOfAnotherTraceAdded",
     [](const Trace& t) { fs::copy_file(SampleCase("ovs").trace() / "kernel" / "ch_1", t.file("ch_2")); }, kNone,
     "unreadable_stream"},
    {"StreamClassUnknown",
     [](const Trace& t) { t.overwrite("ch_1", 1, kStreamIdAt, Bytes(4, '\x7f')); },
     {1},
     "damaged_stream"},
    {"PacketSizeHuge", [](const Trace& t) { t.setNumber("ch_1", 1, kPacketSizeAt, std::uint64_t{1} << 60U); },
     kNone, // The next packet is found without it.
     nullptr},
    {"PacketSizeZero", [](const Trace& t) { t.setNumber("ch_1", 1, kPacketSizeAt, 0); }, {1}, "damaged_stream"},
    {"PacketSizeNotInBytes", [](const Trace& t) { t.setNumber("ch_1", 1, kPacketSizeAt, kPacketBytes * 8 - 3); }, kNone,
     nullptr},
    {"ContentLargerThanPacket",
     [](const Trace& t) { t.setNumber("ch_1", 1, kContentSizeAt, kPacketBytes * 8 + 64); },
     {1},
     "damaged_stream"},
    {"ContentSizeHuge",
     [](const Trace& t) { t.setNumber("ch_1", 1, kContentSizeAt, ~std::uint64_t{0} - 7); },
     {1},
     "damaged_stream"},
    {"ContentEndsInAnEvent",
     [](const Trace& t) { t.setNumber("ch_1", 1, kContentSizeAt, t.number("ch_1", 1, kContentSizeAt) - 24); },
     {kAll},
     "damaged_stream"},
    {"PacketEndsBeforeItBegins", [](const Trace& t) { t.setNumber("ch_1", 1, kBeginTimeAt + 8, 5); }, {kAll}, nullptr},
    {"LossCounterWentBackwards", [](const Trace& t) { t.setNumber("ch_1", 0, kDiscardedAt, 1000); }, kNone,
     "discarded_events_uncounted"},

    // Contents.
    {"PacketZeroed",
     [](const Trace& t) { t.overwrite("ch_1", 1, 0, Bytes(kPacketBytes, '\0')); },
     {1},
     "damaged_stream"},
    {"PacketAllOnes",
     [](const Trace& t) { t.overwrite("ch_1", 1, 0, Bytes(kPacketBytes, '\xff')); },
     {1},
     "damaged_stream"},
    {"PacketRandom",
     [](const Trace& t) { t.overwrite("ch_1", 1, 0, randomBytes(kPacketBytes, 3)); },
     {1},
     "damaged_stream"},
    {"EventsAllOnes",
     [](const Trace& t) { t.overwrite("ch_1", 1, kEventsAt, Bytes(kPacketBytes - kEventsAt, '\xff')); },
     {kAll}, // Ones may pass for an event or two.
     "damaged_stream"},
    {"StringsWithoutEnd",
     [](const Trace& t) { t.overwrite("ch_1", 1, kPacketBytes / 2, Bytes(kPacketBytes / 2, 'A')); },
     {kAll},
     "damaged_stream"},
    {"TwoPacketsSwapped",
     [](const Trace& t) {
         t.edit(t.file("ch_1"),
                [](Bytes& b) { std::swap_ranges(b.begin(), b.begin() + kPacketBytes, b.begin() + kPacketBytes); });
     },
     kNone, "time_went_backwards"},

    // Other things in the folder.
    {"JunkText", [](const Trace& t) { writeText(t.file("core.dump"), "not a stream\n"); }, kNone, "foreign_file"},
    {"JunkBinary", [](const Trace& t) { writeFile(t.file("notes.bin"), randomBytes(20'000, 4)); }, kNone,
     "foreign_file"},
    {"JunkWithStreamsName", [](const Trace& t) { writeFile(t.file("ch_2"), randomBytes(20'000, 5)); }, kNone,
     "unreadable_stream"},
    {"JunkTiny", [](const Trace& t) { writeText(t.file("x"), "x"); }, kNone, "foreign_file"},
    {"JunkDirectory", [](const Trace& t) { fs::create_directories(t.file("ch_3") / "deep"); }, kNone, nullptr},
    {"HiddenFile", [](const Trace& t) { writeText(t.file(".ch_1.swp"), "editor"); }, kNone, nullptr},
    {"DanglingLink", [](const Trace& t) { fs::create_symlink("/nowhere/at/all", t.file("ch_4")); }, kNone, nullptr},
    {"Pipe", [](const Trace& t) { ASSERT_EQ(::mkfifo(t.file("ch_5").c_str(), 0600), 0); }, kNone, nullptr},
    {"NameWithControlCharacters", [](const Trace& t) { writeText(t.file("evil\n\x1b[31mname"), "junk"); }, kNone,
     "foreign_file"},
};

INSTANTIATE_TEST_SUITE_P(Cases, DamagedStream, testing::ValuesIn(kStreamCases),
                         [](const auto& test) { return std::string(test.param.name); });

/// Bits flipped anywhere: how much is lost depends on where, but the other stream is whole and nothing hangs.
class FlippedBits : public testing::TestWithParam<unsigned> {};

TEST_P(FlippedBits, LeaveTheOtherStreamWhole)
{
    const Trace trace;
    trace.edit(trace.file("ch_1"), [](Bytes& bytes) {
        std::mt19937 random(GetParam());
        for (int i = 0; i < 20; ++i)
            bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8);
    });
    const SessionOutcome outcome = readSession({trace.folder()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.eventsOf("ch_0"), eventsOf("ch_0"));
    EXPECT_TRUE(outcome.isMonotonic);
    expectSentences(outcome);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FlippedBits, testing::Range(1U, 9U));

/// A session of which one trace is bad: `damage` is done to the copy of the first; the second is sound.
struct TraceCase {
    const char* name;
    std::function<void(const Trace&)> damage;
    ErrorCode code;       ///< When the bad trace is all there is.
    const char* contains; ///< Part of the sentence.
};

void PrintTo(const TraceCase& traceCase, std::ostream* out)
{
    *out << traceCase.name;
}

/// lttng-modules cannot write this, but anybody can: a sequence whose length has a reserved name with two underscores.
/// babeltrace2 2.0.4 aborts on it (ctf-meta-update-value-storing-indexes.c:65).
constexpr std::string_view kAbortingMetadata = R"(/* CTF 1.8 */
typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
trace { major = 1; minor = 8; byte_order = le; };
stream {
    event.context := struct { uint8_t __length; uint8_t _sequence[ __length ]; };
    packet.context := struct { uint8_t __length2; uint8_t _sequence2[ __length2 ]; };
};
)";

class DamagedTrace : public testing::TestWithParam<TraceCase> {};

TEST_P(DamagedTrace, AloneIsOneSentence)
{
    const Trace trace;
    GetParam().damage(trace);
    const SessionOutcome outcome = readSession({trace.folder()});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, GetParam().code) << outcome.error->message;
    EXPECT_THAT(outcome.error->message, testing::HasSubstr(GetParam().contains));
    expectSentences(outcome);
    expectNothingLeftBehind();
}

TEST_P(DamagedTrace, BesideASoundOneCostsNothing)
{
    const Trace bad;
    GetParam().damage(bad);
    const SampleCase sound("ovs");
    const SessionOutcome outcome = readSession({bad.folder(), sound.trace()});
    expectSentences(outcome);
    if (!fs::exists(bad.metadata())) {
        // A folder that is no trace at all is not damage but a wrong name, and the caller should hear of it.
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->code, ErrorCode::NotATrace);
        return;
    }
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.events(), 95892U);
    EXPECT_FALSE(outcome.info.quality.empty());
}

const TraceCase kTraceCases[] = {
    {"MetadataMissing", [](const Trace& t) { fs::remove(t.metadata()); }, ErrorCode::NotATrace, "`metadata`"},
    {"MetadataEmpty", [](const Trace& t) { writeText(t.metadata(), ""); }, ErrorCode::Damaged, "empty"},
    {"MetadataGarbage", [](const Trace& t) { writeFile(t.metadata(), randomBytes(3000, 6)); }, ErrorCode::Damaged,
     "metadata"},
    {"MetadataCut", [](const Trace& t) { t.edit(t.metadata(), [](Bytes& b) { b.resize(b.size() / 2 - 100); }); },
     ErrorCode::Damaged, "metadata"},
    {"MetadataText", [](const Trace& t) { writeText(t.metadata(), "hello, world\n"); }, ErrorCode::Damaged, "metadata"},
    {"MetadataIsADirectory",
     [](const Trace& t) {
         fs::remove(t.metadata());
         fs::create_directory(t.metadata());
     },
     ErrorCode::Damaged, "metadata"},
    {"MetadataIsAPipe",
     [](const Trace& t) {
         fs::remove(t.metadata());
         ASSERT_EQ(::mkfifo(t.metadata().c_str(), 0600), 0);
     },
     ErrorCode::Damaged, "metadata"},
    {"MetadataOfAnotherTrace",
     [](const Trace& t) {
         fs::copy_file(SampleCase("ovs").trace() / "kernel" / "metadata", t.metadata(),
                       fs::copy_options::overwrite_existing);
     },
     ErrorCode::Damaged, "another trace"},
    {"MetadataAbortsBabeltrace2", [](const Trace& t) { writeText(t.metadata(), kAbortingMetadata); },
     ErrorCode::Damaged, "metadata"},
    {"Ctf2TextSequence",
     [](const Trace& t) { writeText(t.metadata(), "\x1e{\n  \"type\": \"preamble\",\n  \"version\": 2\n}\n"); },
     ErrorCode::Unsupported, "--trace-format=ctf-1.8"},
    {"Ctf2PlainJson", [](const Trace& t) { writeText(t.metadata(), "{\"type\":\"preamble\",\"version\":2}"); },
     ErrorCode::Unsupported, "CTF 2"},
    {"NoStreams",
     [](const Trace& t) {
         fs::remove(t.file("ch_0"));
         fs::remove(t.file("ch_1"));
         fs::remove_all(t.folder() / "index");
     },
     ErrorCode::NotATrace, "no data streams"},
    {"AllStreamsRandom",
     [](const Trace& t) {
         writeFile(t.file("ch_0"), randomBytes(50'000, 7));
         writeFile(t.file("ch_1"), randomBytes(50'000, 8));
     },
     ErrorCode::Damaged, "all its data streams are damaged"},
};

INSTANTIATE_TEST_SUITE_P(Cases, DamagedTrace, testing::ValuesIn(kTraceCases),
                         [](const auto& test) { return std::string(test.param.name); });

/// Paths that are no trace at all.
struct PathCase {
    const char* name;
    std::function<fs::path(const fs::path& scratch)> make;
    ErrorCode code;
    const char* contains;
};

void PrintTo(const PathCase& pathCase, std::ostream* out)
{
    *out << pathCase.name;
}

class NotATrace : public testing::TestWithParam<PathCase> {};

TEST_P(NotATrace, IsSaidInOneSentence)
{
    const ScratchDirectory scratch;
    const SessionOutcome outcome = readSession({GetParam().make(scratch.path())});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, GetParam().code);
    EXPECT_THAT(outcome.error->message, testing::HasSubstr(GetParam().contains));
    expectSentence(outcome.error->message);
}

PathCase fileCase(const char* name, std::string_view content, const char* contains)
{
    return {name,
            [content = std::string(content)](const fs::path& scratch) {
                writeText(scratch / "file", content);
                return scratch / "file";
            },
            ErrorCode::NotATrace, contains};
}

const PathCase kPathCases[] = {
    {"Nothing", [](const fs::path& s) { return s / "absent"; }, ErrorCode::NotFound, "There is no"},
    {"EmptyFolder", [](const fs::path& s) { return s; }, ErrorCode::NotATrace, "holds no CTF trace"},
    {"Device", [](const fs::path&) { return fs::path("/dev/null"); }, ErrorCode::NotATrace, "not a folder"},
    fileCase("Pcap", std::string_view("\xd4\xc3\xb2\xa1\x02\x00\x04\x00", 8), "packet capture"),
    fileCase("Pcapng", "\x0a\x0d\x0d\x0a....", "packet capture"),
    fileCase("Text", "some text", "is a folder that holds"),
    fileCase("EmptyFile", "", "empty file"),
    fileCase("Store", "SQLite format 3", "SQLite"),
    fileCase("PerfData", "PERFILE2........", "perf data convert --to-ctf"),
    fileCase("Compressed",
             "\xfd"
             "7zXZ....",
             "unpack"),
    {"StreamFile", [](const fs::path&) { return SampleCase("ovs").trace() / "kernel" / "ch_0"; }, ErrorCode::NotATrace,
     "give the folder"},
    {"MetadataFile", [](const fs::path&) { return SampleCase("ovs").trace() / "kernel" / "metadata"; },
     ErrorCode::NotATrace, "give the folder"},
};

INSTANTIATE_TEST_SUITE_P(Cases, NotATrace, testing::ValuesIn(kPathCases),
                         [](const auto& test) { return std::string(test.param.name); });

/// Runs `body` in a process without root's rights; its exit code.
int asNobody(const std::function<bool()>& body)
{
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr uid_t kNobody = 65534;
        const bool isDropped = ::getuid() != 0 || ::setresuid(kNobody, kNobody, kNobody) == 0;
        ::_exit(isDropped && body() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Without root's rights the build's own folder may be out of reach.
bool canNobodyRead()
{
    const auto program = importer::findReaderProgram();
    return program && asNobody([&] { return ::access(program->c_str(), X_OK) == 0; }) == 0;
}

void allowAll(const fs::path& folder)
{
    fs::permissions(folder, fs::perms::all);
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        fs::permissions(entry.path(), fs::perms::all);
}

TEST(Rights, AFolderThatMayNotBeReadIsOneSentence)
{
    if (!canNobodyRead())
        GTEST_SKIP() << "the build is in a folder that only root may enter";
    const Trace trace;
    allowAll(trace.scratch());
    fs::permissions(trace.folder(), fs::perms::none);
    EXPECT_EQ(asNobody([&] {
                  const SessionOutcome outcome = readSession({trace.folder()});
                  return outcome.error && outcome.error->code == ErrorCode::Io &&
                         outcome.error->message.find("Permission denied") != std::string::npos;
              }),
              0);
    fs::permissions(trace.folder(), fs::perms::all);
}

TEST(Rights, AStreamThatMayNotBeReadCostsOnlyItself)
{
    if (!canNobodyRead())
        GTEST_SKIP() << "the build is in a folder that only root may enter";
    const Trace trace;
    const std::uint64_t expected = eventsOf("ch_0");
    allowAll(trace.scratch());
    fs::permissions(trace.file("ch_1"), fs::perms::none);
    EXPECT_EQ(asNobody([&] {
                  const SessionOutcome outcome = readSession({trace.folder()});
                  return !outcome.error && outcome.eventsOf("ch_0") == expected && outcome.eventsOf("ch_1") == 0 &&
                         outcome.quality("unreadable_stream") != nullptr;
              }),
              0);
}

TEST(Rights, MetadataThatMayNotBeReadIsOneSentence)
{
    if (!canNobodyRead())
        GTEST_SKIP() << "the build is in a folder that only root may enter";
    const Trace trace;
    allowAll(trace.scratch());
    fs::permissions(trace.metadata(), fs::perms::none);
    EXPECT_EQ(asNobody([&] {
                  const SessionOutcome outcome = readSession({trace.folder()});
                  return outcome.error && outcome.error->code == ErrorCode::Io;
              }),
              0);
}

TEST(MissingCpu, IsReportedAsLostData)
{
    const Trace trace;
    fs::remove(trace.file("ch_0"));
    fs::remove(trace.index("ch_0"));
    const SessionOutcome outcome = readSession({trace.folder()});
    ASSERT_FALSE(outcome.error);
    EXPECT_EQ(outcome.eventsOf("ch_1"), eventsOf("ch_1"));
    const base::DataQuality* const missing = outcome.quality("missing_cpu");
    ASSERT_NE(missing, nullptr);
    EXPECT_EQ(missing->severity, base::Severity::DataLoss);
    EXPECT_THAT(missing->message, testing::HasSubstr("CPU 0"));
}

TEST(BothStreamsDamaged, TheirSoundPacketsAreRead)
{
    const Trace trace;
    trace.overwrite("ch_0", 0, 0, Bytes(kPacketBytes, '\0'));
    trace.overwrite("ch_1", 1, 0, Bytes(kPacketBytes, '\0'));
    const SessionOutcome outcome = readSession({trace.folder()});
    ASSERT_FALSE(outcome.error) << outcome.error->text();
    EXPECT_EQ(outcome.eventsOf("ch_0"), eventsWithout("ch_0", {0}));
    EXPECT_EQ(outcome.eventsOf("ch_1"), eventsWithout("ch_1", {1}));
    EXPECT_TRUE(outcome.isMonotonic);
}

TEST(RepeatedPacket, IsReadAgainInOrderOfTime)
{
    const Trace trace;
    trace.edit(trace.file("ch_1"), [](Bytes& bytes) {
        const Bytes last = packetOf(bytes, 2);
        bytes.insert(bytes.end(), last.begin(), last.end());
    });
    const SessionOutcome outcome = readSession({trace.folder()});
    ASSERT_FALSE(outcome.error);
    EXPECT_EQ(outcome.eventsOf("ch_1"), eventsOf("ch_1") + eventsByPacket("ch_1")[2]);
    ASSERT_NE(outcome.quality("time_went_backwards"), nullptr);
    // The last event of the repeated packet is not older than itself.
    EXPECT_EQ(outcome.quality("time_went_backwards")->count, eventsByPacket("ch_1")[2] - 1);
    EXPECT_TRUE(outcome.isMonotonic);
}

/// A reader that dies or hangs at work. The programs stand in for a reader that babeltrace2 takes down.
TEST(ReaderProgram, ThatIsNotOneIsOneSentence)
{
    SessionOptions options;
    options.readerProgram = "/bin/false";
    const SessionOutcome outcome = readSession({SampleCase("ovs").trace()}, options);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, ErrorCode::Internal);
    expectSentence(outcome.error->message);
    expectNothingLeftBehind();
}

TEST(ReaderProgram, ThatHangsIsEnded)
{
    const ScratchDirectory scratch;
    writeText(scratch.path() / "hang", "#!/bin/sh\nwhile :; do :; done\n");
    fs::permissions(scratch.path() / "hang", fs::perms::all);
    SessionOptions options;
    options.readerProgram = scratch.path() / "hang";
    options.hangLimit = std::chrono::milliseconds(300);
    const SessionOutcome outcome = readSession({SampleCase("ovs").trace()}, options);
    ASSERT_TRUE(outcome.error);
    expectSentence(outcome.error->message);
}

TEST(ReaderProgram, ThatIsMissingIsOneSentence)
{
    SessionOptions options;
    options.readerProgram = "/nowhere/vnscope-ctf-reader";
    const SessionOutcome outcome = readSession({SampleCase("ovs").trace()}, options);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, ErrorCode::Internal);
    expectSentence(outcome.error->message);
}

} // namespace

} // namespace vnscope::tests
