// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/scope/subject.hpp"

namespace vnscope::views::scope {

/// Rows of one table, in order; nothing: all of them, as no subject says anything about that table.
using Rows = std::optional<std::vector<std::int64_t>>;

/// What is left of a store's tables. What belongs together, by subject:
///
///   device    the streams whose packets passed it, PerfSight's elements of its name on its host, events at it
///   stream    the devices that its packets passed, victims of its addresses and ports, either way, its packets' events
///   VLAN      the devices that it was seen at, their streams, events there
///   function  its queues, victims that waited there or because of it, PerfSight's element of its name, its events
///   element   the device or function of its name
///   pattern   its victims, the queues where they waited, events of who reads those
struct Scope {
    Rows devices;   ///< `device`
    Rows streams;   ///< `stream`
    Rows vlans;     ///< Numbers.
    Rows functions; ///< `nf_element`
    Rows queues;    ///< `nf_queue`
    Rows elements;  ///< `element`
    Rows victims;   ///< `victim`

    // Of `event`, the values of these columns: a stream leaves its own events, not all those at its devices.
    Rows eventDevices;   ///< `device_id`
    Rows eventStreams;   ///< `stream_id`
    Rows eventFunctions; ///< `function_key`

    bool operator==(const Scope&) const = default;
};

/// `row` is left.
[[nodiscard]] bool holds(const Rows& rows, std::int64_t row);

/// Adds to `where` that `column` is one of `rows`, where they are narrowed.
void narrow(std::vector<storage::Select::Condition>& where, const char* column, const Rows& rows);

/// What belongs to all of `subjects`. One that is not in the store leaves nothing of its own table.
[[nodiscard]] base::Result<Scope> resolve(const storage::Store& store, std::span<const Subject> subjects,
                                          const std::function<bool()>& stop = {});

} // namespace vnscope::views::scope
