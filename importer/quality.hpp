// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "importer/opener.hpp"
#include "importer/trace_session.hpp"
#include "storage/base/data_quality.hpp"

namespace vnscope::importer {

/// Everything that is not perfect about a session's data, in words: damaged streams, events that the tracer lost,
/// clocks that ran backwards or cannot be compared, CPUs without a stream.
[[nodiscard]] std::vector<base::DataQuality> assessQuality(const Opener& opener, const tracepoints::SessionInfo& info,
                                                           std::span<const TraceRecord> traces,
                                                           std::span<const StreamRecord> streams);

/// The file of a trace's folder never was one of its streams: neither its content nor its name says so.
[[nodiscard]] bool isForeign(const FoundTrace& trace, const FoundStream& stream);

} // namespace vnscope::importer
