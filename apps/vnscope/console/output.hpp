// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <iosfwd>

#include "storage/base/result.hpp"

namespace vnscope::cli {

/// Where a command's result goes: the standard output, or a file that appears whole or not at all (written beside its
/// place and renamed by commit(); removed by the destructor otherwise). A device or a pipe is written to directly.
class Output final {
public:
    [[nodiscard]] static base::Result<Output> open(const std::filesystem::path& path);
    [[nodiscard]] static Output standard(std::ostream& standardOutput) { return Output(standardOutput); }

    Output(Output&& other) noexcept;
    Output& operator=(Output&&) = delete;
    ~Output();

    [[nodiscard]] std::ostream& stream();
    /// Flushes, checks that everything was written, and moves the file to its place.
    [[nodiscard]] base::Result<void> commit();

private:
    explicit Output(std::ostream& standardOutput) : m_standardOutput(&standardOutput) {}
    Output(std::filesystem::path target, std::filesystem::path temporary, std::ofstream file);

    std::ostream* m_standardOutput = nullptr;
    std::filesystem::path m_target;
    std::filesystem::path m_temporary; ///< Empty: written in place, as a device or a pipe is.
    std::ofstream m_file;
};

/// Flushes the standard output and tells whether all of it arrived. A reader that went away (`| head`) is
/// noted as an interrupt and gives an error of code Cancelled.
[[nodiscard]] base::Result<void> flushStandardOutput(std::ostream& out);

/// The message of the last failed system call ("No space left on device").
[[nodiscard]] std::string systemMessage(int errorNumber);

/// A directory that appears at its place whole or not at all: made beside it, renamed by commit(), removed with all it
/// holds by the destructor otherwise.
class StagedDirectory final {
public:
    /// `target` must not exist, or be an empty directory.
    [[nodiscard]] static base::Result<StagedDirectory> create(const std::filesystem::path& target);

    StagedDirectory(StagedDirectory&& other) noexcept;
    StagedDirectory& operator=(StagedDirectory&&) = delete;
    ~StagedDirectory();

    /// Where to put the files.
    [[nodiscard]] const std::filesystem::path& path() const { return m_temporary; }
    [[nodiscard]] base::Result<void> commit();

private:
    StagedDirectory(std::filesystem::path target, std::filesystem::path temporary)
        : m_target(std::move(target)), m_temporary(std::move(temporary))
    {
    }

    std::filesystem::path m_target;
    std::filesystem::path m_temporary; ///< Empty: nothing to remove.
};

} // namespace vnscope::cli
