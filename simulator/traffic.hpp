// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "simulator/alias_table.hpp"
#include "simulator/network.hpp"
#include "simulator/packet.hpp"
#include "simulator/random.hpp"

namespace vnscope::simulator {

/// The packets of one source, with those that injections add, in time order.
class Traffic final {
public:
    Traffic(const Scenario& scenario, const Network& network, std::uint32_t source);

    /// `flow` is Network::addFlow()'s; the injection's time must not be over.
    void add(const Injection& injection, std::uint32_t flow);

    /// Gives each packet made before `endNs` to `take`.
    template <typename Take> void until(base::Nanoseconds endNs, const Take& take)
    {
        for (;;) {
            Burst* const burst = earliestBurst();
            const base::Nanoseconds burstNs = burst == nullptr ? kNever : burst->nextNs;
            if (std::min(m_nextNs, burstNs) >= endNs)
                return;
            take(burstNs <= m_nextNs ? ofBurst(*burst) : ofSource());
        }
    }

private:
    static constexpr base::Nanoseconds kNever = std::numeric_limits<base::Nanoseconds>::max();

    struct Burst {
        Injection injection;
        std::uint32_t flow = 0;
        std::uint32_t sent = 0;
        base::Nanoseconds nextNs = 0;
    };

    [[nodiscard]] Burst* earliestBurst();
    [[nodiscard]] Packet ofBurst(Burst& burst);
    [[nodiscard]] Packet ofSource();
    [[nodiscard]] Packet make(std::uint64_t number, base::Nanoseconds timeNs, std::uint32_t flow);
    [[nodiscard]] std::uint16_t identification(std::uint64_t number, std::uint32_t flow);
    void scheduleNext();

    std::uint32_t m_source;
    double m_gapNs;
    bool m_isConstant;
    base::Nanoseconds m_windowNs;
    IdMode m_ids;
    double m_zeroIds;
    std::uint64_t m_gapStream;
    std::uint64_t m_flowStream;
    std::uint64_t m_idStream;
    AliasTable m_flows;
    std::uint32_t m_firstFlow;
    std::uint64_t m_sent = 0;
    double m_fractionNs = 0; ///< Of constant gaps, what whole nanoseconds leave over.
    base::Nanoseconds m_nextNs = 0;
    std::vector<Burst> m_bursts;           ///< By time of their next packet, latest first.
    std::vector<std::uint16_t> m_counters; ///< By flow.
};

} // namespace vnscope::simulator
