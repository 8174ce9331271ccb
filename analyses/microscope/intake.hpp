// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "analyses/microscope/reconstruction.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::microscope {

/// Brings what elements tell to the reconstruction in an order that can be: clocks differ a little, and who writes may
/// tell of it late, so a read of packets that nobody has written yet waits for them, and with it all that the element
/// does afterwards.
///
/// Not thread-safe. Memory: what elements do while a read of theirs waits.
class Intake final {
public:
    /// `network` must outlive it; a read waits for `patience`, and longer while its writers wait themselves.
    Intake(Reconstruction& network, base::Nanoseconds patience) : m_network(network), m_patience(patience) {}

    void read(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfBatch& event);
    void write(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfBatch& event);
    void flow(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfFlow& event);
    void drop(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfDrop& event);
    /// Gives up waiting for what should have come before `now`. Called with each event's time, and at the end.
    void advance(base::Timestamp now);

private:
    /// What an element did while an earlier read of it waits.
    struct Later {
        base::Timestamp at;
        QueueId queue;
        bool isRead = false; ///< Of an NfBatch.
        std::variant<tracepoints::NfBatch, tracepoints::NfFlow, tracepoints::NfDrop> event;
    };
    struct Worker {
        std::deque<Later> later;               ///< The first of them is a read that waits, when there is any.
        Reconstruction::ReadProgress progress; ///< Of that read.
        bool isResuming = false;
    };

    [[nodiscard]] Worker& workerOf(ElementId element);
    template <typename Event>
    void happen(ElementId element, QueueId queue, base::Timestamp at, bool isRead, const Event& event);
    void perform(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event);
    void perform(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfFlow& event);
    void perform(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfDrop& event);
    void resume(ElementId element, base::Timestamp now);
    [[nodiscard]] bool isHeldUp(QueueId queue, base::Timestamp at, base::Timestamp now) const;

    Reconstruction& m_network;
    base::Nanoseconds m_patience;
    std::vector<std::unique_ptr<Worker>> m_workers; ///< By element.
    std::vector<ElementId> m_waiting;               ///< Elements whose read waits.
};

} // namespace vnscope::analyses::microscope
