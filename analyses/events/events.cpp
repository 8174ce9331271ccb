// SPDX-License-Identifier: Apache-2.0
#include "analyses/events/events.hpp"

#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "analyses/trackers/function_key.hpp"
#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_events_kTables.hpp"
#include "tracepoints/payload_text.hpp"

namespace vnscope::analyses::events {

namespace {

using tracepoints::EventType;
using tracepoints::PayloadText;

/// What of one kind of event has a column of its own, and how often it was met.
struct Kind {
    const PayloadText::Member* skb = nullptr;
    const PayloadText::Member* length = nullptr;
    const PayloadText::Member* function = nullptr; ///< Number of a network function.
    bool isMet = false;
};

class Events final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    [[nodiscard]] std::string_view howToAsk() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    void keep(const Event& event, RunContext& context);
    [[nodiscard]] storage::Value valueOf(EventType type, const PayloadText::Member* member,
                                         const std::byte* payload) const;
    /// Key of the network function that the event is about; NULL: none.
    [[nodiscard]] storage::Value functionOf(EventType type, const std::byte* payload,
                                            const trackers::Trackers& state) const;
    void tellOfTheRest(RunContext& context) const;

    std::uint64_t m_most = 0;
    std::optional<PayloadText> m_text;
    std::array<Kind, tracepoints::kEventTypeCount> m_kinds;
    storage::TableWriter m_rows;
    std::string m_fields; ///< Of the current event; a member so that its memory is taken once.
    std::uint64_t m_kept = 0;
    std::uint64_t m_notKept = 0;
    base::Timestamp m_firstNotKept;
};

const AnalysisInfo& Events::info() const
{
    static const AnalysisInfo kInfo{"events", 2, "Events", "What happened, event by event?", {}, embedded::kTables};
    return kInfo;
}

std::vector<EventType> Events::subscriptions() const
{
    std::vector<EventType> all;
    for (std::size_t type = 0; m_most > 0 && type < tracepoints::kEventTypeCount; ++type)
        all.push_back(static_cast<EventType>(type));
    return all;
}

std::string_view Events::howToAsk() const
{
    return m_most > 0 ? "" : "Import the trace with --events to keep its events.";
}

void Events::begin(RunContext& context)
{
    m_most = context.mostEvents;
    if (m_most == 0)
        return;
    m_text.emplace();
    for (std::size_t type = 0; type < tracepoints::kEventTypeCount; ++type) {
        m_kinds[type].skb = m_text->member(static_cast<EventType>(type), "skbaddr");
        m_kinds[type].length = m_text->member(static_cast<EventType>(type), "len");
    }
    for (const EventType type :
         {EventType::NfElement, EventType::NfRead, EventType::NfWrite, EventType::NfFlow, EventType::NfDrop})
        m_kinds[static_cast<std::size_t>(type)].function = m_text->member(type, "element");
    m_kinds[static_cast<std::size_t>(EventType::NfQueue)].function = m_text->member(EventType::NfQueue, "reader");
    m_rows = context.store.table("event", {"event_id", "ts_ns", "trace_id", "cpu", "name_id", "device_id", "stream_id",
                                           "function_key", "skb", "length", "fields"});
}

void Events::process(const Event& event, RunContext& context)
{
    if (m_kept < m_most)
        keep(event, context);
    else if (m_notKept++ == 0)
        m_firstNotKept = event.record.time;
}

storage::Value Events::valueOf(EventType type, const PayloadText::Member* member, const std::byte* payload) const
{
    const bool isTold = member != nullptr && m_text->isTold(type, *member, payload);
    return isTold ? storage::Value(integerOf(member->spec, payload)) : storage::Value();
}

storage::Value Events::functionOf(EventType type, const std::byte* payload, const trackers::Trackers& state) const
{
    const storage::Value number = valueOf(type, m_kinds[static_cast<std::size_t>(type)].function, payload);
    // A queue that nobody reads who is traced.
    if (number.isNull() || number.integer() == tracepoints::NfQueue::kNone)
        return {};
    return trackers::functionKey(state.host(), static_cast<std::uint32_t>(number.integer()));
}

void Events::keep(const Event& event, RunContext& context)
{
    const EventType type = event.record.type;
    Kind& kind = m_kinds[static_cast<std::size_t>(type)];
    kind.isMet = true;
    const std::byte* const payload = &event.as<std::byte>();
    const trackers::Sighting& sighting = context.trackers.sighting();
    const bool hasStream = sighting.stream != trackers::Conversations::kNone;
    // qdisc_dequeue has 0 where the queue was empty.
    const bool hasSkb = kind.skb != nullptr && integerOf(kind.skb->spec, payload) != 0;
    m_fields.clear();
    m_text->append(m_fields, type, payload, context.strings, {kind.skb, kind.length});
    m_rows.append(++m_kept, event.record.time, context.session.streams[event.record.stream.value].trace,
                  event.record.cpu, static_cast<std::uint32_t>(type), sighting.device,
                  hasStream ? storage::Value(sighting.stream) : storage::Value(),
                  functionOf(type, payload, context.trackers),
                  hasSkb ? valueOf(type, kind.skb, payload) : storage::Value(), valueOf(type, kind.length, payload),
                  std::string_view(m_fields));
}

void Events::finish(RunContext& context)
{
    if (m_most == 0)
        return;
    storage::TableWriter names = context.store.table("event_name", {"name_id", "name"});
    for (std::size_t type = 0; type < tracepoints::kEventTypeCount; ++type)
        if (m_kinds[type].isMet)
            names.append(type, m_text->name(static_cast<EventType>(type)));
    if (m_notKept > 0)
        tellOfTheRest(context);
}

void Events::tellOfTheRest(RunContext& context) const
{
    context.quality.push_back(
        {base::Severity::Info,
         "events_not_kept",
         fmt::format("Table event holds the first {} events; the {} after them are not in it. All other results rest "
                     "on all events.",
                     m_kept, m_notKept),
         "Import a window of the trace with --begin and --duration, or more events with --events=LIMIT.",
         m_notKept,
         {},
         m_firstNotKept,
         "events"});
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Events>();
}

} // namespace vnscope::analyses::events
