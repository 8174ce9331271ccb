// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::cli::doctor {

/// What a program printed (both outputs together) and how it ended.
struct ProgramRun {
    int exitStatus = -1; ///< -1: it could not be started, was killed, or took too long.
    std::string output;
};

/// The questions that diagnose() asks of a machine. All answers are best effort: what cannot be read is not there.
class Host {
public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    virtual ~Host() = default;

    [[nodiscard]] virtual std::string kernelRelease() const = 0;
    [[nodiscard]] virtual bool isRoot() const = 0;
    [[nodiscard]] virtual bool isInGroup(std::string_view group) const = 0;
    [[nodiscard]] virtual bool exists(const std::filesystem::path& path) const = 0;
    /// The first 64 KiB of a file.
    [[nodiscard]] virtual std::optional<std::string> readFile(const std::filesystem::path& path) const = 0;
    /// Names of files below `directory`, at any depth; bounded.
    [[nodiscard]] virtual std::vector<std::string> filesBelow(const std::filesystem::path& directory) const = 0;
    /// Where a program of $PATH (or of the places where system programs lie) is.
    [[nodiscard]] virtual std::optional<std::filesystem::path> findProgram(std::string_view name) const = 0;
    [[nodiscard]] virtual bool isRunning(std::string_view program) const = 0;
    /// Runs a program for at most five seconds.
    [[nodiscard]] virtual ProgramRun run(const std::vector<std::string>& command) const = 0;
    /// What is free for this user on the file system of `directory`; nullopt when it cannot be asked.
    [[nodiscard]] virtual std::optional<std::uint64_t> freeBytes(const std::filesystem::path& directory) const = 0;
};

/// The machine we run on.
class LocalHost final : public Host {
public:
    [[nodiscard]] std::string kernelRelease() const override;
    [[nodiscard]] bool isRoot() const override;
    [[nodiscard]] bool isInGroup(std::string_view group) const override;
    [[nodiscard]] bool exists(const std::filesystem::path& path) const override;
    [[nodiscard]] std::optional<std::string> readFile(const std::filesystem::path& path) const override;
    [[nodiscard]] std::vector<std::string> filesBelow(const std::filesystem::path& directory) const override;
    [[nodiscard]] std::optional<std::filesystem::path> findProgram(std::string_view name) const override;
    [[nodiscard]] bool isRunning(std::string_view program) const override;
    [[nodiscard]] ProgramRun run(const std::vector<std::string>& command) const override;
    [[nodiscard]] std::optional<std::uint64_t> freeBytes(const std::filesystem::path& directory) const override;
};

} // namespace vnscope::cli::doctor
