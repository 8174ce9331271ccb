// SPDX-License-Identifier: Apache-2.0
#include "recording/session/perf_conversion.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "recording/session/process.hpp"

namespace vnscope::recording::session {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDataName = "perf.data";

/// perf.data.TIME -> ctf.TIME
fs::path traceOf(const fs::path& file)
{
    return file.parent_path() / ("ctf" + file.filename().native().substr(kDataName.size()));
}

base::Result<void> convert(const fs::path& file)
{
    const fs::path log = file.parent_path() / "convert.log";
    std::error_code ignored;
    fs::remove(log, ignored);
    base::Result<Process> perf =
        Process::start({.arguments = {"perf", "data", "convert", "--tod", "--input=" + file.string(),
                                      "--to-ctf=" + traceOf(file).string()},
                        .environment = {},
                        .log = log,
                        .passed = {},
                        .endWithUs = SIGKILL});
    if (!perf)
        return tl::unexpected(perf.error());
    // As long as it takes: a large file takes minutes.
    while (!perf->waitFor(std::chrono::hours(1))) {
    }
    if (perf->status() != 0 || !fs::exists(traceOf(file) / "metadata", ignored)) {
        fs::remove_all(traceOf(file), ignored);
        return base::fail(base::ErrorCode::Damaged, fmt::format("perf cannot convert \"{}\" to CTF: {}",
                                                                file.filename().string(), lastWords(log)));
    }
    fs::remove(file, ignored);
    fs::remove(log, ignored);
    return {};
}

} // namespace

std::vector<fs::path> perfDataFiles(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        // perf keeps the last one of an earlier run as .old.
        if (name.starts_with(kDataName) && !name.ends_with(".old"))
            files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

base::Result<void> convertPerfData(const fs::path& folder)
{
    base::Result<void> result;
    for (const fs::path& file : perfDataFiles(folder)) {
        base::Result<void> converted = convert(file);
        if (!converted && result)
            result = std::move(converted);
    }
    return result;
}

std::string lastWords(const fs::path& log)
{
    std::ifstream file(log);
    std::string last;
    for (std::string line; std::getline(file, line);) {
        if (line.find_first_not_of(" \t\r") != std::string::npos)
            last = line;
    }
    return last.empty() ? "it said nothing" : last;
}

} // namespace vnscope::recording::session
