// SPDX-License-Identifier: Apache-2.0
#include "importer/trace_finder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <numeric>
#include <span>
#include <system_error>

#include <fmt/format.h>

#include "importer/metadata_check.hpp"
#include "importer/qemu_log/convert.hpp"
#include "storage/base/file_descriptor.hpp"

namespace vnscope::importer {

namespace fs = std::filesystem;
using base::ErrorCode;

namespace {

constexpr int kMaxDepth = 10;
constexpr std::size_t kMaxFolders = 20'000;
constexpr std::size_t kMaxTraces = 1'000;
constexpr std::size_t kMaxStreams = 65'536;
constexpr std::size_t kMetadataBytes = std::size_t{64} << 20U;
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kIndexHeaderBytes = 16;
constexpr std::uint64_t kIndexMagic = 0xC1F1DCC1U;

std::string_view asText(const std::vector<std::byte>& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t bigEndian(std::span<const unsigned char> bytes)
{
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0},
                           [](std::uint64_t value, unsigned char byte) { return value << 8U | byte; });
}

/// What a file that is no trace folder looks like.
std::string describeFile(const fs::path& path)
{
    struct Kind {
        std::string_view start;
        std::string_view sentence;
    };
    using namespace std::string_view_literals;
    static constexpr std::array kKinds{
        Kind{"\xd4\xc3\xb2\xa1"sv, "is a packet capture (pcap), not a CTF trace folder"},
        Kind{"\xa1\xb2\xc3\xd4"sv, "is a packet capture (pcap), not a CTF trace folder"},
        Kind{"\x4d\x3c\xb2\xa1"sv, "is a packet capture (pcap), not a CTF trace folder"},
        Kind{"\x0a\x0d\x0d\x0a"sv, "is a packet capture (pcapng), not a CTF trace folder"},
        Kind{"SQLite format 3"sv, "is an SQLite file (perhaps a store that vnscope wrote), not a CTF trace folder"},
        Kind{"PERFILE2"sv,
             "is a perf.data file: convert it with `perf data convert --to-ctf DIR` and give that folder"},
        Kind{"\xfd"
             "7zXZ"sv,
             "is a compressed file: unpack it and give the folder"},
        Kind{"\x1f\x8b"sv, "is a compressed file: unpack it and give the folder"},
        Kind{"\x28\xb5\x2f\xfd"sv, "is a compressed file: unpack it and give the folder"},
        Kind{"\xc1\x1f\xfc\xc1"sv,
             "is one stream of a CTF trace: give the folder that holds it and the file `metadata`"},
        Kind{"\xc1\xfc\x1f\xc1"sv,
             "is one stream of a CTF trace: give the folder that holds it and the file `metadata`"},
    };
    const auto start = readStart(path, 16);
    const auto* const kind =
        std::ranges::find_if(kKinds, [&](const Kind& candidate) { return asText(start).starts_with(candidate.start); });
    const std::string_view sentence =
        kind != kKinds.end() ? kind->sentence
        : start.empty()      ? "is an empty file, not a CTF trace folder"
                             : "is a file, but a CTF trace is a folder that holds a file called `metadata`";
    return fmt::format("{} {}.", printable(path.native()), sentence);
}

std::optional<base::Error> obstacleIn(const fs::path& directory, const std::vector<std::byte>& metadata)
{
    const auto trouble = [&](ErrorCode code, std::string_view text) {
        return base::Error{code, fmt::format("{} {}.", printable(directory.native()), text), {}};
    };
    if (::access((directory / "metadata").c_str(), R_OK) != 0)
        return trouble(ErrorCode::Io, fmt::format("cannot be read: its metadata says \"{}\"", std::strerror(errno)));
    if (metadata.size() == kMetadataBytes)
        return trouble(ErrorCode::Unsupported, "cannot be read: its metadata file is larger than any tracer writes");
    switch (checkMetadata(metadata)) {
    case MetadataState::Empty: return trouble(ErrorCode::Damaged, "cannot be read: its metadata file is empty");
    case MetadataState::Cut:
        return trouble(ErrorCode::Damaged, "cannot be read: its metadata file is cut off or damaged");
    case MetadataState::Ctf2:
        return trouble(ErrorCode::Unsupported, "is a CTF 2 trace, which babeltrace2 2.0 cannot read: record with "
                                               "`lttng create --trace-format=ctf-1.8`");
    case MetadataState::Plausible: break;
    }
    return std::nullopt;
}

void splitName(FoundStream& stream)
{
    const std::size_t lastNonDigit = stream.name.find_last_not_of("0123456789");
    if (lastNonDigit == std::string::npos || stream.name[lastNonDigit] != '_' || lastNonDigit + 1 == stream.name.size())
        return;
    const char* const begin = stream.name.data() + lastNonDigit + 1;
    const char* const end = stream.name.data() + stream.name.size();
    if (std::from_chars(begin, end, stream.cpu).ec == std::errc())
        stream.cpuPrefix = stream.name.substr(0, lastNonDigit);
}

/// Looks at an index file's two ends; nothing more of it is believed here.
void lookAtIndex(const fs::path& file, FoundStream& stream)
{
    constexpr std::uint64_t kMaxEntryBytes = 4096;
    const base::FileDescriptor index(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!index.isValid() || ::fstat(index.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return;
    stream.hasIndex = true;
    std::array<unsigned char, kIndexHeaderBytes> header{};
    std::array<unsigned char, 16> last{};
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    if (::pread(index.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()))
        return;
    const std::uint64_t entryBytes = bigEndian(std::span(header).subspan(12, 4));
    if (bigEndian(std::span(header).first(4)) != kIndexMagic || entryBytes < last.size() || entryBytes > kMaxEntryBytes)
        return;
    const std::uint64_t entries = (bytes - header.size()) / entryBytes;
    const std::uint64_t lastAt = header.size() + (entries - 1) * entryBytes;
    if (entries == 0 ||
        ::pread(index.get(), last.data(), last.size(), static_cast<off_t>(lastAt)) != static_cast<ssize_t>(last.size()))
        return;
    stream.packetBytes = std::max<std::uint64_t>(1, stream.bytes / entries);
    stream.indexedBytes = bigEndian(std::span(last).first(8)) + bigEndian(std::span(last).subspan(8)) / 8;
}

FoundTrace lookInto(const fs::path& directory)
{
    std::error_code error;
    FoundTrace trace;
    trace.directory = fs::absolute(directory, error).lexically_normal();
    trace.source = trace.directory;
    const auto metadata = readStart(directory / "metadata", kMetadataBytes);
    trace.obstacle = obstacleIn(directory, metadata);
    if (trace.obstacle)
        return trace;
    trace.clock = monotonicClock(metadataText(metadata));

    std::vector<std::vector<std::byte>> starts;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const std::string name = entry->path().filename().native();
        if (name == "metadata" || name.starts_with('.') || !entry->is_regular_file(ignored) ||
            trace.streams.size() == kMaxStreams)
            continue;
        FoundStream stream;
        stream.name = name;
        stream.bytes = entry->file_size(ignored);
        stream.packetBytes = stream.bytes;
        lookAtIndex(directory / "index" / (name + ".idx"), stream);
        splitName(stream);
        trace.streams.push_back(std::move(stream));
    }
    std::ranges::sort(trace.streams, {}, &FoundStream::name);

    // Only LTTng writes the instance's number, right after magic, UUID and stream class.
    const bool hasInstances = asText(metadata).find("stream_instance_id") != std::string_view::npos;
    for (FoundStream& stream : trace.streams) {
        auto start = readStart(directory / stream.name, kHeaderBytes);
        stream.hasMagic = startsWithMagic(start);
        if (hasInstances && stream.hasMagic && start.size() == kHeaderBytes)
            stream.instance = asText(start).substr(PacketSignature::kFullBytes);
        starts.push_back(std::move(start));
    }
    trace.signature = learnSignature(starts);
    if (const auto uuid = packetUuid(metadata); uuid && !trace.signature.isEmpty()) {
        trace.signature = PacketSignature(trace.signature, *uuid);
        for (std::size_t i = 0; i < starts.size(); ++i)
            trace.streams[i].isStranger =
                trace.streams[i].hasMagic &&
                !std::ranges::equal(std::span(starts[i]).first(std::min(starts[i].size(), PacketSignature::kFullBytes)),
                                    trace.signature.bytes());
    }
    return trace;
}

/// Folders below `path` that hold a metadata file.
base::Result<std::vector<FoundTrace>> search(const fs::path& path)
{
    std::vector<FoundTrace> traces;
    std::error_code error;
    std::size_t folders = 0;
    fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (!entry->is_directory(ignored))
            continue;
        if (++folders > kMaxFolders || traces.size() == kMaxTraces)
            return base::fail(ErrorCode::Usage, fmt::format("{} holds more folders than can be searched for traces: "
                                                            "name the trace's own folder.",
                                                            printable(path.native())));
        if (fs::exists(entry->path() / "metadata", ignored)) {
            traces.push_back(lookInto(entry->path()));
            entry.disable_recursion_pending();
        } else if (entry.depth() >= kMaxDepth) {
            entry.disable_recursion_pending();
        }
    }
    std::ranges::sort(traces, {}, &FoundTrace::directory);
    return traces;
}

qemu_log::Recognition recognizeQemuLog(const fs::path& file)
{
    return qemu_log::recognize(asText(readStart(file, qemu_log::recognitionBytes())));
}

/// What a conversion left out.
std::vector<base::DataQuality> notesOn(const qemu_log::Tally& tally, const std::string& shown)
{
    std::vector<base::DataQuality> notes;
    const auto add = [&](std::uint64_t count, std::string_view what, std::string_view advice) {
        if (count > 0)
            notes.push_back({base::Severity::DataLoss, "qemu_log_lines_left_out",
                             fmt::format("{} {} of {} were left out.", count, what, shown), std::string(advice), count,
                             base::TraceId{}, std::nullopt, shown});
    };
    add(tally.untimed, "events without a time", "Run QEMU with `-msg timestamp=on`.");
    add(tally.garbled, "events with arguments that are not understood", "Give each QEMU a log of its own.");
    return notes;
}

} // namespace

std::string printable(std::string_view text)
{
    constexpr std::size_t kMaxBytes = 512;
    std::string clean(text.substr(0, kMaxBytes));
    std::ranges::replace_if(
        clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return clean;
}

std::vector<std::byte> readStart(const fs::path& file, std::size_t limit)
{
    const base::FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor.isValid())
        return {};
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    std::vector<std::byte> bytes(std::min(limit, static_cast<std::size_t>(status.st_size)));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::read(descriptor.get(), bytes.data() + done, bytes.size() - done);
        if (count <= 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    bytes.resize(done);
    return bytes;
}

base::Result<std::vector<FoundTrace>> findTraces(const fs::path& path)
{
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    const std::string shown = printable(path.native());
    if (status.type() == fs::file_type::not_found)
        return base::fail(ErrorCode::NotFound, fmt::format("There is no {}.", shown));
    if (status.type() == fs::file_type::regular) {
        if (path.filename() == "metadata")
            return base::fail(ErrorCode::NotATrace,
                              fmt::format("{} is a trace's metadata: give the folder that holds it.", shown));
        return base::fail(ErrorCode::NotATrace, describeFile(path));
    }
    if (status.type() != fs::file_type::directory)
        return base::fail(ErrorCode::NotATrace, fmt::format("{} is not a folder that holds a CTF trace.", shown));
    if (::access(path.c_str(), R_OK | X_OK) != 0)
        return base::fail(ErrorCode::Io, fmt::format("Cannot read {}: {}.", shown, std::strerror(errno)));

    if (fs::exists(path / "metadata", error))
        return std::vector{lookInto(path)};
    auto traces = search(path);
    if (traces && traces->empty())
        return base::fail(ErrorCode::NotATrace,
                          fmt::format("{} holds no CTF trace: no folder in it has a file called `metadata`.", shown));
    return traces;
}

bool isQemuLog(const fs::path& file)
{
    return recognizeQemuLog(file) != qemu_log::Recognition::Other;
}

base::Result<std::optional<FoundTrace>> convertQemuLog(const fs::path& log, const fs::path& directory,
                                                       const std::function<bool()>& stopRequested)
{
    const std::string shown = printable(log.native());
    switch (recognizeQemuLog(log)) {
    case qemu_log::Recognition::Other: return std::nullopt;
    case qemu_log::Recognition::Untimed:
        return base::fail(
            ErrorCode::Unsupported,
            fmt::format("{} is a log of QEMU's events without times: run QEMU with `-msg timestamp=on`.", shown));
    case qemu_log::Recognition::Timed: break;
    }
    const auto tally = qemu_log::convert(log, directory, stopRequested);
    if (!tally)
        return tl::unexpected(tally.error());
    std::error_code error;
    FoundTrace trace = lookInto(directory);
    trace.source = fs::absolute(log, error).lexically_normal();
    trace.notes = notesOn(*tally, shown);
    return trace;
}

} // namespace vnscope::importer
