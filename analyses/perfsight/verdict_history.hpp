// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/perfsight/assessment.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::analyses::perfsight {

/// Joins what windows in a row say into intervals, and writes them: the tables element_loss, element_state, chain_link,
/// root_cause and resource_shortage. Memory is bounded by what is going on now, by the elements that were ever to
/// blame, and by who talks to whom.
class VerdictHistory final {
public:
    void begin(storage::StoreWriter& store);
    /// `assessment` is of the window right after the last one.
    void add(const Assessment& assessment);
    /// What still goes on ends here. Appends a finding for each element and resource that was ever to blame.
    void finish(base::TimeRange range, std::vector<Finding>& findings);

private:
    /// Something that windows in a row agree on.
    struct Spell {
        base::TimeRange range;
        std::uint64_t windows = 0;
        std::uint64_t lostPackets = 0;
        Confidence confidence = Confidence::Possible;
        std::string evidence; ///< For a root cause: its reasoning.
        std::string remark;   ///< For a root cause: who waits; for a shortage: what was not measured.
        std::int64_t element = -1;
        std::string elementName;
        std::string vm;
    };
    using CauseKey = std::pair<std::int64_t, LoadLabel>; ///< Element.
    using ShortageKey =
        std::tuple<std::string, std::string, ShortageKind, std::string>; ///< Host, resource, drop place.
    /// All spells of one key together.
    struct Total {
        std::uint64_t windows = 0;
        std::uint64_t lostPackets = 0;
        base::TimeRange when;
        Spell surest;
    };

    void addLosses(const Assessment& assessment);
    void addShortages(const Assessment& assessment);
    void addChain(const DiagnosedChain& chain, base::TimeRange range);
    void addState(std::int64_t element, std::string_view state, base::TimeRange range);
    void endSpellsBefore(base::Timestamp time);
    void write(const CauseKey& key, const Spell& spell);
    void write(const ShortageKey& key, const Spell& spell);
    template <typename Key> static void extend(std::map<Key, Spell>& spells, const Key& key, Spell spell);
    template <typename Key> static void sumUp(std::map<Key, Total>& totals, const Key& key, const Spell& spell);

    storage::TableWriter m_losses;
    storage::TableWriter m_states;
    storage::TableWriter m_links;
    storage::TableWriter m_causes;
    storage::TableWriter m_shortages;
    std::map<std::int64_t, std::pair<std::string, base::TimeRange>> m_stateOf; ///< By element.
    /// How two middleboxes, sender and receiver, are coupled, and in how many windows.
    std::map<std::pair<std::int64_t, std::int64_t>, std::pair<Coupling, std::uint64_t>> m_linkWindows;
    std::map<CauseKey, Spell> m_causeSpells;
    std::map<ShortageKey, Spell> m_shortageSpells;
    std::map<CauseKey, Total> m_causeTotals;
    std::map<ShortageKey, Total> m_shortageTotals;
    std::uint64_t m_windows = 0;
};

} // namespace vnscope::analyses::perfsight
