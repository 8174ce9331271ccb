// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "importer/address_space.hpp"
#include "importer/opener.hpp"
#include "importer/session_file.hpp"
#include "importer/slot_check.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::importer {

/// What is known of a stream beyond StreamInfo, added up over all readers that read parts of it.
struct StreamRecord {
    std::uint64_t packets = 0;
    std::uint64_t discardedEvents = 0;
    std::uint64_t discardedPackets = 0;
    std::uint64_t uncountedLosses = 0;
    std::uint64_t backwards = 0;
    std::uint64_t clamped = 0;
    std::optional<std::int64_t> firstLossNs;
    std::optional<std::int64_t> firstBackwardsNs;
    bool isFinished = false;
};

/// What is known of a trace beyond TraceInfo.
struct TraceRecord {
    std::string clockUuid;
    bool isClockEpoch = true;
    bool isDescribed = false; ///< A reader opened it.
    std::optional<std::int64_t> begin;
    std::optional<std::int64_t> end;
};

/// The EventSource over a session's readers: waits for each reader's next slot, merges the records by time (payloads
/// stay where the readers wrote them), and keeps the session's books.
class TraceSession final : public tracepoints::EventSource {
public:
    TraceSession(std::unique_ptr<AddressSpace> addresses, Opener opener, std::vector<SessionFile> files, unsigned jobs);
    ~TraceSession() override;

    /// Starts the readers and waits until each has delivered or given up; fails when nothing can be read.
    [[nodiscard]] base::Result<void> start();

    [[nodiscard]] base::Result<const tracepoints::EventBatch*> next() override;
    [[nodiscard]] const tracepoints::StringTable& strings() const override { return m_strings; }
    [[nodiscard]] const tracepoints::SessionInfo& session() const override { return m_info; }
    [[nodiscard]] tracepoints::SourceProgress progress() const override;

private:
    struct Run;

    [[nodiscard]] std::vector<std::vector<Piece>> distribute(std::vector<Piece> pieces, unsigned jobs) const;
    [[nodiscard]] base::Result<void> launch(std::vector<Piece> pieces);
    /// Makes every run either hold a slot with events or be gone.
    [[nodiscard]] base::Result<void> fill();
    [[nodiscard]] base::Result<void> fill(Run& run);
    [[nodiscard]] base::Result<void> takeSlot(Run& run);
    [[nodiscard]] base::Result<void> handleMessages(Run& run, std::size_t count);
    [[nodiscard]] base::Result<void> handle(Run& run, const wire::ReaderMessage& message);
    [[nodiscard]] base::Result<void> handleEnd(Run& run);
    [[nodiscard]] base::Result<void> handleCrash(Run& run);
    [[nodiscard]] base::Result<void> continueGroup(Run& run, std::uint32_t group);
    [[nodiscard]] base::Result<void> continuePiece(Run& run, std::uint32_t piece, bool isCrash);
    void describeTrace(const wire::TraceMessage& message);
    void addClass(Run& run, const wire::ClassMessage& message);
    void addProgress(Run& run, const wire::StreamProgress& progress);
    void addTime(base::TraceId trace, std::int64_t firstNs, std::int64_t lastNs);
    void releaseUsedSlots();
    const tracepoints::EventBatch* passThrough(Run& run);
    const tracepoints::EventBatch* merge();
    [[nodiscard]] base::Result<void> checkUsable() const;
    void close();

    std::unique_ptr<AddressSpace> m_addresses; ///< Outlives the runs, which map their rings into it.
    Opener m_opener;
    std::vector<SessionFile> m_files;
    unsigned m_jobs;
    std::vector<std::unique_ptr<Run>> m_runs;
    tracepoints::StringTable m_strings;
    tracepoints::SessionInfo m_info;
    std::vector<TraceRecord> m_traces;
    std::vector<StreamRecord> m_streams;
    std::map<std::pair<std::uint32_t, std::string>, std::size_t> m_classes; ///< Index in m_info.eventClasses.
    std::vector<tracepoints::EventRecord> m_merged;
    tracepoints::EventBatch m_batch;
    std::int64_t m_lastNs;
    std::uint64_t m_bytesTotal = 0;
    std::size_t m_crashes = 0;
    bool m_isClosed = false;
};

} // namespace vnscope::importer
