// SPDX-License-Identifier: Apache-2.0
#include "importer/session_file.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "importer/trace_finder.hpp"

namespace vnscope::importer {

namespace fs = std::filesystem;
using base::DataQuality;
using base::Severity;
using nlohmann::json;
using tracepoints::TraceInfo;

namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxItems = 100;
constexpr const char* kName = "session.json";

std::string textOf(const json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? printable(found->get_ref<const std::string&>())
                                                       : std::string();
}

std::uint64_t countOf(const json& object, const char* key)
{
    const auto found = object.find(key);
    // Sums of it must not overflow.
    constexpr std::uint64_t kMost = std::uint64_t{1} << 48U;
    return found != object.end() && found->is_number_unsigned() ? std::min(found->get<std::uint64_t>(), kMost) : 0;
}

/// The first items of an array; none when it is no array.
std::vector<json> itemsOf(const json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array())
        return {};
    return {found->begin(), found->begin() + static_cast<std::ptrdiff_t>(std::min(found->size(), kMaxItems))};
}

bool isUnderstood(const json& root)
{
    return root.is_object() && root.contains("format") && root["format"] == kFormat && root.contains("sources");
}

/// Whether `path` is in `folder`, or in a folder in it.
bool isIn(const fs::path& path, const fs::path& folder)
{
    return std::ranges::mismatch(folder, path).in1 == folder.end();
}

/// Writes what one file says.
class Assessment final {
public:
    Assessment(const SessionFile& file, std::span<TraceInfo> traces)
        : m_file(file), m_traces(traces), m_where(printable((file.folder / kName).native()))
    {
    }

    std::vector<DataQuality> run()
    {
        if (!m_file.isUnderstood) {
            add({Severity::Defect,
                 "session_file_not_understood",
                 fmt::format("{} is not as this version of vnscope knows it: what the recorder lost is not known.",
                             m_where),
                 "Read the recording with the version of vnscope that made it, or a newer one.",
                 1,
                 {},
                 std::nullopt,
                 {}});
            return std::move(m_quality);
        }
        if (!m_file.isComplete)
            add({Severity::Defect,
                 "recording_not_ended",
                 fmt::format(
                     "{} says that the recording was not ended: its last part, and what was lost, are not known.",
                     m_where),
                 "End \"vnscope record\" by Ctrl-C, and copy its folder after that.",
                 1,
                 {},
                 std::nullopt,
                 {}});
        for (const RecordedSource& source : m_file.sources)
            assess(source);
        for (const std::string& remark : m_file.remarks)
            add({Severity::Info,
                 "recording_remark",
                 fmt::format("When it was recorded: {}.", remark),
                 {},
                 1,
                 {},
                 std::nullopt,
                 {}});
        return std::move(m_quality);
    }

private:
    void assess(const RecordedSource& source)
    {
        if (source.state == "ended_early")
            add({Severity::DataLoss, "tracer_ended_early",
                 fmt::format("{} ended before the recording did: {}.", source.name, source.detail),
                 "Look at its log in the session's folder, and at the disk's space.", 1, traceOf(source), std::nullopt,
                 source.name});
        if (source.state == "not_recorded")
            add({Severity::Info,
                 "source_not_recorded",
                 fmt::format("{} was not recorded: {}.", source.name, source.detail),
                 "\"vnscope doctor\" tells what would make it possible.",
                 1,
                 {},
                 std::nullopt,
                 source.name});
        // LTTng's traces tell themselves what it lost, and when.
        if (source.lostEvents == 0 || source.name.starts_with("lttng"))
            return;
        const base::TraceId trace = traceOf(source);
        if (trace.isValid())
            m_traces[trace.value].discardedEvents += source.lostEvents;
        add({Severity::DataLoss, "discarded_events",
             fmt::format("The tracer lost {} {} ({}, as {} says): counts are lower bounds.", source.lostEvents,
                         source.lostEvents == 1 ? "event" : "events", source.name, m_where),
             "Record with larger buffers (vnscope record --buffer) or with fewer events enabled.", source.lostEvents,
             trace, std::nullopt, source.name});
    }

    /// The first of a source's traces: the file does not tell which part of a rotation lost events.
    [[nodiscard]] base::TraceId traceOf(const RecordedSource& source) const
    {
        const fs::path folder = m_file.folder / source.name;
        for (std::size_t trace = 0; trace < m_traces.size(); ++trace)
            if (isIn(m_traces[trace].path, folder))
                return {static_cast<std::uint32_t>(trace)};
        return {};
    }

    void add(DataQuality quality) { m_quality.push_back(std::move(quality)); }

    const SessionFile& m_file;
    std::span<TraceInfo> m_traces;
    std::string m_where;
    std::vector<DataQuality> m_quality;
};

} // namespace

std::optional<SessionFile> readSessionFile(const fs::path& folder)
{
    std::error_code ignored;
    const fs::path path = folder / kName;
    if (!fs::is_regular_file(path, ignored))
        return std::nullopt;
    SessionFile file;
    file.folder = folder;
    const std::vector<std::byte> bytes = readStart(path, kMaxBytes);
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    const json root = json::parse(text, text + bytes.size(), nullptr, false);
    file.isUnderstood = isUnderstood(root);
    if (!file.isUnderstood)
        return file;
    file.isComplete = root.contains("is_complete") && root["is_complete"] == true;
    for (const json& source : itemsOf(root, "sources")) {
        const std::string name = textOf(source, "name");
        // It names a folder: none but one beside the file.
        if (!name.empty() && name.find('/') == std::string::npos && name != "..")
            file.sources.push_back(
                {name, textOf(source, "state"), textOf(source, "detail"), countOf(source, "lost_events")});
    }
    for (const json& remark : itemsOf(root, "remarks"))
        if (remark.is_string())
            file.remarks.push_back(printable(remark.get_ref<const std::string&>()));
    return file;
}

std::vector<DataQuality> assessSessionFile(const SessionFile& file, std::span<TraceInfo> traces)
{
    return Assessment(file, traces).run();
}

} // namespace vnscope::importer
