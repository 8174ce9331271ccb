// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "storage/base/time.hpp"

namespace vnscope::views::chart {

/// How a state is drawn beside its colour, so that colour is not needed to tell states apart.
enum class StateInk {
    Outline, ///< An empty frame.
    Thin,    ///< A line: hardly anything happens.
    Light,   ///< A light surface.
    Rising,  ///< Hatched upwards, from left to right.
    Falling, ///< Hatched downwards.
    Solid,   ///< A full surface, higher than the others.
};

/// Something that a row can be for a while.
struct StateKind {
    std::string key;       ///< Machine-readable name, as the store has it: `read_blocked`.
    std::string name;      ///< What the legend says.
    char sign = '?';       ///< What stands for it where there are only characters.
    std::size_t style = 0; ///< For seriesStyle().
    StateInk ink = StateInk::Light;
};

/// A state for a while.
struct StateSpan {
    base::TimeRange when;
    std::size_t kind = 0;   ///< Index into StateChart::kinds.
    std::size_t states = 1; ///< How many spans this one stands for.

    bool operator==(const StateSpan&) const = default;
};

/// Something to point at in a row.
struct StateMark {
    base::TimeRange when;
    std::string text;
};

struct StateRow {
    std::string key;              ///< Machine-readable name, unique in its chart.
    std::string name;             ///< What the label says.
    std::vector<StateSpan> spans; ///< In order of time, without overlap.
    std::vector<StateMark> marks;
};

/// Who was in which state when: a row for each, one below the other.
struct StateChart {
    std::string title;
    std::string description; ///< One sentence that says what the picture shows, for those who cannot see it.
    base::TimeRange range;
    base::Timestamp origin;       ///< What the time labels count from.
    std::vector<StateKind> kinds; ///< The most severe last.
    std::vector<StateRow> rows;
    std::vector<base::Timestamp> lossMarks; ///< Where data was lost; drawn across all rows.
};

/// Indexes of the kinds that some row has.
[[nodiscard]] std::vector<std::size_t> kindsThatOccur(const StateChart& chart);

/// The spans inside `range`, of which those shorter than `finest` are joined with short neighbours until they are that
/// long; the most severe one gives such a group its state. No more than about range / finest spans remain.
[[nodiscard]] std::vector<StateSpan> coarsen(std::span<const StateSpan> spans, const base::TimeRange& range,
                                             base::Nanoseconds finest);

} // namespace vnscope::views::chart
