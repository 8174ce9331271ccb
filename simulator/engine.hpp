// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "simulator/fifo.hpp"
#include "simulator/histogram.hpp"
#include "simulator/network.hpp"
#include "simulator/observer.hpp"
#include "simulator/stalls.hpp"
#include "simulator/traffic.hpp"

namespace vnscope::simulator {

/// What an element did so far.
struct ElementTotals {
    std::uint64_t arrived = 0; ///< Packets that the queue had room for.
    std::uint64_t dropped = 0; ///< Packets that it had none for.
    std::uint64_t read = 0;
    std::uint64_t reads = 0;
    std::uint64_t fullReads = 0; ///< That gave a whole batch.
    double busyNs = 0;           ///< Work, interrupts not counted.
    std::uint32_t queueMax = 0;
    Histogram delay; ///< From the arrival in the queue to the write of the batch.
};

struct Totals {
    std::uint64_t made = 0; ///< By the sources, injected ones with them.
    std::uint64_t left = 0; ///< Packets that went through all of the network.
    std::uint64_t dropped = 0;
    std::uint64_t inside = 0; ///< On their way now.
    Histogram latency;        ///< Of packets that left.
};

/// Runs a scenario. Elements run one after another, from the sources on, in slices of time: what an element does in a
/// slice depends on what those before it did up to the slice's end, and on nothing later. So memory follows the packets
/// that are alive, and the length of slices changes no result.
class Engine final {
public:
    /// `scenario` must have passed check(); `observer` may be nullptr and must outlive the engine.
    explicit Engine(const Scenario& scenario, PacketObserver* observer = nullptr);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Tells `listener` of all batches from now on; it must outlive the engine.
    void listen(BatchListener& listener) { m_listener = &listener; }
    /// An injection beside the scenario's; its time must not be over.
    void add(const Injection& injection);
    /// Runs everything that happens before `endNs`, as one slice.
    void run(base::Nanoseconds endNs);

    [[nodiscard]] base::Nanoseconds now() const { return m_now; }
    [[nodiscard]] Totals totals() const;
    [[nodiscard]] const ElementTotals& totals(std::uint32_t element) const { return m_servers[element].totals; }
    /// Whether each element has emptied its queue at or after `sinceNs`.
    [[nodiscard]] bool isDrainedSince(base::Nanoseconds sinceNs) const;
    [[nodiscard]] const Network& network() const { return m_network; }

private:
    struct Server {
        Server(const Scenario& scenario, std::uint32_t element);

        const Element* element;
        std::uint64_t serviceStream;
        std::uint64_t idStream; ///< Of ids that it gives.
        Stalls stalls;
        RandomIntervals slowdowns;
        double slowdownFactor;
        std::vector<std::uint32_t> links;     ///< That lead here.
        std::vector<base::Nanoseconds> heads; ///< When the first packet of each link was written; kNever: none.
        Fifo<Packet> queue;
        base::Nanoseconds freeNs = 0; ///< When it can read again.
        base::Nanoseconds lastEmptyNs = 0;
        ElementTotals totals;
    };

    void serve(std::uint32_t element, base::Nanoseconds endNs);
    void acceptBefore(Server& server, base::Nanoseconds endNs);
    void acceptFrom(Server& server, std::size_t place);
    void accept(Server& server, std::uint32_t link, std::span<Packet> run);
    void read(std::uint32_t element);
    [[nodiscard]] base::Nanoseconds workOf(Server& server, std::span<const Packet> batch);
    [[nodiscard]] double serviceOf(const Server& server, const Packet& packet) const;
    [[nodiscard]] std::uint32_t newId(const Server& server, const Packet& packet) const;
    void sendOn(std::uint32_t node, const Packet& packet);
    void keepHeads();
    void leave(std::uint32_t link, base::Nanoseconds endNs);
    void runSource(std::uint32_t source, base::Nanoseconds endNs);

    void beginJourney(Packet& packet);
    void addHops(std::uint32_t element, std::span<const Packet> batch, base::Nanoseconds readNs,
                 base::Nanoseconds leaveNs);
    void endJourney(const Packet& packet, std::uint32_t lostAt);

    Scenario m_scenario;
    Network m_network;
    BatchListener* m_listener = nullptr;
    PacketObserver* m_observer;
    std::vector<Traffic> m_traffic;          ///< By source.
    std::vector<Server> m_servers;           ///< By element.
    std::vector<Fifo<Packet>> m_links;       ///< By link: what is written and not yet accepted.
    std::vector<base::Nanoseconds*> m_heads; ///< By link: where its server keeps the time of its first packet.
    base::Nanoseconds m_exitHead = 0;        ///< Of links that lead out, which nobody asks for.
    std::vector<std::uint32_t> m_exits;      ///< Links that lead out.
    std::vector<Injection> m_bugs;           ///< By id.
    std::vector<Packet> m_batch;
    std::vector<Journey> m_journeys;
    std::vector<std::uint32_t> m_freeJourneys;
    base::Nanoseconds m_now = 0;
    Totals m_totals;
};

} // namespace vnscope::simulator
