// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tracepoints/event_batch.hpp"

namespace vnscope::tests::support {

/// All events of a trace, by type, with their payloads and names.
class Recording final {
public:
    explicit Recording(const std::filesystem::path& trace);

    /// In time order; `Payload` must be the struct that EventType names for `type`.
    template <typename Payload> [[nodiscard]] std::vector<Payload> all(tracepoints::EventType type) const
    {
        std::vector<Payload> payloads;
        for (const Event& event : m_events)
            if (event.type == type)
                payloads.push_back(*reinterpret_cast<const Payload*>(event.bytes.data()));
        return payloads;
    }
    [[nodiscard]] std::string text(base::StringId id) const { return std::string(m_source->strings().text(id)); }
    [[nodiscard]] const tracepoints::SessionInfo& session() const { return m_source->session(); }

private:
    struct Event {
        tracepoints::EventType type;
        std::vector<std::byte> bytes;
    };
    void keep(const tracepoints::EventRecord& event, const tracepoints::EventBatch& batch);

    std::vector<Event> m_events;
    std::unique_ptr<tracepoints::EventSource> m_source;
};

/// Runs a command line while a private LTTng session records its user-space `events`. Throws with what the command
/// wrote when it fails; `output`, if given, gets that otherwise.
[[nodiscard]] Recording recordUst(const std::string& events, const std::string& command, std::string* output = nullptr);

} // namespace vnscope::tests::support
