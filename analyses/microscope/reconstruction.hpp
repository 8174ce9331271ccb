// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyses/microscope/flow_table.hpp"
#include "analyses/microscope/history.hpp"
#include "analyses/microscope/journey_log.hpp"
#include "analyses/microscope/network.hpp"
#include "analyses/microscope/packets_inside.hpp"
#include "analyses/microscope/path_table.hpp"
#include "analyses/microscope/queue_log.hpp"
#include "analyses/microscope/twins.hpp"
#include "analyses/microscope/untold_flows.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::microscope {

/// Joins what elements tell of their reads and writes into journeys of packets (Microscope, section 5, Figure 9).
///
/// An id may belong to several packets. What a reader took is looked for among what its writers put there only, in the
/// order in which each wrote, and of several the one written first is taken: a queue gives what came first. Inside of
/// an element the order per next queue is kept, and that is all there is to go by where it rewrites ids. What cannot be
/// joined so is judged by whether the packets behind it fit. Events come by the Intake, which puts them in an order
/// that can be.
///
/// Not thread-safe. Memory: what happened since the `horizon` of the last settle().
class Reconstruction final {
public:
    struct Options {
        unsigned idBits = 64; ///< How many low bits of an id tell packets apart; the rest are only kept.
        /// How long a read waits for a write that comes later in the trace.
        base::Nanoseconds patience = 100 * base::kNsPerUs;
    };

    explicit Reconstruction(Options options);
    Reconstruction(const Reconstruction&) = delete;
    Reconstruction& operator=(const Reconstruction&) = delete;

    void define(std::uint32_t host, const std::string& hostName, const tracepoints::NfElement& event,
                std::string_view name, std::string_view kind);
    void define(std::uint32_t host, const std::string& hostName, const tracepoints::NfQueue& event,
                std::string_view name);
    /// Before the first event.
    void begin(base::Timestamp now) { m_paths.begin(now); }
    /// Ids of the trace's numbers; invalid for a number beyond Network::kMost, and the queue NfQueue::kNone.
    [[nodiscard]] ElementId elementOf(std::uint32_t host, const std::string& hostName, std::uint32_t number);
    [[nodiscard]] QueueId queueOf(std::uint32_t host, const std::string& hostName, std::uint32_t number);
    /// Who reads a queue is known by its reads, too.
    void noteReader(ElementId element, QueueId queue, const tracepoints::NfBatch& read);

    /// How far a read has come that had to wait.
    struct ReadProgress {
        std::size_t taken = 0; ///< Packets.
        bool hasBegun = false;
    };
    /// A batch was read. False: it has to wait for a packet that nobody has written yet; only when it may.
    [[nodiscard]] bool take(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event,
                            ReadProgress& progress, bool mayWait);
    /// A batch was written.
    void put(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event);
    void tellFlow(ElementId element, const tracepoints::NfFlow& event);
    /// Packets were dropped; `queue` is the one that had no room, if it was that.
    void giveUp(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfDrop& event);

    /// Takes stock, and forgets what happened before `horizon`.
    void settle(base::Timestamp now, base::Timestamp horizon, Abnormality abnormality);
    /// Journeys that have ended since the last call, by number.
    [[nodiscard]] std::vector<std::uint64_t> takeEnded() { return m_journeys.takeEnded(); }

    [[nodiscard]] const Network& network() const { return m_network; }
    [[nodiscard]] const PathTable& paths() const { return m_paths; }
    [[nodiscard]] const FlowTable& flows() const { return m_flows; }
    [[nodiscard]] const History<Journey>& journeys() const { return m_journeys.all(); }
    [[nodiscard]] QueueLog& log(QueueId queue) { return *m_logs[queue.value]; }
    [[nodiscard]] const QueueLog& log(QueueId queue) const { return *m_logs[queue.value]; }
    [[nodiscard]] std::size_t queues() const { return m_logs.size(); }
    /// A packet of a queue by the low bits of its rank; null when it is forgotten.
    [[nodiscard]] const Passage* passage(QueueId queue, std::uint32_t rank) const { return log(queue).passage(rank); }
    /// The flow of a packet; invalid when it is not known (yet).
    [[nodiscard]] FlowId flowOf(const Passage& passage) const;
    /// The queues of a journey, the last one first. Ends where the past is forgotten.
    [[nodiscard]] std::vector<Hop> hops(const Journey& journey) const;

    /// Elements that gave packets new ids, at least for a time: these packets are joined by order and count.
    [[nodiscard]] std::vector<ElementId> rewriters() const;
    // What did not fit.
    [[nodiscard]] std::uint64_t unreadWrites() const { return m_unreadWrites; } ///< Written, but not seen to be read.
    [[nodiscard]] std::uint64_t oversized() const { return m_oversized; }       ///< Batches larger than their queue.
    [[nodiscard]] std::uint64_t recovered() const { return m_recovered; }       ///< Reads that the trace lacks.

private:
    struct Worker {
        PacketsInside inside;
        UntoldFlows flows;
        QueueId lastReadQueue;
        bool isSource = true; ///< Nothing was read yet.
    };

    void beginRead(Worker& worker, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event);
    void admit(Worker& worker, QueueId queue, std::uint64_t packet);
    void noteWork(const Worker& worker, const Inside& written, base::Timestamp at);
    [[nodiscard]] Inside findRead(ElementId element, QueueId queue, base::Timestamp at, std::uint64_t packet);
    void putPacket(ElementId element, QueueId queue, base::Timestamp at, std::uint64_t packet);
    void beginUnread(Worker& worker, Inside& found, base::Timestamp at, std::uint64_t packet);
    [[nodiscard]] std::optional<Inside> recover(const Worker& worker, std::uint64_t packet, base::Timestamp at);
    [[nodiscard]] std::uint32_t beginJourney(Worker& worker, base::Timestamp at, std::uint64_t packet, bool isWhole);
    void takeFlow(Worker& worker, Journey& journey, std::uint64_t packet);
    [[nodiscard]] std::uint64_t masked(std::uint64_t id) const { return id == kUnnamed ? id : id & m_mask; }

    std::uint64_t m_mask;
    Network m_network;
    PathTable m_paths;
    FlowTable m_flows;
    std::vector<std::unique_ptr<QueueLog>> m_logs;  ///< By queue.
    std::vector<std::unique_ptr<Worker>> m_workers; ///< By element.
    JourneyLog m_journeys;
    Twins m_twins;
    std::uint64_t m_unreadWrites = 0;
    std::uint64_t m_oversized = 0;
    std::uint64_t m_recovered = 0;
};

} // namespace vnscope::analyses::microscope
