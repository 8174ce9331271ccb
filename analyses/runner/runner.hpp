// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "analyses/analysis.hpp"
#include "analyses/trackers/trackers.hpp"
#include "storage/base/result.hpp"
#include "storage/store_writer.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::analyses::runner {

/// What the caller gives beside the events.
struct RunOptions {
    trackers::KernelFacts facts;  ///< Symbols and drop reasons of the traced kernel, if known.
    VictimRule victims;           ///< Which packets are looked into.
    std::string command;          ///< How the store came to be; kept in `meta`.
    std::string version;          ///< The program's version; kept in `meta`.
    std::uint64_t mostEvents = 0; ///< So many events themselves are kept, in table `event`.
};

/// What an import came to.
struct RunSummary {
    std::uint64_t events = 0;
    std::uint64_t lostEvents = 0; ///< As the tracers counted.
    bool hasDataLoss = false;     ///< Any data_quality of severity data_loss: `--strict` is exit code 3.
    base::TimeRange range;
};

/// Asked after each batch; returning false cancels the run (Error of code Cancelled).
using Progress = std::function<bool(const tracepoints::SourceProgress&)>;

/// Drives every analysis over the source in one pass and writes their tables, the session's tables and the findings.
/// Does not call StoreWriter::finish(): the caller decides when the store becomes visible.
[[nodiscard]] base::Result<RunSummary> run(tracepoints::EventSource& source, storage::StoreWriter& store,
                                           RunOptions options, const Progress& progress);

} // namespace vnscope::analyses::runner
