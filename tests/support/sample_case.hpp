// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/store.hpp"

namespace vnscope::tests::support {

/// A file or folder that goes with the object.
class ScratchDirectory final {
public:
    ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory();
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// What one run of a program came to.
struct ProgramResult {
    int exitCode = -1;  ///< 128 + signal when a signal ended it.
    std::string output; ///< Standard output and error, as they came.
};

/// Runs a command line through the shell, with the build's bin/ in PATH.
[[nodiscard]] ProgramResult runProgram(const std::string& commandLine);

/// One folder of sample-traces/, unpacked by the build: what the tracer wrote, and what other tools said.
class SampleCase final {
public:
    explicit SampleCase(std::string name);

    [[nodiscard]] std::filesystem::path trace() const;
    [[nodiscard]] std::filesystem::path truth(const std::string& file = {}) const;
    [[nodiscard]] nlohmann::json truthJson(const std::string& file) const;
    /// The traced kernel's symbols; unpacked into the scratch folder if they are packed. Empty: the sample has none.
    [[nodiscard]] std::filesystem::path kallsyms(const ScratchDirectory& scratch) const;

private:
    std::string m_name;
};

/// One device's counters, as `ip -s link` gives them.
struct DeviceCounters {
    std::string netns;
    std::string name;
    std::int64_t rxPackets = 0;
    std::int64_t rxBytes = 0;
    std::int64_t txPackets = 0;
    std::int64_t txBytes = 0;
    std::int64_t txDropped = 0;
    std::string kind; ///< linkinfo.info_kind: veth, bridge, vlan, ...; empty for NICs and loopback.
};

/// What each device of every namespace counted between two snapshots of a sample's truth. A device that was not there
/// in both is left out.
[[nodiscard]] std::vector<DeviceCounters> countersBetween(const SampleCase& sample, const std::string& before,
                                                          const std::string& after);

} // namespace vnscope::tests::support
