// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "importer/session.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::tests::support {

/// All events of a trace, by type, with their payloads and names.
class RecordedEvents final {
public:
    explicit RecordedEvents(const std::filesystem::path& trace)
    {
        const std::array paths{trace};
        auto source = importer::openSession(paths);
        if (!source)
            throw std::runtime_error(source.error().text());
        for (auto batch = (*source)->next();; batch = (*source)->next()) {
            if (!batch)
                throw std::runtime_error(batch.error().text());
            if (*batch == nullptr)
                break;
            for (const tracepoints::EventRecord& event : (*batch)->events())
                keep(event, **batch);
        }
        m_session = (*source)->session();
        m_source = std::move(*source);
    }

    template <typename Payload> [[nodiscard]] std::vector<Payload> all(tracepoints::EventType type) const
    {
        std::vector<Payload> payloads;
        for (const Event& event : m_events)
            if (event.type == type)
                payloads.push_back(*reinterpret_cast<const Payload*>(event.bytes.data()));
        return payloads;
    }
    [[nodiscard]] std::string text(base::StringId id) const { return std::string(m_source->strings().text(id)); }
    [[nodiscard]] const tracepoints::SessionInfo& session() const { return m_session; }

private:
    struct Event {
        tracepoints::EventType type;
        std::vector<std::byte> bytes;
    };
    void keep(const tracepoints::EventRecord& event, const tracepoints::EventBatch& batch)
    {
        const std::byte* const payload = &batch.payload<std::byte>(event);
        m_events.push_back({event.type, {payload, payload + tracepoints::schemaOf(event.type)->defaults.size()}});
    }

    std::vector<Event> m_events;
    std::unique_ptr<tracepoints::EventSource> m_source;
    tracepoints::SessionInfo m_session;
};

} // namespace vnscope::tests::support
