// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "storage/store.hpp"

namespace vnscope::views::report {

/// How far one analysis could go (table `analysis`).
struct AnalysisState {
    std::string state; ///< complete, partial, missing_events, not_asked.
    std::string missingEvents;
    std::string advice;

    [[nodiscard]] bool couldRun() const { return state != "missing_events" && state != "not_asked"; }
};

/// What every section wants to know, read from the store once. Borrows the store.
class ReportContext final {
public:
    [[nodiscard]] static base::Result<ReportContext> create(const storage::Store& store);

    [[nodiscard]] const storage::Store& store() const { return *m_store; }

    /// The rows asked for; none (and no error) when the store has no such table, because an older build wrote it.
    [[nodiscard]] base::Result<storage::Table> read(const storage::Select& select) const;

    /// First to last event; empty when nothing was read.
    [[nodiscard]] const base::TimeRange& window() const { return m_window; }

    /// nullptr: the store knows of no such analysis.
    [[nodiscard]] const AnalysisState* analysis(std::string_view id) const;
    [[nodiscard]] bool couldRun(std::string_view id) const;

    [[nodiscard]] const std::vector<std::string>& hosts() const { return m_hosts; }
    /// "host: name" when the session has several hosts, else the name alone.
    [[nodiscard]] std::string withHost(std::string_view host, std::string_view name) const;
    /// A device's label (with its host where there are several); NULL for no device or an unknown id.
    [[nodiscard]] storage::Value deviceName(const storage::Value& deviceId) const;

    /// Events that the tracer says it lost.
    [[nodiscard]] std::int64_t lostEvents() const { return m_lostEvents; }
    /// How many rows of `data_quality` speak of lost data.
    [[nodiscard]] std::size_t lossReports() const { return m_lossReports; }
    /// When data was first met missing, place by place; at most a few dozen.
    [[nodiscard]] const std::vector<base::Timestamp>& lossMarks() const { return m_lossMarks; }
    /// What `data_quality` says of a subject (a device, a CPU, an analysis); empty: nothing.
    [[nodiscard]] std::string qualityOf(std::string_view subject) const;

private:
    explicit ReportContext(const storage::Store& store) : m_store(&store) {}

    [[nodiscard]] base::Result<void> readTraces();
    [[nodiscard]] base::Result<void> readAnalyses();
    [[nodiscard]] base::Result<void> readDevices();
    [[nodiscard]] base::Result<void> readQuality();

    const storage::Store* m_store;
    base::TimeRange m_window;
    std::vector<std::string> m_hosts;
    std::map<std::string, AnalysisState, std::less<>> m_analyses;
    std::unordered_map<std::int64_t, std::string> m_devices;
    std::map<std::string, std::string, std::less<>> m_qualityOfSubject;
    std::vector<base::Timestamp> m_lossMarks;
    std::int64_t m_lostEvents = 0;
    std::size_t m_lossReports = 0;
};

} // namespace vnscope::views::report
