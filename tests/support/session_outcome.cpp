// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_outcome.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string_view>

#include "tracepoints/schema.hpp"

namespace vnscope::tests::support {

namespace {

using tracepoints::EventRecord;

std::uint64_t mix(std::uint64_t hash, std::string_view bytes)
{
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U; // FNV-1a
    return hash;
}

template <typename Number> std::uint64_t mixNumber(std::uint64_t hash, Number number)
{
    return mix(hash, {reinterpret_cast<const char*>(&number), sizeof number});
}

/// Ids of names depend on which reader met them first; their text does not.
std::uint64_t mixPayload(std::uint64_t hash, const EventRecord& record, const tracepoints::EventBatch& batch,
                         const tracepoints::StringTable& strings)
{
    const tracepoints::Schema* const schema = tracepoints::schemaOf(record.type);
    if (schema == nullptr)
        return hash;
    const std::byte* const payload = &batch.payload<std::byte>(record);
    for (const tracepoints::FieldSpec& field : schema->fields) {
        if (field.kind == tracepoints::FieldKind::String) {
            base::StringId id;
            std::memcpy(&id, payload + field.offset, sizeof id);
            hash = mix(hash, strings.text(id));
        } else {
            hash = mix(hash, {reinterpret_cast<const char*>(payload + field.offset), field.size});
        }
    }
    return hash;
}

} // namespace

std::uint64_t SessionOutcome::events() const
{
    return std::accumulate(info.streams.begin(), info.streams.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& stream) { return sum + stream.events; });
}

std::uint64_t SessionOutcome::eventsOf(const std::string& stream) const
{
    const auto found = std::ranges::find(info.streams, stream, &tracepoints::StreamInfo::name);
    return found == info.streams.end() ? 0 : found->events;
}

tracepoints::StreamState SessionOutcome::stateOf(const std::string& stream) const
{
    const auto found = std::ranges::find(info.streams, stream, &tracepoints::StreamInfo::name);
    return found == info.streams.end() ? tracepoints::StreamState::Unreadable : found->state;
}

std::map<std::string, std::uint64_t> SessionOutcome::eventsByClass() const
{
    std::map<std::string, std::uint64_t> counts;
    for (const tracepoints::EventClassInfo& eventClass : info.eventClasses)
        if (eventClass.count > 0)
            counts[eventClass.name] += eventClass.count;
    return counts;
}

const base::DataQuality* SessionOutcome::quality(const std::string& kind) const
{
    const auto found = std::ranges::find(info.quality, kind, &base::DataQuality::kind);
    return found == info.quality.end() ? nullptr : &*found;
}

SessionOutcome readSession(const std::vector<std::filesystem::path>& paths, const importer::SessionOptions& options)
{
    SessionOutcome outcome;
    auto source = importer::openSession(paths, options);
    if (!source) {
        outcome.error = source.error();
        return outcome;
    }
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    while (true) {
        const auto batch = (*source)->next();
        if (!batch) {
            outcome.error = batch.error();
            break;
        }
        if (*batch == nullptr)
            break;
        for (const EventRecord& record : (*batch)->events()) {
            ++outcome.records;
            outcome.isMonotonic = outcome.isMonotonic && record.time.ns >= last;
            last = record.time.ns;
            outcome.fingerprint = mixNumber(outcome.fingerprint, record.time.ns);
            outcome.fingerprint = mixNumber(outcome.fingerprint, record.type);
            outcome.fingerprint = mixNumber(outcome.fingerprint, record.cpu);
            outcome.fingerprint = mixPayload(outcome.fingerprint, record, **batch, (*source)->strings());
            if (record.type == tracepoints::EventType::EventsLost) {
                const auto& loss = (*batch)->payload<tracepoints::EventsLost>(record);
                outcome.countedLosses += loss.events;
                outcome.lostPackets += loss.packets;
            }
        }
    }
    outcome.info = (*source)->session();
    return outcome;
}

} // namespace vnscope::tests::support
