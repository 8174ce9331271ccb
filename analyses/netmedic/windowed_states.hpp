// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "analyses/netmedic/component_history.hpp"
#include "analyses/netmedic/history.hpp"
#include "analyses/netmedic/queue_content.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::analyses::netmedic {

/// Makes a History of the events of vnscope_nf, which it takes in time order. What packets are called does not matter.
/// The history grows with the trace: that is what NetMedic learns from. It ends where it would become too large.
class WindowedStates final {
public:
    /// `window`: 1 ns or more.
    explicit WindowedStates(base::Nanoseconds window);

    /// Any event; those of other providers are passed over.
    void process(const tracepoints::EventRecord& event, const tracepoints::EventBatch& batch);

    void onElement(std::uint32_t element);
    void onQueue(const tracepoints::NfQueue& queue);
    void onRead(base::Timestamp at, std::uint32_t element, std::uint32_t queue, std::uint32_t packets);
    void onWrite(base::Timestamp at, std::uint32_t element, std::uint32_t queue, std::uint32_t packets);
    void onDrop(base::Timestamp at, std::uint32_t element);

    [[nodiscard]] History finish() const;

private:
    using Index = std::uint32_t;

    struct Node {
        std::uint32_t element = 0;
        std::uint64_t queued = 0; ///< Packets in all queues that it reads.
        ComponentHistory history;
    };

    struct Queue {
        QueueContent content;
        std::optional<Index> reader;
        std::uint32_t batch = 0;    ///< Packets of a full read; 0: unknown.
        std::vector<Index> writers; ///< Each once.
    };

    [[nodiscard]] bool isAccepted(base::Timestamp at);
    std::optional<Index> nodeOf(std::uint32_t element);
    Queue* queueOf(std::uint32_t queue);
    void setReader(Queue& queue, Index reader);
    template <typename Change> void changeContent(Queue& queue, Change change);
    [[nodiscard]] std::vector<base::DataQuality> quality() const;

    WindowAxis m_axis;
    bool m_hasBegun = false;
    base::Timestamp m_now; ///< Of the latest event.
    std::vector<Node> m_nodes;
    std::unordered_map<std::uint32_t, Index> m_nodeOf;
    std::map<std::uint32_t, Queue> m_queues;
    std::uint64_t m_eventsLeftOut = 0;
    std::uint64_t m_eventsMoved = 0; ///< Those whose time was before another's that came first.
};

} // namespace vnscope::analyses::netmedic
