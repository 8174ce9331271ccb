// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "storage/base/time.hpp"

namespace vnscope::analyses::perfsight {

/// What an element counted since it began. A counter that it does not have is unknown, not 0.
struct Counters {
    using Counter = std::optional<std::uint64_t>;

    Counter inPackets;
    Counter outPackets;
    Counter inBytes;
    Counter outBytes;
    Counter dropPackets;   ///< Drops that the element itself counts.
    Counter inTimeNs;      ///< Time inside calls that read, waiting included.
    Counter outTimeNs;     ///< Time inside calls that write, waiting included.
    Counter queuedPackets; ///< Held at the moment of the sample; the only one that may go down.
};

/// `<timestamp, element, (attribute, value)…>` of the paper, for one element.
struct Sample {
    base::Timestamp at;
    Counters counters;
};

} // namespace vnscope::analyses::perfsight
