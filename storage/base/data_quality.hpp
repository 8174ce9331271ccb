// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/ids.hpp"
#include "storage/base/time.hpp"

namespace vnscope::base {

/// How much a defect of the data may change results.
enum class Severity {
    Info,     ///< Worth knowing; no number is wrong because of it.
    Defect,   ///< Something was repaired or guessed; numbers near it deserve a second look.
    DataLoss, ///< Events or bytes are missing; counts are lower bounds. `--strict` gives exit code 3.
};

/// `info`, `defect` or `data_loss`: the spelling in the store.
[[nodiscard]] constexpr std::string_view toText(Severity severity)
{
    switch (severity) {
    case Severity::Info: return "info";
    case Severity::Defect: return "defect";
    case Severity::DataLoss: return "data_loss";
    }
    return "info";
}

/// One way in which the data is not perfect. Never an error: it is stored and shown beside what it touches.
struct DataQuality {
    Severity severity = Severity::Info;
    std::string kind;            ///< Stable machine-readable name, e.g. `discarded_events`.
    std::string message;         ///< One sentence: what is wrong, where.
    std::string advice;          ///< What to do next time; may be empty for Info.
    std::uint64_t count = 1;     ///< How many events, packets or places are concerned.
    TraceId trace;               ///< Invalid: concerns the whole session.
    std::optional<Timestamp> at; ///< First time it was met, when it has one.
    std::string subject;         ///< What it touches: a stream file, a device, a CPU, an analysis. May be empty.
};

} // namespace vnscope::base
