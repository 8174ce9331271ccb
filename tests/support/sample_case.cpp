// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sample_case.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <sys/wait.h>

namespace vnscope::tests::support {

namespace fs = std::filesystem;

ScratchDirectory::ScratchDirectory()
{
    std::string pattern = (fs::temp_directory_path() / "vnscope-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("cannot make a scratch directory");
    m_path = pattern;
}

ScratchDirectory::~ScratchDirectory()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

ProgramResult runProgram(const std::string& commandLine)
{
    const std::string command = "PATH=\"" VNSCOPE_BINARY_DIR "/bin:$PATH\"; " + commandLine;
    FILE* pipe = popen(("exec 2>&1; " + command).c_str(), "r");
    if (pipe == nullptr)
        throw std::runtime_error("cannot run a shell");
    ProgramResult result;
    std::array<char, 4096> buffer{};
    while (const std::size_t length = std::fread(buffer.data(), 1, buffer.size(), pipe))
        result.output.append(buffer.data(), length);
    const int status = pclose(pipe);
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

SampleCase::SampleCase(std::string name) : m_name(std::move(name)) {}

fs::path SampleCase::trace() const
{
    return fs::path(VNSCOPE_BINARY_DIR) / "sample-traces" / m_name / "trace";
}

fs::path SampleCase::truth(const std::string& file) const
{
    return fs::path(VNSCOPE_BINARY_DIR) / "sample-traces" / m_name / "truth" / file;
}

nlohmann::json SampleCase::truthJson(const std::string& file) const
{
    std::ifstream input(truth(file));
    if (!input)
        throw std::runtime_error("no truth file " + truth(file).string());
    return nlohmann::json::parse(input);
}

fs::path SampleCase::kallsyms(const ScratchDirectory& scratch) const
{
    if (fs::exists(truth("kallsyms")))
        return truth("kallsyms");
    const fs::path unpacked = scratch.path() / "kallsyms";
    const std::string packed = truth("kallsyms.xz").string();
    if (!fs::exists(packed))
        return {};
    if (std::system(("xz -dc '" + packed + "' > '" + unpacked.string() + "'").c_str()) != 0)
        throw std::runtime_error("cannot unpack " + packed);
    return unpacked;
}

namespace {

std::map<std::string, DeviceCounters> countersOf(const SampleCase& sample, const std::string& snapshot)
{
    std::map<std::string, DeviceCounters> counters;
    for (const auto& entry : fs::directory_iterator(sample.truth(snapshot))) {
        const fs::path file = entry.path() / "link.json";
        if (!entry.is_directory() || !fs::exists(file))
            continue;
        std::ifstream input(file);
        for (const auto& link : nlohmann::json::parse(input)) {
            DeviceCounters device;
            device.netns = entry.path().filename().string();
            device.name = link.at("ifname");
            device.rxPackets = link["stats64"]["rx"]["packets"];
            device.rxBytes = link["stats64"]["rx"]["bytes"];
            device.txPackets = link["stats64"]["tx"]["packets"];
            device.txBytes = link["stats64"]["tx"]["bytes"];
            device.txDropped = link["stats64"]["tx"]["dropped"];
            if (link.contains("linkinfo") && link["linkinfo"].contains("info_kind"))
                device.kind = link["linkinfo"]["info_kind"];
            counters[device.netns + "/" + device.name] = device;
        }
    }
    return counters;
}

} // namespace

std::vector<DeviceCounters> countersBetween(const SampleCase& sample, const std::string& before,
                                            const std::string& after)
{
    const auto first = countersOf(sample, before);
    std::vector<DeviceCounters> differences;
    for (auto& [key, device] : countersOf(sample, after)) {
        const auto earlier = first.find(key);
        if (earlier == first.end())
            continue;
        DeviceCounters difference = device;
        difference.rxPackets -= earlier->second.rxPackets;
        difference.rxBytes -= earlier->second.rxBytes;
        difference.txPackets -= earlier->second.txPackets;
        difference.txBytes -= earlier->second.txBytes;
        difference.txDropped -= earlier->second.txDropped;
        differences.push_back(difference);
    }
    return differences;
}

} // namespace vnscope::tests::support
