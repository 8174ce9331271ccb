// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/data_quality.hpp"
#include "storage/base/result.hpp"
#include "storage/store_writer.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::analyses {

namespace trackers {
class Trackers;
}

/// Events that an analysis reads. Any one of `anyOf` is enough.
struct EventNeed {
    std::vector<tracepoints::EventType> anyOf;
    bool isRequired = true; ///< false: without it some columns stay NULL, `loses` says which.
    std::string_view loses; ///< What the result lacks without it.
};

/// What an analysis is, before it has run: `vnscope list analyses` and the report's "what could run" print this.
struct AnalysisInfo {
    std::string_view id; ///< Folder name.
    int version = 1;     ///< Raised when results change, so that old stores are known to be stale.
    std::string_view title;
    std::string_view question; ///< The question it answers, as an operator would ask it.
    std::vector<EventNeed> needs;
    std::string_view tablesSql; ///< Its tables.sql.
};

/// Whether the session's traces record events of this type, even if none happened.
[[nodiscard]] bool isRecorded(const tracepoints::SessionInfo& session, tracepoints::EventType type);

/// One answer for people; see table `finding`.
struct Finding {
    double score = 0; ///< 0..1; findings of all analyses are ranked by it.
    std::string subjectKind;
    std::int64_t subjectId = -1; ///< -1: none.
    std::string title;
    std::string detail;
    base::TimeRange when;
    std::string quality;
};

/// One event with all that is needed to understand it. Borrowed for the length of the call.
struct Event {
    const tracepoints::EventRecord& record;
    const tracepoints::EventBatch& batch;

    template <typename Payload> [[nodiscard]] const Payload& as() const { return batch.payload<Payload>(record); }
};

/// From when on a packet counts as late.
struct VictimRule {
    double percentile = 0.999; ///< Slower than so many of all packets, 0..1: as in Microscope, section 6.5.
    std::optional<base::Nanoseconds> latency; ///< Instead: slower than this.
};

/// What an analysis may use while it runs.
struct RunContext {
    storage::StoreWriter& store;
    const tracepoints::StringTable& strings;
    const tracepoints::SessionInfo& session; ///< Complete only in finish().
    trackers::Trackers& trackers;            ///< Shared short-lived state, already brought up to the event.
    base::TimeRange range;                   ///< First to last event; complete only in finish().
    std::vector<Finding>& findings;          ///< finish() appends.
    std::vector<base::DataQuality>& quality; ///< Any call may append.
    VictimRule victims;
    std::uint64_t mostEvents = 0; ///< So many events themselves are kept; 0: none.
};

/// One question asked of a trace in one pass. Memory must be bounded by what is alive in the trace.
class Analysis {
public:
    Analysis() = default;
    Analysis(const Analysis&) = delete;
    Analysis& operator=(const Analysis&) = delete;
    virtual ~Analysis() = default;

    [[nodiscard]] virtual const AnalysisInfo& info() const = 0;
    /// Event types it wants to see, in time order. Asked once, after begin().
    [[nodiscard]] virtual std::vector<tracepoints::EventType> subscriptions() const = 0;
    /// Of an analysis that was not asked for in this run (see RunContext): how to ask, as advice. Empty: it takes part.
    /// Valid after begin().
    [[nodiscard]] virtual std::string_view howToAsk() const { return {}; }
    virtual void begin(RunContext& context) = 0;
    /// Called after the trackers have seen the event.
    virtual void process(const Event& event, RunContext& context) = 0;
    virtual void finish(RunContext& context) = 0;
};

} // namespace vnscope::analyses
