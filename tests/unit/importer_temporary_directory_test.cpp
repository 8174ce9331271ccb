// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "importer/temporary_directory.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {

namespace {

namespace fs = std::filesystem;
using importer::TemporaryDirectory;

/// Lets a test have a temporary place of its own.
class OwnTemporaryPlace : public testing::Test {
protected:
    OwnTemporaryPlace()
    {
        if (const char* const value = ::getenv("TMPDIR"))
            m_before = value;
        ::setenv("TMPDIR", m_scratch.path().c_str(), 1);
    }
    ~OwnTemporaryPlace() override
    {
        if (m_before)
            ::setenv("TMPDIR", m_before->c_str(), 1);
        else
            ::unsetenv("TMPDIR");
    }
    static void makeOld(const fs::path& path)
    {
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    }

    support::ScratchDirectory m_scratch;
    std::optional<std::string> m_before;
};

TEST_F(OwnTemporaryPlace, IsEmptyAgainAfterwards)
{
    {
        const auto directory = TemporaryDirectory::create();
        ASSERT_TRUE(directory);
        fs::create_directories(directory->path() / "a" / "b");
        EXPECT_FALSE(fs::is_empty(m_scratch.path()));
    }
    EXPECT_TRUE(fs::is_empty(m_scratch.path()));
}

TEST_F(OwnTemporaryPlace, LosesWhatAKilledProcessLeft)
{
    const fs::path leftover = m_scratch.path() / "vnscope-import-1234-abcdef";
    const fs::path foreign = m_scratch.path() / "something-else";
    fs::create_directories(leftover / "copies");
    fs::create_directories(foreign);
    makeOld(leftover);
    makeOld(foreign);
    ASSERT_TRUE(TemporaryDirectory::create());
    EXPECT_FALSE(fs::exists(leftover));
    EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(OwnTemporaryPlace, KeepsWhatIsInUse)
{
    const auto inUse = TemporaryDirectory::create();
    ASSERT_TRUE(inUse);
    makeOld(inUse->path());
    ASSERT_TRUE(TemporaryDirectory::create());
    EXPECT_TRUE(fs::exists(inUse->path()));
}

} // namespace

} // namespace vnscope::tests
