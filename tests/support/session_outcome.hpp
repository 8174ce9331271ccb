// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "importer/session.hpp"

namespace vnscope::tests::support {

/// What reading a whole session came to, in numbers that tests compare.
struct SessionOutcome {
    std::optional<base::Error> error;
    tracepoints::SessionInfo info;
    std::uint64_t records = 0;       ///< Events delivered, that is, understood.
    std::uint64_t countedLosses = 0; ///< Sum of EventsLost::events.
    std::uint64_t lostPackets = 0;   ///< Sum of EventsLost::packets.
    bool isMonotonic = true;
    std::uint64_t fingerprint = 0; ///< Of all records and payloads with names spelt out, in order.

    [[nodiscard]] std::uint64_t events() const;
    [[nodiscard]] std::uint64_t eventsOf(const std::string& stream) const;
    [[nodiscard]] tracepoints::StreamState stateOf(const std::string& stream) const;
    [[nodiscard]] std::map<std::string, std::uint64_t> eventsByClass() const;
    /// The first quality entry of a kind; nullptr: none.
    [[nodiscard]] const base::DataQuality* quality(const std::string& kind) const;
};

[[nodiscard]] SessionOutcome readSession(const std::vector<std::filesystem::path>& paths,
                                         const importer::SessionOptions& options = {});

} // namespace vnscope::tests::support
