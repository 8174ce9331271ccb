// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analyses/microscope/flow_table.hpp"
#include "analyses/microscope/history.hpp"
#include "analyses/microscope/network.hpp"
#include "analyses/microscope/path_table.hpp"
#include "analyses/microscope/queue_log.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::microscope {

/// A packet's way through the network, by what is known of it.
struct Journey {
    enum class State : std::uint8_t {
        Open,        ///< Under way.
        Arrived,     ///< Left what is traced.
        LostInQueue, ///< Written into a queue and never read.
        Refused,     ///< Found no room in a queue.
        GivenUp,     ///< The element itself did not want it.
    };
    static constexpr std::uint32_t kNowhere = 0xffff'ffff;

    base::Timestamp begin;
    base::Timestamp end;             ///< When it arrived or was lost.
    std::uint64_t packet = kUnnamed; ///< As the trace calls it.
    FlowId flow;                     ///< Invalid: not told.
    QueueId lastQueue;               ///< That it has been read from; invalid: none.
    std::uint32_t lastRank = 0;      ///< Low bits of its rank there.
    QueueId lostQueue;               ///< Where it was lost or refused.
    State state = State::Open;
    bool isWhole = false; ///< It was seen to leave a source: `begin` is when.
};

/// One queue of a journey.
struct Hop {
    QueueId queue;
    ElementId element; ///< That read it.
    std::uint64_t rank = 0;
    base::Timestamp arrival;
    base::Timestamp read;
    base::Timestamp left; ///< Was written to the next queue, or lost.
};

/// Joins what elements tell of their reads and writes into journeys of packets (Microscope, section 5, Figure 9).
///
/// An id may belong to several packets. What a reader took is looked for among what its writers put there only, in the
/// order in which each wrote, and of several the one written first is taken: a queue gives what came first. Inside of
/// an element the order per next queue is kept. What cannot be joined so waits until whoever might be late has come
/// (clocks differ a little), and is then judged by whether the packets behind it fit.
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

    void define(std::uint32_t host, const std::string& hostName, const tracepoints::NfElement& event,
                std::string_view name, std::string_view kind);
    void define(std::uint32_t host, const std::string& hostName, const tracepoints::NfQueue& event,
                std::string_view name);
    void read(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfBatch& event);
    void write(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfBatch& event);
    void flow(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfFlow& event);
    void drop(base::Timestamp at, std::uint32_t host, const std::string& hostName, const tracepoints::NfDrop& event);
    /// Before the first event.
    void begin(base::Timestamp now) { m_paths.begin(now); }
    /// Gives up waiting for what should have come before `now`. Called with each event's time, and at the end.
    void advance(base::Timestamp now);

    /// Takes stock, and forgets what happened before `horizon`.
    void settle(base::Timestamp now, base::Timestamp horizon, Abnormality abnormality);
    /// Journeys that have ended since the last call, by number.
    [[nodiscard]] std::vector<std::uint64_t> takeEnded();

    [[nodiscard]] const Network& network() const { return m_network; }
    [[nodiscard]] const PathTable& paths() const { return m_paths; }
    [[nodiscard]] const FlowTable& flows() const { return m_flows; }
    [[nodiscard]] const History<Journey>& journeys() const { return m_journeys; }
    [[nodiscard]] QueueLog& log(QueueId queue) { return *m_logs[queue.value]; }
    [[nodiscard]] const QueueLog& log(QueueId queue) const { return *m_logs[queue.value]; }
    [[nodiscard]] std::size_t queues() const { return m_logs.size(); }
    /// A packet of a queue by the low bits of its rank; null when it is forgotten.
    [[nodiscard]] const Passage* passage(QueueId queue, std::uint32_t rank) const;
    /// The flow of a packet; invalid when it is not known (yet).
    [[nodiscard]] FlowId flowOf(const Passage& passage) const;
    /// The queues of a journey, the last one first. Ends where the past is forgotten.
    [[nodiscard]] std::vector<Hop> hops(const Journey& journey) const;

    // What did not fit.
    [[nodiscard]] std::uint64_t unreadWrites() const { return m_unreadWrites; } ///< Written, but not seen to be read.
    [[nodiscard]] std::uint64_t oversized() const { return m_oversized; }       ///< Batches larger than their queue.
    [[nodiscard]] std::uint64_t recovered() const { return m_recovered; }       ///< Reads that the trace lacks.

private:
    /// A packet that an element has read.
    struct Inside {
        std::uint64_t packet = kUnnamed;
        base::Timestamp read;
        std::uint32_t journey = kNoJourney;
        std::uint32_t rank = 0;
        PathId path;
        QueueId queue;
        bool isTaken = false;
    };
    struct Told {
        std::uint64_t packet = kUnnamed;
        std::uint32_t journey = kNoJourney;
        FlowId flow;
    };
    /// What an element did while an earlier read of it waits.
    struct Later {
        base::Timestamp at;
        QueueId queue;
        bool isRead = false; ///< Of an NfBatch.
        std::variant<tracepoints::NfBatch, tracepoints::NfFlow, tracepoints::NfDrop> event;
    };
    struct Worker {
        History<Inside> inside;
        std::vector<std::uint64_t> cursors; ///< By queue: behind the packet last written there.
        History<Told> withoutFlow;          ///< Written out, or from a source.
        std::uint64_t flowCursor = 0;       ///< Behind the packet inside whose flow was told last.
        History<Told> announced;            ///< Flows told before the packet was written.
        QueueId lastReadQueue;
        bool isSource = true;     ///< Nothing was read yet.
        std::deque<Later> later;  ///< The first of them is a read that waits, when there is any.
        std::size_t progress = 0; ///< Packets of that read that have been taken.
        bool hasBegun = false;    ///< That read.
        bool isResuming = false;
    };

    [[nodiscard]] ElementId elementOf(std::uint32_t host, const std::string& hostName, std::uint32_t number);
    [[nodiscard]] QueueId queueOf(std::uint32_t host, const std::string& hostName, std::uint32_t number);
    template <typename Event>
    void happen(ElementId element, QueueId queue, base::Timestamp at, bool isRead, const Event& event);
    void perform(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event);
    void perform(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfFlow& event);
    void perform(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfDrop& event);
    void resume(ElementId element, base::Timestamp now);
    [[nodiscard]] bool isHeldUp(QueueId queue, base::Timestamp at, base::Timestamp now) const;
    /// False: it has to wait for a packet that nobody has written yet.
    [[nodiscard]] bool tryRead(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event,
                               bool mayWait);
    void beginRead(ElementId element, QueueId queue, base::Timestamp at, const tracepoints::NfBatch& event);
    void admit(Worker& worker, QueueId queue, std::uint64_t packet);
    void noteWork(const Worker& worker, const Inside& written, base::Timestamp at);
    void writePacket(ElementId element, QueueId queue, base::Timestamp at, std::uint64_t packet);
    void writeUnread(Worker& worker, Inside& found, base::Timestamp at, std::uint64_t packet);
    void takeAnnounced(Worker& worker, Journey& journey);
    [[nodiscard]] Inside* findInside(Worker& worker, std::uint64_t packet, std::uint64_t& cursor);
    [[nodiscard]] std::optional<Inside> recover(ElementId element, std::uint64_t packet, base::Timestamp at);
    [[nodiscard]] std::uint32_t beginJourney(Worker& worker, base::Timestamp at, std::uint64_t packet, bool isWhole);
    void endJourney(std::uint32_t journey, base::Timestamp at, Journey::State state, QueueId where);
    [[nodiscard]] Journey* journeyOf(std::uint32_t low);
    [[nodiscard]] std::uint64_t masked(std::uint64_t id) const { return id == kUnnamed ? id : id & m_mask; }

    Options m_options;
    std::uint64_t m_mask;
    Network m_network;
    PathTable m_paths;
    FlowTable m_flows;
    std::vector<std::unique_ptr<QueueLog>> m_logs;  ///< By queue.
    std::vector<std::unique_ptr<Worker>> m_workers; ///< By element.
    std::vector<ElementId> m_waiting;               ///< Elements whose read waits.
    History<Journey> m_journeys;
    std::vector<std::uint64_t> m_ended;
    std::uint64_t m_unreadWrites = 0;
    std::uint64_t m_oversized = 0;
    std::uint64_t m_recovered = 0;
};

} // namespace vnscope::analyses::microscope
