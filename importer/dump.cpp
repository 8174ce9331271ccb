// SPDX-License-Identifier: Apache-2.0
#include "importer/dump.hpp"

#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "importer/trace_finder.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::importer {

namespace {

using tracepoints::FieldKind;
using tracepoints::FieldSpec;

std::string_view leafName(const FieldSpec& spec)
{
    const std::string_view path = spec.paths.substr(0, spec.paths.find('|'));
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// A NumberList of `size` bytes as "1,2,3", with "…" for what the list had no room for.
void appendNumbers(std::string& line, const std::byte* place, std::size_t size)
{
    std::uint64_t count = 0;
    std::memcpy(&count, place, sizeof count);
    const std::uint64_t room = size / sizeof count - 1;
    for (std::uint64_t i = 0; i < std::min(count, room); ++i) {
        std::uint64_t number = 0;
        std::memcpy(&number, place + (i + 1) * sizeof number, sizeof number);
        line += fmt::format("{}{}", i > 0 ? "," : "", number);
    }
    line += count > room ? ",…" : "";
}

void appendValue(std::string& line, const FieldSpec& spec, const std::byte* payload,
                 const tracepoints::StringTable& strings)
{
    const std::byte* const place = payload + spec.offset;
    if (spec.kind == FieldKind::String) {
        base::StringId id;
        std::memcpy(&id, place, sizeof id);
        line += printable(strings.text(id));
    } else if (spec.kind == FieldKind::Integer || spec.kind == FieldKind::Constant) {
        std::uint64_t value = 0;
        std::memcpy(&value, place, std::min<std::size_t>(spec.size, sizeof value));
        line += fmt::format("{}", value);
    } else if (spec.kind == FieldKind::Numbers) {
        appendNumbers(line, place, spec.size);
    } else {
        for (std::size_t i = 0; i < spec.size; ++i)
            line += fmt::format("{:02x}", std::to_integer<unsigned>(place[i]));
    }
}

std::string describe(const tracepoints::EventRecord& record, const tracepoints::EventBatch& batch,
                     const tracepoints::StringTable& strings)
{
    if (record.type == tracepoints::EventType::EventsLost) {
        const auto& lost = batch.payload<tracepoints::EventsLost>(record);
        return fmt::format("{} events_lost cpu={} since={} events={} packets={}\n", record.time.ns, record.cpu,
                           lost.beginNs, lost.events, lost.packets);
    }
    const tracepoints::Schema& schema = *tracepoints::schemaOf(record.type);
    std::string line = fmt::format("{} {} cpu={}", record.time.ns, schema.name, record.cpu);
    const std::byte* const payload = &batch.payload<std::byte>(record);
    std::map<std::uint16_t, const FieldSpec*> members; // Several paths may lead to one member.
    for (const FieldSpec& spec : schema.fields)
        members.emplace(spec.offset, &spec);
    for (const auto& [offset, spec] : members) {
        line += fmt::format(" {}=", leafName(*spec));
        appendValue(line, *spec, payload, strings);
    }
    return line + '\n';
}

} // namespace

base::Result<void> dump(std::span<const std::filesystem::path> paths, const SessionOptions& options, std::FILE* out)
{
    auto source = openSession(paths, options);
    if (!source)
        return tl::unexpected(std::move(source.error()));
    while (true) {
        auto batch = (*source)->next();
        if (!batch)
            return tl::unexpected(std::move(batch.error()));
        if (*batch == nullptr)
            return {};
        for (const tracepoints::EventRecord& record : (*batch)->events())
            if (std::fputs(describe(record, **batch, (*source)->strings()).c_str(), out) < 0)
                return base::fail(base::ErrorCode::Io, "Cannot write the events.");
    }
}

} // namespace vnscope::importer
