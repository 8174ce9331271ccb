// SPDX-License-Identifier: Apache-2.0
#include "importer/qemu_log/convert.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "importer/qemu_log/line.hpp"
#include "importer/qemu_log/trace_writer.hpp"

namespace vnscope::importer::qemu_log {

namespace fs = std::filesystem;
using base::ErrorCode;

namespace {

/// QEMU may say other things before its first event.
constexpr std::size_t kRecognitionBytes = std::size_t{64} << 10U;
constexpr std::size_t kMaxLineBytes = 4096;
constexpr std::uint64_t kLinesBetweenLooks = 65'536;

/// Reads a text line by line. What does not fit is passed over, and given as an empty line.
class LineReader final {
public:
    explicit LineReader(const fs::path& file) : m_in(file, std::ios::binary) {}

    [[nodiscard]] bool isGood() const { return m_in.is_open() && !m_in.bad(); }

    /// false at the end. `line` is valid until the next call.
    bool next(std::string_view& line)
    {
        m_in.getline(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
        const auto count = static_cast<std::size_t>(m_in.gcount());
        if (m_in.good()) {
            line = {m_buffer.data(), count - 1}; // The end of the line was counted.
            return true;
        }
        if (m_in.eof() || m_in.bad()) {
            line = {m_buffer.data(), count};
            return count > 0 && !m_in.bad();
        }
        m_in.clear();
        m_in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
        line = {};
        return true;
    }

private:
    std::ifstream m_in;
    std::array<char, kMaxLineBytes> m_buffer{};
};

void take(std::string_view text, TraceWriter& writer, Tally& tally)
{
    const auto line = parseLine(text);
    if (!line) {
        ++tally.otherText;
        return;
    }
    if (!line->timeNs) {
        ++tally.untimed;
        return;
    }
    if (const EventKind* const kind = findKind(line->name)) {
        const auto values = parseArguments(*kind, line->arguments);
        ++(values ? tally.events : tally.garbled);
        if (values)
            writer.add(*line->timeNs, *kind, *values);
        return;
    }
    ++(writer.add(*line->timeNs, line->name) ? tally.events : tally.otherText);
}

} // namespace

std::size_t recognitionBytes()
{
    return kRecognitionBytes;
}

Recognition recognize(std::string_view start)
{
    auto recognition = Recognition::Other;
    while (!start.empty()) {
        const std::size_t end = std::min(start.find('\n'), start.size());
        if (const auto line = parseLine(start.substr(0, std::min(end, kMaxLineBytes)))) {
            if (line->timeNs)
                return Recognition::Timed;
            const EventKind* const kind = findKind(line->name);
            if (kind != nullptr && parseArguments(*kind, line->arguments))
                recognition = Recognition::Untimed;
        }
        start.remove_prefix(std::min(end + 1, start.size()));
    }
    return recognition;
}

base::Result<Tally> convert(const fs::path& log, const fs::path& directory, const std::function<bool()>& stopRequested)
{
    std::error_code error;
    fs::create_directory(directory, error);
    LineReader reader(log);
    TraceWriter writer(directory);
    Tally tally;
    std::string_view line;
    for (std::uint64_t lines = 0; reader.next(line); ++lines) {
        if (lines % kLinesBetweenLooks == 0 && stopRequested && stopRequested())
            return base::fail(ErrorCode::Cancelled, "Reading the trace was stopped.");
        take(line, writer, tally);
    }
    if (!reader.isGood())
        return base::fail(ErrorCode::Io, fmt::format("Cannot read {}.", log.native()));
    if (!writer.finish())
        return base::fail(ErrorCode::Io, fmt::format("Cannot write to {}: is the disk full?", directory.native()));
    return tally;
}

} // namespace vnscope::importer::qemu_log
