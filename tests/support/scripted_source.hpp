// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/analysis.hpp"
#include "storage/store.hpp"
#include "tests/support/sample_case.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::tests::support {

/// A session written down event by event: for cases that no recorded trace shows.
class ScriptedSource final : public tracepoints::EventSource {
public:
    /// One host ("host"), one trace, one stream; every event type counts as recorded.
    ScriptedSource();

    template <typename Payload>
    ScriptedSource& add(std::int64_t timeNs, std::uint16_t cpu, tracepoints::EventType type, const Payload& payload)
    {
        const std::size_t offset = m_arena.size() * sizeof(std::uint64_t);
        m_arena.resize(m_arena.size() + (sizeof(Payload) + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
        std::memcpy(reinterpret_cast<std::byte*>(m_arena.data()) + offset, &payload, sizeof payload);
        m_events.push_back({{timeNs}, static_cast<std::uint32_t>(offset), type, cpu, {0}});
        return *this;
    }

    /// The event that was added last is in this stream of the session, not in the first.
    void moveLastTo(std::uint32_t stream) { m_events.back().stream = {stream}; }

    [[nodiscard]] base::StringId name(std::string_view text) { return m_strings.intern(text); }
    [[nodiscard]] tracepoints::SkbAtDevice at(std::uint64_t skb, std::string_view device, std::uint32_t length,
                                              const tracepoints::PacketHeaders& headers = {});
    /// The events of one packet crossing a veth: queued, received by the peer, driver returned, delivered from the
    /// backlog.
    ScriptedSource& crossVeth(std::int64_t timeNs, std::uint16_t cpu, std::uint64_t skb, std::string_view from,
                              std::string_view to, std::uint32_t length,
                              const tracepoints::PacketHeaders& headers = {});

    [[nodiscard]] base::Result<const tracepoints::EventBatch*> next() override;
    [[nodiscard]] const tracepoints::StringTable& strings() const override { return m_strings; }
    [[nodiscard]] const tracepoints::SessionInfo& session() const override { return m_session; }
    [[nodiscard]] tracepoints::SourceProgress progress() const override { return {m_events.size(), 0, 0}; }
    [[nodiscard]] tracepoints::SessionInfo& editSession() { return m_session; }

private:
    std::vector<std::uint64_t> m_arena; ///< Words, so that payloads are aligned.
    std::vector<tracepoints::EventRecord> m_events;
    tracepoints::StringTable m_strings;
    tracepoints::SessionInfo m_session;
    tracepoints::EventBatch m_batch;
    bool m_isDelivered = false;
};

/// IPv4 headers of a UDP datagram with `payload` bytes, from 10.0.0.`from` to 10.0.0.`to`.
[[nodiscard]] tracepoints::PacketHeaders udp(std::uint8_t from, std::uint16_t fromPort, std::uint8_t to,
                                             std::uint16_t toPort, std::uint16_t payload, std::uint16_t ipId);
/// The same for TCP with 20-byte headers.
[[nodiscard]] tracepoints::PacketHeaders tcp(std::uint8_t from, std::uint16_t fromPort, std::uint8_t to,
                                             std::uint16_t toPort, std::uint16_t payload, std::uint16_t ipId,
                                             std::uint32_t sequence);

/// Runs every analysis over the source and opens the store it makes.
class AnalysedScript final {
public:
    explicit AnalysedScript(tracepoints::EventSource& source, analyses::VictimRule victims = {},
                            std::uint64_t mostEvents = 0);
    [[nodiscard]] storage::Table read(const storage::Select& select) const;
    [[nodiscard]] const storage::Store& store() const { return m_store.front(); }

private:
    ScratchDirectory m_scratch;
    std::vector<storage::Store> m_store;
};

} // namespace vnscope::tests::support
