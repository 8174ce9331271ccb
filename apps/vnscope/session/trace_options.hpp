// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "analyses/analysis.hpp"
#include "apps/vnscope/session/time_window.hpp"
#include "importer/session.hpp"
#include "storage/base/result.hpp"

namespace CLI {
class App;
}

namespace vnscope::cli {

/// `99.9%` of all packets, or `200us`.
[[nodiscard]] base::Result<analyses::VictimRule> parseVictimRule(const std::string& text);

/// A positive number of events, with `k`, `M` or `G` (1000s) or nothing behind it.
[[nodiscard]] base::Result<std::uint64_t> parseEventLimit(const std::string& text);

/// `[TRACE=]NS`.
[[nodiscard]] base::Result<importer::ClockCorrection> parseClockCorrection(const std::string& text);

/// The options of every command that reads traces.
class TraceOptions final {
public:
    /// Defines the options; they are bound to this object, which must stay where it is.
    void define(CLI::App& app);
    /// The one that only makes sense for a store that is kept.
    void defineEvents(CLI::App& app);

    [[nodiscard]] base::Result<TimeWindow> window() const;
    [[nodiscard]] base::Result<std::vector<importer::ClockCorrection>> clockCorrections() const;
    [[nodiscard]] base::Result<analyses::VictimRule> victims() const;
    [[nodiscard]] const std::string& victimsText() const { return m_victims; } ///< As given; "" when it was not.
    /// How many events are kept; 0: they were not asked for.
    [[nodiscard]] base::Result<std::uint64_t> mostEvents() const;
    [[nodiscard]] std::string eventsText() const; ///< The option as given; "" when it was not.
    [[nodiscard]] const std::string& symbolsFile() const { return m_symbols; }
    [[nodiscard]] const std::string& dropReasonsFile() const { return m_dropReasons; }
    [[nodiscard]] unsigned jobs() const { return m_jobs; }
    /// The first option given, for the sentence that a finished store cannot be read in another way; "" when none was.
    [[nodiscard]] std::string firstGiven() const;

private:
    std::string m_begin;
    std::string m_end;
    std::string m_duration;
    std::string m_victims;
    std::string m_events;
    std::string m_symbols;
    std::string m_dropReasons;
    std::vector<std::string> m_clockOffsets;
    unsigned m_jobs = 0;
};

} // namespace vnscope::cli
