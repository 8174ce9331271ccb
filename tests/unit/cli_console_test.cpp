// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/vnscope/console/console.hpp"
#include "apps/vnscope/console/display_text.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/console/progress.hpp"
#include "apps/vnscope/session/text_file.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A directory of this test alone.
class CliConsole : public testing::Test {
protected:
    void SetUp() override
    {
        m_directory = fs::temp_directory_path() / fmt::format("vnscope-console-test-{}", getpid());
        fs::create_directory(m_directory);
    }
    void TearDown() override { fs::remove_all(m_directory); }

    [[nodiscard]] std::size_t filesLeft() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(m_directory), fs::directory_iterator()));
    }

    fs::path m_directory;
};

TEST(CliProgress, TellsHowFarItIs)
{
    EXPECT_EQ(progressLine("importing", {1'234'567, 250'000'000, 1'000'000'000}, 2s, 100),
              "importing  25%  1.23 M events  250 MB of 1.00 GB  617 k events/s  0:06 left");
}

TEST(CliProgress, GuessesNothingInTheFirstSecond)
{
    EXPECT_EQ(progressLine("importing", {10, 500, 1000}, 500ms, 100), "importing  50%  10 events  500B of 1.00 kB");
}

TEST(CliProgress, FitsTheTerminalAndSurvivesOddNumbers)
{
    EXPECT_EQ(progressLine("importing", {1, 2, 3}, 5s, 12).size(), 12U);
    EXPECT_THAT(progressLine("importing", {1, 20, 10}, 5s, 100), HasSubstr("100%")) << "more read than announced";
    EXPECT_THAT(progressLine("importing", {0, 0, 0}, 5s, 100), Not(HasSubstr("%")));
}

TEST(CliProgress, StaysQuietInAPipe)
{
    std::ostringstream err;
    {
        const Console console{err, err, false};
        ProgressDisplay display(console, "importing");
        std::this_thread::sleep_for(120ms);
        display.update({1, 1, 2});
    }
    EXPECT_EQ(err.str(), "");
}

TEST(CliProgress, RedrawsAtMostTenTimesPerSecondAndLeavesNoLine)
{
    std::ostringstream err;
    {
        const Console console{err, err, true};
        ProgressDisplay display(console, "importing");
        const auto end = std::chrono::steady_clock::now() + 350ms;
        while (std::chrono::steady_clock::now() < end)
            display.update({1, 1, 2});
    }
    std::size_t draws = 0;
    for (std::size_t at = err.str().find("importing"); at != std::string::npos;
         at = err.str().find("importing", at + 1))
        ++draws;
    EXPECT_GE(draws, 1U);
    EXPECT_LE(draws, 3U);
    EXPECT_TRUE(err.str().ends_with("\r\x1b[K"));
}

TEST(CliProgress, WritesLinesOfJsonForPrograms)
{
    std::ostringstream err;
    {
        Console console{err, err, false};
        console.progress = ProgressStyle::JsonLines;
        ProgressDisplay display(console, "importing");
        std::this_thread::sleep_for(120ms);
        display.update({3, 1'000, 4'000});
    }
    EXPECT_EQ(err.str(), "{\"bytes_read\": 1000, \"bytes_total\": 4000, \"events\": 3}\n");
}

TEST(CliComplaint, IsOneEscapedLine)
{
    std::ostringstream out;
    std::ostringstream err;
    const Console console{out, err, false};
    console.complain("no such\nthing \x1b[1m.");
    EXPECT_EQ(err.str(), "vnscope: no such thing \\x1b[1m\n");
}

TEST_F(CliConsole, OutputAppearsWholeOrNotAtAll)
{
    const fs::path target = m_directory / "report.html";
    {
        auto abandoned = Output::open(target);
        ASSERT_TRUE(abandoned.has_value());
        abandoned->stream() << "half";
    }
    EXPECT_EQ(filesLeft(), 0U);
    auto output = Output::open(target);
    output->stream() << "whole";
    EXPECT_FALSE(fs::exists(target));
    ASSERT_TRUE(output->commit().has_value());
    EXPECT_EQ(filesLeft(), 1U);
    EXPECT_EQ(readTextFile(target).value(), "whole");
}

TEST_F(CliConsole, OutputSaysInOneSentenceWhyItCannotBeWritten)
{
    EXPECT_THAT(Output::open(m_directory).error().message, HasSubstr("is a directory"));
    EXPECT_THAT(Output::open(m_directory / "no" / "such").error().message, HasSubstr("No such file or directory"));
}

TEST_F(CliConsole, OutputWritesToADeviceOrPipeInsteadOfReplacingIt)
{
    const fs::path pipe = m_directory / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    // Opened for both directions, so that neither side waits for the other.
    const int reader = open(pipe.c_str(), O_RDWR | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    auto output = Output::open(pipe);
    ASSERT_TRUE(output.has_value()) << output.error().message;
    output->stream() << "text";
    ASSERT_TRUE(output->commit().has_value());
    EXPECT_TRUE(fs::is_fifo(pipe));
    EXPECT_EQ(filesLeft(), 1U);
    std::array<char, 16> got{};
    EXPECT_EQ(read(reader, got.data(), got.size()), 4);
    close(reader);
}

TEST_F(CliConsole, StagedDirectoryAppearsWholeOrNotAtAll)
{
    const fs::path target = m_directory / "tables";
    {
        auto abandoned = StagedDirectory::create(target);
        ASSERT_TRUE(abandoned.has_value());
        std::ofstream(abandoned->path() / "x.csv") << "a";
    }
    EXPECT_EQ(filesLeft(), 0U);
    auto staged = StagedDirectory::create(target);
    ASSERT_TRUE(staged.has_value());
    std::ofstream(staged->path() / "x.csv") << "a";
    ASSERT_TRUE(staged->commit().has_value());
    EXPECT_TRUE(fs::exists(target / "x.csv"));
    EXPECT_EQ(filesLeft(), 1U);
}

TEST_F(CliConsole, ReadsTextFilesPlainAndPacked)
{
    const fs::path plain = m_directory / "kallsyms";
    std::ofstream(plain) << "ffffffff81000000 T _text\n";
    EXPECT_EQ(readTextFile(plain).value(), "ffffffff81000000 T _text\n");
    ASSERT_EQ(std::system(fmt::format("xz -k '{}'", plain.string()).c_str()), 0);
    EXPECT_EQ(readTextFile(plain.string() + ".xz").value(), "ffffffff81000000 T _text\n");
}

TEST_F(CliConsole, RefusesBrokenPackedFilesAndBombsInOneSentence)
{
    const fs::path plain = m_directory / "zeros";
    {
        std::ofstream file(plain);
        const std::string zeros(1U << 20U, '0');
        for (int i = 0; i < 8; ++i)
            file << zeros;
    }
    ASSERT_EQ(std::system(fmt::format("xz '{}'", plain.string()).c_str()), 0);
    std::ifstream file(plain.string() + ".xz", std::ios::binary);
    const std::string packed{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(unpackXz(packed, std::size_t{8} << 20U).value().size(), std::size_t{8} << 20U);
    EXPECT_THAT(unpackXz(packed, std::size_t{1} << 20U).error().message, HasSubstr("larger than 1 MiB"));
    EXPECT_EQ(unpackXz(packed.substr(0, packed.size() / 2), std::size_t{8} << 20U).error().code,
              base::ErrorCode::Damaged);
    EXPECT_EQ(unpackXz("\xfd"
                       "7zXZ garbage",
                       100)
                  .error()
                  .code,
              base::ErrorCode::Damaged);
    EXPECT_EQ(readTextFile(m_directory / "absent").error().code, base::ErrorCode::NotFound);
    EXPECT_EQ(readTextFile(m_directory).error().code, base::ErrorCode::Io);
}

} // namespace
} // namespace vnscope::cli
