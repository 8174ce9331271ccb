// SPDX-License-Identifier: Apache-2.0
#include "recording/session/session_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>

namespace vnscope::recording::session {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::string_view kDropReasons = "/sys/kernel/tracing/events/skb/kfree_skb/format";

bool copyText(const fs::path& from, const fs::path& to)
{
    // Not copy_file(): files of the kernel tell no size.
    std::ifstream source(from, std::ios::binary);
    if (!source)
        return false;
    std::ofstream target(to, std::ios::binary);
    target << source.rdbuf();
    return static_cast<bool>(target.flush());
}

/// Without the right to see them, every address is 0.
bool areAddressesHidden()
{
    std::ifstream file("/proc/kallsyms");
    std::string address;
    return !(file >> address) || address.find_first_not_of('0') == std::string::npos;
}

std::string modeText(Mode mode)
{
    return mode == Mode::Snapshot ? "snapshot" : mode == Mode::Rotation ? "rotation" : "continuous";
}

nlohmann::ordered_json toJson(const Source& source)
{
    nlohmann::ordered_json object{
        {"name", source.name}, {"state", toText(source.state)}, {"detail", source.detail}, {"events", nullptr}};
    if (source.events)
        object["events"] = *source.events;
    object["lost_events"] = source.lostEvents;
    object["lost_packets"] = source.lostPackets;
    return object;
}

/// LTTng names a part "BEGIN-END-NUMBER".
unsigned long numberOf(const fs::path& part)
{
    const std::string name = part.filename().string();
    unsigned long number = 0;
    const std::size_t dash = name.rfind('-');
    if (dash != std::string::npos)
        std::from_chars(name.data() + dash + 1, name.data() + name.size(), number);
    return number;
}

} // namespace

Result<void> makeFolder(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder, error) && !fs::is_empty(folder, error))
        return fail(ErrorCode::Usage, fmt::format("\"{}\" is there already", folder.string()));
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("cannot make \"{}\": {}", folder.string(), error.message()));
    return {};
}

std::vector<std::string> copyKernelFacts(const fs::path& folder)
{
    std::vector<std::string> problems;
    if (areAddressesHidden() || !copyText("/proc/kallsyms", folder / "kallsyms"))
        problems.emplace_back("/proc/kallsyms hides its addresses from this user: places of drops stay numbers");
    if (!copyText(kDropReasons, folder / "kfree_skb_format")) {
        std::error_code ignored;
        fs::remove(folder / "kfree_skb_format", ignored);
        problems.push_back(fmt::format("{} cannot be read: reasons of drops may stay numbers", kDropReasons));
    }
    return problems;
}

Result<void> writeSessionFile(const Options& options, const Summary& summary)
{
    utsname host{};
    (void)::uname(&host);
    nlohmann::ordered_json root{{"format", 1},
                                {"is_complete", summary.isComplete},
                                {"host", host.nodename},
                                {"kernel", host.release},
                                {"preset", toText(options.preset)},
                                {"mode", modeText(options.mode)},
                                {"begin_ns", summary.begin.ns},
                                {"end_ns", summary.end.ns},
                                {"command", options.command},
                                {"command_status", nullptr},
                                {"snapshots", summary.snapshots},
                                {"sources", nlohmann::ordered_json::array()},
                                {"remarks", summary.remarks}};
    if (summary.commandStatus)
        root["command_status"] = *summary.commandStatus;
    for (const Source& source : summary.sources)
        root["sources"].push_back(toJson(source));
    const fs::path target = options.folder / "session.json";
    const fs::path part = options.folder / "session.json.part";
    std::ofstream file(part, std::ios::binary);
    // A command line may hold any bytes.
    file << root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    std::error_code error;
    if (file.close(); file)
        fs::rename(part, target, error);
    if (!file || error)
        return fail(ErrorCode::Io, fmt::format("cannot write \"{}\"", target.string()));
    return {};
}

std::uint64_t bytesBelow(const fs::path& folder)
{
    std::uint64_t sum = 0;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        const std::uint64_t size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
        sum += gone ? 0 : size;
    }
    return sum;
}

std::size_t trimArchives(const fs::path& archives, unsigned keep)
{
    std::vector<fs::path> parts;
    std::error_code error;
    for (fs::directory_iterator entry(archives, error), end; !error && entry != end; entry.increment(error))
        parts.push_back(entry->path());
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return numberOf(a) < numberOf(b); });
    const std::size_t surplus = keep == 0 || parts.size() <= keep ? 0 : parts.size() - keep;
    for (std::size_t i = 0; i < surplus; ++i) {
        std::error_code ignored;
        fs::remove_all(parts[i], ignored);
    }
    return parts.empty() ? 0 : numberOf(parts.back()) + 1;
}

} // namespace vnscope::recording::session
