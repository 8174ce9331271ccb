// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/storage_fixture.hpp"

namespace {

using namespace vnscope;
using base::ErrorCode;
using storage::Store;
using storage::StoreWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using tests::TempFolder;

constexpr std::string_view kScripts[] = {tests::kSampleSql};

std::int64_t sampleCount(const std::filesystem::path& path)
{
    const auto store = Store::open(path);
    if (!store) {
        ADD_FAILURE() << store.error().text();
        return -1;
    }
    tests::RowCollector rows;
    if (const auto result = store->query("SELECT count(*) FROM sample", rows); !result) {
        ADD_FAILURE() << result.error().text();
        return -1;
    }
    return rows.rows().at(0).at(0).integer();
}

/// Appends rows until the writer reports trouble or a million rows are in.
base::Result<void> writeUntilTrouble(StoreWriter& writer)
{
    auto samples = writer.table("sample", {"number", "label"});
    const std::string label(1000, 'x');
    for (int i = 0; i < 1'000'000 && writer.health(); ++i)
        samples.append(i, label);
    return writer.health();
}

TEST(StoreWriter, LeavesOnlyAFinishedStoreUnderTheName)
{
    TempFolder folder;
    const auto path = folder / "a.vns";
    {
        auto writer = StoreWriter::create(path, kScripts);
        ASSERT_TRUE(writer) << writer.error().text();
        EXPECT_FALSE(std::filesystem::exists(path));
        EXPECT_THAT(folder.names(), ElementsAre("a.vns.part-" + std::to_string(::getpid())));
        ASSERT_TRUE((*writer)->finish());
        EXPECT_THAT(folder.names(), ElementsAre("a.vns"));
    }
    EXPECT_THAT(folder.names(), ElementsAre("a.vns"));
    EXPECT_EQ(sampleCount(path), 0);
}

TEST(StoreWriter, GivenUpItLeavesTheOldStoreAndNothingElse)
{
    TempFolder folder;
    const auto path = folder / "a.vns";
    ASSERT_TRUE(tests::writeSamples(path, 3));
    {
        auto writer = StoreWriter::create(path, kScripts);
        ASSERT_TRUE(writer);
        auto samples = (*writer)->table("sample", {"number"});
        for (int i = 0; i < 100'000; ++i)
            samples.append(i);
    }
    EXPECT_THAT(folder.names(), ElementsAre("a.vns"));
    EXPECT_EQ(sampleCount(path), 3);
}

TEST(StoreWriter, KeepsTheOrderOfRowsAndInterleavedTables)
{
    TempFolder folder;
    auto writer = StoreWriter::create(folder / "a.vns", kScripts);
    ASSERT_TRUE(writer);
    auto samples = (*writer)->table("sample", {"number"});
    auto classes = (*writer)->table("event_class", {"trace_id", "name", "count", "missing_fields"});
    for (int i = 0; i < 50'000; ++i) {
        samples.append(i);
        if (i % 10 == 0)
            classes.append(0, "event", i, "");
    }
    (*writer)->meta("begin_ns", base::Timestamp{7});
    (*writer)->meta("command", "first");
    (*writer)->meta("command", "second");
    ASSERT_TRUE((*writer)->finish());
    const auto store = Store::open(folder / "a.vns");
    ASSERT_TRUE(store);
    tests::RowCollector rows;
    ASSERT_TRUE(store->query("SELECT (SELECT count(*) FROM sample WHERE number = id - 1), "
                             "(SELECT count(*) FROM event_class WHERE count = (rowid - 1) * 10)",
                             rows));
    EXPECT_EQ(rows.rows()[0][0].integer(), 50'000);
    EXPECT_EQ(rows.rows()[0][1].integer(), 5'000);
    EXPECT_EQ(store->meta("begin_ns"), "7");
    EXPECT_EQ(store->meta("command"), "second");
}

TEST(StoreWriter, RefusesTargetsThatAreNoFiles)
{
    TempFolder folder;
    EXPECT_EQ(StoreWriter::create(folder.path(), kScripts).error().code, ErrorCode::Usage);
    EXPECT_EQ(StoreWriter::create("/dev/null", kScripts).error().code, ErrorCode::Usage);
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
    const auto absent = StoreWriter::create(folder / "no/such/folder.vns", kScripts);
    EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
    EXPECT_THAT(absent.error().message, HasSubstr("does not exist"));
    EXPECT_EQ(StoreWriter::create("", kScripts).error().code, ErrorCode::Usage);
    EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(StoreWriter, WritesThroughASymbolicLink)
{
    TempFolder folder;
    ASSERT_TRUE(tests::writeSamples(folder / "real.vns", 1));
    std::filesystem::create_symlink("real.vns", folder / "link.vns");
    ASSERT_TRUE(tests::writeSamples(folder / "link.vns", 2));
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.vns"));
    EXPECT_EQ(sampleCount(folder / "real.vns"), 2);
}

TEST(StoreWriter, TwoForOneTargetDoNotDisturbEachOther)
{
    TempFolder folder;
    const auto path = folder / "a.vns";
    auto first = StoreWriter::create(path, kScripts);
    auto second = StoreWriter::create(path, kScripts);
    ASSERT_TRUE(first);
    ASSERT_TRUE(second) << second.error().text();
    auto samples = (*second)->table("sample", {"number"});
    samples.append(1);
    ASSERT_TRUE((*first)->finish());
    EXPECT_EQ(sampleCount(path), 0);
    ASSERT_TRUE((*second)->finish());
    EXPECT_EQ(sampleCount(path), 1);
    EXPECT_THAT(folder.names(), ElementsAre("a.vns"));
}

TEST(StoreWriter, RemovesLeftoversOfDeadWritersOnly)
{
    TempFolder folder;
    tests::writeFile(folder / "a.vns.part-1", "left over, and process 1 lives");
    tests::writeFile(folder / "a.vns.part-99-2", "left over");
    tests::writeFile(folder / "a.vns.part-notes", "not ours");
    tests::writeFile(folder / "b.vns.part-99", "another target's");
    auto living = StoreWriter::create(folder / "a.vns", kScripts);
    ASSERT_TRUE(living);
    auto other = StoreWriter::create(folder / "a.vns", kScripts);
    ASSERT_TRUE(other);
    const std::string pid = std::to_string(::getpid());
    EXPECT_THAT(folder.names(), ::testing::UnorderedElementsAre("a.vns.part-notes", "b.vns.part-99",
                                                                "a.vns.part-" + pid, "a.vns.part-" + pid + "-1"));
}

TEST(StoreWriter, AWrongTypeIsAnInternalErrorAndLeavesNoStore)
{
    TempFolder folder;
    auto writer = StoreWriter::create(folder / "a.vns", kScripts);
    ASSERT_TRUE(writer);
    auto samples = (*writer)->table("sample", {"number"});
    samples.append("text in an INTEGER column");
    const auto finished = (*writer)->finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, ErrorCode::Internal);
    EXPECT_FALSE((*writer)->health());
    EXPECT_THAT(folder.names(), IsEmpty());
}

/// Lowers the longest file this process may write, for as long as it lives.
class FileSizeLimit final {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit lower = {bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &lower);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before = {};
    void (*m_handler)(int) = SIG_DFL;
};

TEST(StoreWriter, AFileSizeLimitIsSaidWhileWriting)
{
    TempFolder folder;
    ASSERT_TRUE(tests::writeSamples(folder / "a.vns", 3));
    const FileSizeLimit limit(8 * 1024 * 1024);
    auto writer = StoreWriter::create(folder / "a.vns", kScripts);
    ASSERT_TRUE(writer);
    const auto trouble = writeUntilTrouble(**writer);
    ASSERT_FALSE(trouble) << "a gigabyte fitted into 8 MiB";
    EXPECT_EQ(trouble.error().code, ErrorCode::Io);
    EXPECT_THAT(trouble.error().message,
                MatchesRegex("the limit on file sizes is reached while writing .*a.vns: at least [0-9]+ more bytes are "
                             "needed"));
    EXPECT_EQ((*writer)->finish().error().message, trouble.error().message);
    EXPECT_THAT(folder.names(), ElementsAre("a.vns"));
    EXPECT_EQ(sampleCount(folder / "a.vns"), 3);
}

TEST(StoreWriter, AFileSizeLimitIsSaidWhenFinishing)
{
    TempFolder folder;
    const FileSizeLimit limit(1024 * 1024);
    auto writer = StoreWriter::create(folder / "a.vns", kScripts);
    ASSERT_TRUE(writer);
    auto samples = (*writer)->table("sample", {"label"});
    // Less than the page cache, so that nothing reaches the disk before the commit.
    for (int i = 0; i < 4'000; ++i)
        samples.append(std::string(1000, 'x'));
    const auto finished = (*writer)->finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, ErrorCode::Io);
    EXPECT_THAT(finished.error().message, StartsWith("the limit on file sizes is reached while writing"));
    EXPECT_THAT(folder.names(), IsEmpty());
}

/// Runs `body` in a child process and gives what it returned; empty when the child could not be started.
template <typename Body> std::string inChild(Body body)
{
    std::array<int, 2> ends = {-1, -1};
    if (::pipe(ends.data()) != 0)
        return {};
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string answer = body();
        const ssize_t written = ::write(ends[1], answer.data(), answer.size());
        ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string answer;
    std::array<char, 4096> buffer = {};
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return answer;
}

TEST(StoreWriter, AFullDiskIsSaidWithWhatIsMissing)
{
    TempFolder folder;
    const auto path = folder / "a.vns";
    const std::string answer = inChild([&]() -> std::string {
        // A mount namespace of the child's own: the mount is gone with it, whatever happens.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("none", folder.path().c_str(), "tmpfs", 0, "size=4m") != 0)
            return "cannot mount";
        auto writer = StoreWriter::create(path, kScripts);
        if (!writer)
            return writer.error().text();
        const auto trouble = writeUntilTrouble(**writer);
        const auto finished = (*writer)->finish();
        if (trouble || finished)
            return "no error";
        return std::to_string(folder.names().size()) + " files left: " + finished.error().text();
    });
    if (answer == "cannot mount")
        GTEST_SKIP() << "this test needs the right to mount a tmpfs";
    EXPECT_THAT(answer, MatchesRegex("0 files left: the disk is full while writing .*a.vns: at least [0-9]+ more bytes "
                                     "are needed"));
}

TEST(StoreWriter, KilledAtRandomMomentsLeavesAWholeStore)
{
    constexpr int kKills = 20;
    constexpr std::int64_t kRows = 20'000;
    TempFolder folder;
    const auto path = folder / "a.vns";
    ASSERT_TRUE(tests::writeSamples(path, kRows));
    std::mt19937 random(std::random_device{}());
    std::uniform_int_distribution<int> microseconds(0, 60'000);
    int killedWhileWriting = 0;
    for (int i = 0; i < kKills; ++i) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            // Store after store, so that the kill also meets finish(): indexes, commit, sync and rename.
            while (tests::writeSamples(path, kRows)) {
            }
            ::_exit(1);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));
        ASSERT_EQ(::kill(child, SIGKILL), 0);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: it could not write";
        killedWhileWriting += folder.names().size() > 1 ? 1 : 0;
        EXPECT_EQ(sampleCount(path), kRows);
    }
    EXPECT_GT(killedWhileWriting, 0) << "no kill met a store being written";
    ASSERT_TRUE(tests::writeSamples(path, 1));
    EXPECT_THAT(folder.names(), ElementsAre("a.vns"));
}

} // namespace
