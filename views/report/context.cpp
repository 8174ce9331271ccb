// SPDX-License-Identifier: Apache-2.0
#include "views/report/context.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace vnscope::views::report {
namespace {

using storage::Select;
using storage::Table;
using storage::Value;

constexpr std::size_t kMaxLossMarks = 48;

/// Times are shown and subtracted: what a damaged store says must not overflow on the way.
constexpr std::int64_t kLatest = 4'000'000'000 * base::kNsPerSecond;

base::TimeRange checkedWindow(std::int64_t begin, std::int64_t end)
{
    begin = std::clamp<std::int64_t>(begin, 0, kLatest);
    end = std::clamp<std::int64_t>(end, begin, kLatest);
    return {{begin}, {end}};
}

} // namespace

base::Result<ReportContext> ReportContext::create(const storage::Store& store)
{
    ReportContext context(store);
    for (const auto step : {&ReportContext::readTraces, &ReportContext::readAnalyses, &ReportContext::readDevices,
                            &ReportContext::readQuality}) {
        if (auto done = (context.*step)(); !done)
            return base::failDuring(std::move(done.error()), "reading what the report is about");
    }
    return context;
}

base::Result<Table> ReportContext::read(const Select& select) const
{
    if (!m_store->hasTable(select.table))
        return Table{select.columns, {}};
    return m_store->read(select);
}

base::Result<void> ReportContext::readTraces()
{
    const auto traces = read({"trace", {"host", "begin_ns", "end_ns", "discarded_events"}, {}, {}, -1});
    if (!traces)
        return tl::unexpected(traces.error());
    std::int64_t begin = kLatest;
    std::int64_t end = 0;
    for (const auto& row : traces->rows) {
        const std::string& host = row[0].text();
        if (std::find(m_hosts.begin(), m_hosts.end(), host) == m_hosts.end())
            m_hosts.push_back(host);
        begin = std::min(begin, row[1].integer());
        end = std::max(end, row[2].integer());
        m_lostEvents += row[3].integer();
    }
    std::sort(m_hosts.begin(), m_hosts.end());
    const std::optional<std::int64_t> metaBegin = m_store->metaInteger("begin_ns");
    const std::optional<std::int64_t> metaEnd = m_store->metaInteger("end_ns");
    m_window = metaBegin && metaEnd ? checkedWindow(*metaBegin, *metaEnd) : checkedWindow(begin, end);
    return {};
}

base::Result<void> ReportContext::readAnalyses()
{
    const auto analyses = read({"analysis", {"analysis", "state", "missing_events", "advice"}, {}, {}, -1});
    if (!analyses)
        return tl::unexpected(analyses.error());
    for (const auto& row : analyses->rows)
        m_analyses[row[0].text()] = {row[1].text(), row[2].text(), row[3].text()};
    return {};
}

base::Result<void> ReportContext::readDevices()
{
    const auto devices = read({"device", {"device_id", "host", "label"}, {}, {}, -1});
    if (!devices)
        return tl::unexpected(devices.error());
    for (const auto& row : devices->rows)
        m_devices[row[0].integer()] = withHost(row[1].text(), row[2].text());
    return {};
}

base::Result<void> ReportContext::readQuality()
{
    const auto quality = read({"data_quality", {"severity", "subject", "message", "ts_ns"}, {}, {"quality_id"}, -1});
    if (!quality)
        return tl::unexpected(quality.error());
    for (const auto& row : quality->rows) {
        const std::string& severity = row[0].text();
        const std::string& subject = row[1].text();
        if (severity != "info" && !subject.empty())
            m_qualityOfSubject.emplace(subject, row[2].text());
        if (severity != "data_loss")
            continue;
        ++m_lossReports;
        if (!row[3].isNull() && m_lossMarks.size() < kMaxLossMarks)
            m_lossMarks.push_back({row[3].integer()});
    }
    return {};
}

const AnalysisState* ReportContext::analysis(std::string_view id) const
{
    const auto found = m_analyses.find(id);
    return found == m_analyses.end() ? nullptr : &found->second;
}

bool ReportContext::couldRun(std::string_view id) const
{
    const AnalysisState* state = analysis(id);
    return state != nullptr && state->couldRun();
}

std::string ReportContext::withHost(std::string_view host, std::string_view name) const
{
    return m_hosts.size() > 1 && !host.empty() ? fmt::format("{}: {}", host, name) : std::string(name);
}

Value ReportContext::deviceName(const Value& deviceId) const
{
    if (deviceId.isNull())
        return {};
    const auto found = m_devices.find(deviceId.integer());
    if (found == m_devices.end())
        return {};
    return found->second;
}

std::string ReportContext::qualityOf(std::string_view subject) const
{
    const auto found = m_qualityOfSubject.find(subject);
    return found == m_qualityOfSubject.end() ? std::string() : found->second;
}

} // namespace vnscope::views::report
