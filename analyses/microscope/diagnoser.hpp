// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/period_walk.hpp"
#include "analyses/microscope/pre_set.hpp"
#include "analyses/microscope/reconstruction.hpp"
#include "analyses/microscope/way_bundles.hpp"

namespace vnscope::analyses::microscope {

/// Who made packets wait.
struct Culprit {
    enum class Kind : std::uint8_t {
        Element, ///< A network function that worked slower than it can.
        Source,  ///< Packets that came too close together from where they come from.
    };
    Kind kind = Kind::Element;
    ElementId element; ///< The source, for Kind::Source; invalid: outside of what is traced.

    friend auto operator<=>(const Culprit&, const Culprit&) = default;
};

/// One of the reasons for which a packet waited at a queue.
struct Blame {
    Culprit culprit;
    double share = 0; ///< Of the wait; all of an explanation make 1.
    // The largest part of what the culprit did: the packets of a queuing period.
    QueueId queue;
    base::TimeRange when;
    std::uint64_t packets = 0;
    std::vector<FlowShare> flows; ///< Whose they were more than usual.
    std::uint8_t depth = 0;       ///< Queues between: 0 for the queue where the packet waited.
};

/// Why a packet waited at a queue: sections 4.1 to 4.3.
struct Explanation {
    QueuingPeriod period;
    double rate = 0;            ///< r_f, packets per second; 0: not known, then everything is laid on the element.
    double inputScore = 0;      ///< S_i, packets
    double processingScore = 0; ///< S_p, packets
    double seconds = 0;         ///< From the arrival of its batch's last packet until the batch was done.
    std::vector<Blame> blames;  ///< The largest share first.
};

struct DiagnosisOptions {
    /// Section 4.1 looks at the queue when the packet comes. What the element did until the packet left counts too when
    /// this is set.
    bool countsOwnDelay = true;
    /// What an element at its peak rate would have done with in between does not count as input (PeriodWalk).
    bool restartsBacklog = true;
    /// A way counts by the packets that came on it beyond those that usually come in that time; else by all of them.
    bool weighsByExcess = true;
    /// Ways that end alike are looked at together: of ways with a packet or two nothing can be said alone.
    bool joinsWays = true;
    /// When packets had come to an element says nothing of when they came on, if it held all of them for longer than
    /// they are expected to take.
    bool forgetsWhenHeld = true;
    std::uint8_t deepest = 8;    ///< Recursions.
    double smallestShare = 0.01; ///< Smaller shares are not looked into.
    std::size_t flows = 8;       ///< Kept of each blame.
};

/// Told how an explanation comes about, queue by queue in the order of looking.
class DiagnosisListener {
public:
    virtual ~DiagnosisListener() = default;
    [[nodiscard]] virtual bool wantsMore() const = 0;
    /// `explanation` without its blames: the period and the scores of `queue`.
    virtual void onQueue(QueueId queue, const Explanation& explanation, const PreSet& set, std::uint8_t depth) = 0;
    /// The next queue that is told of was squeezed by `share` of what is laid on the one of `depth`.
    virtual void onDescent(double share, std::uint8_t depth) = 0;
};

/// Explains waits. What it has found out is kept until forget(): victims of one burst share most of it.
class Diagnoser final {
public:
    Diagnoser(const Reconstruction& network, DiagnosisOptions options) : m_network(network), m_options(options) {}

    /// Why the packet `rank` waited at `queue`. Fast in the order of ranks: a period's packets are looked at again for
    /// one that came before another. Packets of one batch share their explanation.
    [[nodiscard]] std::shared_ptr<const Explanation> explain(QueueId queue, std::uint64_t rank);
    /// Why a packet found no room in `queue`; packets are asked for in the order of time, else it takes long.
    [[nodiscard]] std::shared_ptr<const Explanation> explainRefusal(QueueId queue, base::Timestamp at);
    /// The same once more, telling how.
    void tell(QueueId queue, std::uint64_t rank, DiagnosisListener& listener);
    void tellRefusal(QueueId queue, base::Timestamp at, DiagnosisListener& listener);
    void forget();

private:
    [[nodiscard]] std::shared_ptr<const Explanation> explain(QueueId queue, std::uint64_t rank, std::uint8_t depth);
    [[nodiscard]] Explanation find(QueueId queue, const QueuingPeriod& period, double delay, std::uint8_t depth);
    template <typename Growing>
    using Kept = std::unordered_map<std::uint64_t, std::shared_ptr<Growing>>; ///< By queue and first rank.
    template <typename Growing>
    [[nodiscard]] std::shared_ptr<Growing> grown(Kept<Growing>& kept, QueueId queue, std::uint64_t firstRank,
                                                 std::uint64_t lastRank);
    void blameElement(Explanation& explanation, QueueId queue, const PeriodWalk& walk, double share) const;
    /// Where S_i of a queue's explanation goes.
    struct Spread {
        Explanation& explanation;
        QueueId queue;
        double expected; ///< T_exp, seconds
        double seconds;  ///< In which the packets came.
        std::uint8_t depth;
    };
    [[nodiscard]] std::vector<WayBundle> bundlesOf(const Ways& ways, std::size_t level, std::uint64_t ending) const;
    [[nodiscard]] std::vector<double> weightsOf(const Spread& spread, const std::vector<WayBundle>& bundles,
                                                std::size_t level) const;
    void propagate(Explanation& explanation, QueueId queue, const PreSet& set, double share, std::uint8_t depth);
    void propagate(const Spread& spread, const std::vector<WayBundle>& bundles, std::size_t level, double share);
    void propagate(const Spread& spread, const WayBundle& bundle, std::size_t level, double share);
    void blameBegin(const Spread& spread, const WayBundle& bundle, double share) const;
    void blameBefore(const Spread& spread, const WayBundle& bundle, std::size_t level, double share);
    [[nodiscard]] std::uint64_t lastOfBatch(QueueId queue, std::uint64_t rank) const;
    [[nodiscard]] double delayOf(QueueId queue, std::uint64_t last) const;

    const Reconstruction& m_network;
    DiagnosisOptions m_options;
    DiagnosisListener* m_listener = nullptr;
    std::unordered_map<std::uint64_t, std::shared_ptr<const Explanation>> m_explanations; ///< By queue and rank.
    Kept<PreSet> m_preSets;
    Kept<PeriodWalk> m_walks;
};

} // namespace vnscope::analyses::microscope
