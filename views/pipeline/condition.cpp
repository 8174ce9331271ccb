// SPDX-License-Identifier: Apache-2.0
#include "views/pipeline/condition.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vnscope::views::pipeline {
namespace {

/// The states of table element_state, the gravest last.
constexpr std::array<std::string_view, 8> kStates{"unknown",       "idle",        "running",    "read_blocked",
                                                  "write_blocked", "underloaded", "overloaded", "cycle"};

std::size_t gravity(const std::string& state)
{
    const auto found = std::ranges::find(kStates, state);
    return found == kStates.end() ? 0 : static_cast<std::size_t>(found - kStates.begin());
}

base::Result<void> readLosses(const storage::Store& store, const base::TimeRange& range, Conditions& conditions)
{
    const auto rows = rowsOf(
        store, {"element_loss", {"element_id", "begin_ns", "bin_ns", "packets"}, {{"begin_ns", "<", range.end}}});
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto& row : rows->rows)
        if (row[1].integer() + row[2].integer() > range.begin.ns)
            conditions[row[0].integer()].lostPackets += row[3].integer();
    return {};
}

base::Result<void> readStates(const storage::Store& store, const base::TimeRange& range, Conditions& conditions)
{
    const auto rows = rowsOf(store, {"element_state",
                                     {"element_id", "state", "valid_from_ns", "valid_to_ns"},
                                     {{"valid_from_ns", "<", range.end}, {"valid_to_ns", ">", range.begin}}});
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto& row : rows->rows) {
        const base::Nanoseconds within =
            std::min(row[3].integer(), range.end.ns) - std::max(row[2].integer(), range.begin.ns);
        conditions[row[0].integer()].states[row[1].text()] += within;
    }
    return {};
}

/// First and last reading of each element's counter of drops.
class DropSink final : public storage::RowSink {
public:
    void columns(const std::vector<std::string>&) override {}
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override
    {
        const std::int64_t count = cells[1].integer();
        const auto [counter, isNew] = m_counters.try_emplace(cells[0].integer(), Counter{count, count, false});
        counter->second.beganAnew = counter->second.beganAnew || count < counter->second.last;
        counter->second.last = count;
        return true;
    }
    void addTo(Conditions& conditions) const
    {
        for (const auto& [element, counter] : m_counters)
            if (!counter.beganAnew)
                conditions[element].droppedPackets = counter.last - counter.first;
    }

private:
    struct Counter {
        std::int64_t first = 0;
        std::int64_t last = 0;
        bool beganAnew = false;
    };
    std::map<ElementId, Counter> m_counters;
};

base::Result<void> readDrops(const storage::Store& store, const base::TimeRange& range,
                             const std::function<bool()>& stop, Conditions& conditions)
{
    if (!store.hasTable("element_count"))
        return {};
    DropSink sink;
    const auto read =
        store.read({"element_count",
                    {"element_id", "drop_packets"},
                    {{"ts_ns", ">=", range.begin}, {"ts_ns", "<=", range.end}, {"drop_packets", "is not null", {}}},
                    {"ts_ns"}},
                   sink, stop);
    if (!read)
        return tl::unexpected(read.error());
    sink.addTo(conditions);
    return {};
}

} // namespace

std::string Condition::gravestState() const
{
    const auto gravest = std::ranges::max_element(states, {}, [](const auto& state) { return gravity(state.first); });
    return gravest == states.end() ? std::string() : gravest->first;
}

base::Result<Conditions> readConditions(const storage::Store& store, const base::TimeRange& range,
                                        const std::function<bool()>& stop)
{
    Conditions conditions;
    if (const auto done = readLosses(store, range, conditions); !done)
        return tl::unexpected(done.error());
    if (const auto done = readStates(store, range, conditions); !done)
        return tl::unexpected(done.error());
    if (const auto done = readDrops(store, range, stop, conditions); !done)
        return tl::unexpected(done.error());
    return conditions;
}

std::string stateName(std::string state)
{
    std::ranges::replace(state, '_', '-');
    return state == "unknown" ? "state not known" : state;
}

} // namespace vnscope::views::pipeline
