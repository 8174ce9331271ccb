// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulator/engine.hpp"
#include "simulator/event_log.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::simulator {

/// When each run begins; any time would do.
inline constexpr base::Timestamp kBegin{1'700'000'000 * base::kNsPerSecond};

/// Numbers of elements and queues in the events: those of the scenario, from 1 on; sources come after the elements.
[[nodiscard]] constexpr std::uint32_t toldElement(std::uint32_t node)
{
    return node + 1;
}
/// The queue that an element reads.
[[nodiscard]] constexpr std::uint32_t toldQueue(std::uint32_t element)
{
    return element + 1;
}
/// The queue by which an element of `elements` sends packets out.
[[nodiscard]] constexpr std::uint32_t toldExit(std::uint32_t element, std::size_t elements)
{
    return element + 1 + static_cast<std::uint32_t>(elements);
}

/// A run as its elements would have recorded it: one trace of LTTng-UST with a stream for each of them.
class SimulatedTrace final : public tracepoints::EventSource {
public:
    static constexpr base::Nanoseconds kSliceNs = base::kNsPerMs;

    /// `scenario` must have passed check(); `observer` may be nullptr and must outlive the trace.
    explicit SimulatedTrace(const Scenario& scenario, PacketObserver* observer = nullptr,
                            base::Nanoseconds sliceNs = kSliceNs);

    [[nodiscard]] base::Result<const tracepoints::EventBatch*> next() override;
    [[nodiscard]] const tracepoints::StringTable& strings() const override { return m_strings; }
    [[nodiscard]] const tracepoints::SessionInfo& session() const override { return m_session; }
    /// Bytes stand for microseconds of simulated time.
    [[nodiscard]] tracepoints::SourceProgress progress() const override;

    [[nodiscard]] const Engine& engine() const { return m_engine; }
    [[nodiscard]] std::uint64_t lostRecords() const { return m_log.lostRecords(); }

private:
    struct Names {
        base::StringId name;
        base::StringId kind;
        base::StringId queue;
        base::StringId exit;
    };

    void describe();
    [[nodiscard]] bool refill();
    void put(const ToldEvent& event);
    template <typename Payload> [[nodiscard]] Payload& payloadOf(const ToldEvent& event);
    void putElement(const ToldEvent& event);
    void putQueue(const ToldEvent& event);
    void putBatch(const ToldEvent& event);
    void putFlow(const ToldEvent& event);
    void putDrop(const ToldEvent& event);
    [[nodiscard]] std::uint32_t queueOf(const ToldEvent& event) const;

    Scenario m_scenario;
    Engine m_engine;
    EventLog m_log;
    base::Nanoseconds m_sliceNs;
    bool m_isFinished = false;
    std::size_t m_done = 0; ///< Of m_log.ready().
    tracepoints::StringTable m_strings;
    std::vector<Names> m_names; ///< By node.
    base::StringId m_full;
    tracepoints::SessionInfo m_session;
    std::vector<tracepoints::EventRecord> m_events;
    std::vector<std::uint64_t> m_arena; ///< Words, so that payloads are aligned.
    std::size_t m_used = 0;             ///< Words.
    tracepoints::EventBatch m_batch;
    std::uint64_t m_told = 0;
};

} // namespace vnscope::simulator
