// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/threshold/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/vnscope/threshold/names.hpp"

namespace vnscope::cli::threshold {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using storage::Select;
using storage::Table;

constexpr double kBitsPerByte = 8;
constexpr std::int64_t kPeakBinNs = base::kNsPerSecond;

std::optional<double> number(const storage::Value& value)
{
    if (std::holds_alternative<std::int64_t>(value.cell()))
        return static_cast<double>(value.integer());
    if (std::holds_alternative<double>(value.cell()))
        return value.real();
    return std::nullopt;
}

double sumOf(const Table& table, std::string_view column)
{
    double sum = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        sum += number(table.at(row, column)).value_or(0);
    return sum;
}

Measurement known(double value)
{
    return {value, {}};
}

Measurement unknown(std::string why)
{
    return {std::nullopt, std::move(why)};
}

struct DeviceChoice {
    std::int64_t id = 0;
    std::string label;
};

/// What one call can be answered from.
class Query final {
public:
    Query(const storage::Store& store, const MetricCall& call) : m_store(store), m_call(call) {}

    /// A clause such as "the trace lacks the events napi_poll"; nullopt when the analysis has results.
    Result<std::optional<std::string>> whyAnalysisDidNotRun(std::string_view analysis) const
    {
        const Result<Table> rows =
            m_store.read({"analysis", {"state", "missing_events"}, {{"analysis", "=", analysis}}, {}, 1});
        if (!rows)
            return tl::unexpected(rows.error());
        if (rows->rows.empty())
            return fmt::format("the analysis \"{}\" was not run", analysis);
        if (rows->at(0, "state").text() != "missing_events")
            return std::nullopt;
        return fmt::format("the trace lacks the events {}", rows->at(0, "missing_events").text());
    }

    Result<Measurement> sum(const Select& select) const
    {
        const Result<Table> rows = m_store.read(select);
        if (!rows)
            return tl::unexpected(rows.error());
        double total = 0;
        for (const std::string& column : select.columns)
            total += sumOf(*rows, column);
        return known(total);
    }

    Result<Measurement> rowCount(const Select& select) const
    {
        const Result<Table> rows = m_store.read(select);
        if (!rows)
            return tl::unexpected(rows.error());
        return known(static_cast<double>(rows->rows.size()));
    }

    Result<Measurement> deviceTotal(const std::string& column) const
    {
        const Result<DeviceChoice> which = device();
        if (!which)
            return tl::unexpected(which.error());
        const Result<Table> rows = m_store.read({"device_total", {column}, {{"device_id", "=", which->id}}, {}, 1});
        if (!rows)
            return tl::unexpected(rows.error());
        const std::optional<double> value = rows->rows.empty() ? std::nullopt : number(rows->at(0, column));
        return value ? known(*value)
                     : unknown(fmt::format("the trace does not show {} of {}", column, m_call.argument));
    }

    Result<Measurement> rate(const std::string& column, double factor) const
    {
        Result<Measurement> total = deviceTotal(column);
        if (!total || !total->value)
            return total;
        const std::optional<double> seconds = windowSeconds();
        return seconds ? known(*total->value * factor / *seconds) : unknown("the window has no length");
    }

    Result<Measurement> peakRate(std::string_view direction) const
    {
        const Result<DeviceChoice> which = device();
        if (!which)
            return tl::unexpected(which.error());
        const Result<Table> rows =
            m_store.read({"bandwidth",
                          {"bytes"},
                          {{"bin_ns", "=", kPeakBinNs}, {"device_id", "=", which->id}, {"direction", "=", direction}},
                          {},
                          -1});
        if (!rows)
            return tl::unexpected(rows.error());
        double most = 0;
        for (std::size_t row = 0; row < rows->rows.size(); ++row)
            most = std::max(most, number(rows->at(row, "bytes")).value_or(0));
        return known(most * kBitsPerByte * base::kNsPerSecond / kPeakBinNs);
    }

    Result<Measurement> drops() const
    {
        Select select{"drop_summary", {"drops"}, {}, {}, -1};
        if (!m_call.argument.empty()) {
            const Result<DeviceChoice> which = device();
            if (!which)
                return tl::unexpected(which.error());
            select.where.push_back({"device_id", "=", which->id});
        }
        return sum(select);
    }

    Result<Measurement> dropsAt() const
    {
        const Result<Table> rows = m_store.read({"drop_place", {"place", "drops"}, {}, {"place"}, -1});
        if (!rows)
            return tl::unexpected(rows.error());
        std::vector<std::string> existing;
        for (std::size_t row = 0; row < rows->rows.size(); ++row) {
            existing.push_back(rows->at(row, "place").text());
            if (existing.back() == m_call.argument)
                return known(static_cast<double>(rows->at(row, "drops").integer()));
        }
        return noSuch("place of drops", m_call.argument, std::move(existing));
    }

    Result<Measurement> groRatio() const
    {
        const Result<DeviceChoice> which = device();
        if (!which)
            return tl::unexpected(which.error());
        const Result<Table> rows =
            m_store.read({"device_offload", {"gro_ratio"}, {{"device_id", "=", which->id}}, {}, 1});
        if (!rows)
            return tl::unexpected(rows.error());
        const std::optional<double> ratio = rows->rows.empty() ? std::nullopt : number(rows->at(0, "gro_ratio"));
        return ratio ? known(*ratio) : unknown(fmt::format("no frame of {} was seen entering GRO", m_call.argument));
    }

    Result<Measurement> unattributedGro() const
    {
        const Result<Table> all = m_store.read({"device_offload", {"gro_frames"}, {}, {}, -1});
        const Result<Table> lost =
            m_store.read({"device_offload", {"gro_frames"}, {{"device_id", "is null", {}}}, {}, -1});
        if (!all || !lost)
            return tl::unexpected(all ? lost.error() : all.error());
        const double frames = sumOf(*all, "gro_frames");
        return known(frames > 0 ? sumOf(*lost, "gro_frames") / frames : 0);
    }

    Result<Measurement> cpuSoftirq() const
    {
        const std::size_t slash = m_call.argument.rfind('/');
        const std::string host = slash == std::string::npos ? std::string() : m_call.argument.substr(0, slash);
        const std::string_view cpuText =
            std::string_view(m_call.argument).substr(slash == std::string::npos ? 0 : slash + 1);
        const Result<Table> rows = m_store.read({"softirq_time", {"cpu", "host", "total_ns"}, {}, {"host", "cpu"}, -1});
        if (!rows)
            return tl::unexpected(rows.error());
        std::vector<std::string> existing;
        std::vector<std::string> matches;
        double totalNs = 0;
        for (std::size_t row = 0; row < rows->rows.size(); ++row) {
            const std::string cpu = fmt::format("{}", rows->at(row, "cpu").integer());
            const std::string qualified = fmt::format("{}/{}", rows->at(row, "host").text(), cpu);
            addOnce(existing, cpu);
            if (cpu != cpuText || (slash != std::string::npos && host != rows->at(row, "host").text()))
                continue;
            addOnce(matches, qualified);
            totalNs += number(rows->at(row, "total_ns")).value_or(0);
        }
        if (matches.empty())
            return noSuch("CPU", m_call.argument, std::move(existing));
        if (matches.size() > 1)
            return fail(ErrorCode::Usage, fmt::format("--fail-if: {} hosts have a CPU {}; name one of them: {}",
                                                      matches.size(), cpuText, fmt::join(matches, ", ")));
        const std::optional<double> seconds = windowSeconds();
        return seconds ? known(totalNs / base::kNsPerSecond / *seconds) : unknown("the window has no length");
    }

private:
    /// The one device that the argument names: by label, by host/label, or by a name that no other device has.
    Result<DeviceChoice> device() const
    {
        const Result<Table> rows =
            m_store.read({"device", {"device_id", "host", "name", "label"}, {}, {"host", "label"}, -1});
        if (!rows)
            return tl::unexpected(rows.error());
        std::vector<DeviceChoice> matches;
        std::vector<std::string> existing;
        for (std::size_t row = 0; row < rows->rows.size(); ++row) {
            const std::string& label = rows->at(row, "label").text();
            const std::string qualified = fmt::format("{}/{}", rows->at(row, "host").text(), label);
            existing.push_back(label);
            if (m_call.argument == qualified || m_call.argument == label ||
                m_call.argument == rows->at(row, "name").text())
                matches.push_back({rows->at(row, "device_id").integer(), m_call.argument == label ? qualified : label});
        }
        if (matches.empty())
            return noSuch("device", m_call.argument, std::move(existing));
        if (matches.size() == 1)
            return matches.front();
        std::vector<std::string> labels;
        for (const DeviceChoice& match : matches)
            labels.push_back(match.label);
        return fail(ErrorCode::Usage, fmt::format("--fail-if: {} devices are called \"{}\"; name one of them: {}",
                                                  matches.size(), m_call.argument, fmt::join(labels, ", ")));
    }

    static void addOnce(std::vector<std::string>& texts, const std::string& text)
    {
        if (std::find(texts.begin(), texts.end(), text) == texts.end())
            texts.push_back(text);
    }

    /// How long the session is; nullopt when begin and end are the same.
    [[nodiscard]] std::optional<double> windowSeconds() const
    {
        const std::optional<std::int64_t> begin = metaNumber("begin_ns");
        const std::optional<std::int64_t> end = metaNumber("end_ns");
        if (!begin || !end || *end <= *begin)
            return std::nullopt;
        return static_cast<double>(*end - *begin) / base::kNsPerSecond;
    }

    [[nodiscard]] std::optional<std::int64_t> metaNumber(std::string_view key) const
    {
        const std::string text = m_store.meta(key);
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size())
            return std::nullopt;
        return value;
    }

    const storage::Store& m_store;
    const MetricCall& m_call;
};

struct Metric {
    MetricInfo info;
    Result<Measurement> (*answer)(const Query&);
};

using enum Argument;

constexpr std::array kMetrics{
    Metric{{"cpu_softirq", Cpu, "share", "time a CPU spent in network softirqs", "softirq"},
           [](const Query& query) { return query.cpuSoftirq(); }},
    Metric{{"data_loss", None, "places", "entries of data_quality that say data_loss", ""},
           [](const Query& query) {
               return query.rowCount({"data_quality", {"quality_id"}, {{"severity", "=", "data_loss"}}, {}, -1});
           }},
    Metric{{"drops", OptionalDevice, "packets", "packets lost, in all or at one device", "drops"},
           [](const Query& query) { return query.drops(); }},
    Metric{{"drops_at", Place, "packets", "packets lost at one place, such as qdisc or netfilter", "drops"},
           [](const Query& query) { return query.dropsAt(); }},
    Metric{{"findings", None, "findings", "how many findings the report lists", ""},
           [](const Query& query) {
               return query.rowCount({"finding", {"finding_id"}, {}, {}, -1});
           }},
    Metric{{"gro_ratio", Device, "ratio", "frames per packet that GRO delivered", "offload"},
           [](const Query& query) { return query.groRatio(); }},
    Metric{{"lost_events", None, "events", "events that the tracer says it discarded", ""},
           [](const Query& query) {
               return query.sum({"trace", {"discarded_events"}, {}, {}, -1});
           }},
    Metric{
        {"nf_latency_p999", None, "ns", "what 99.9 % of packets took at most through network functions", "microscope"},
        [](const Query& query) {
            return query.sum({"microscope_summary", {"latency_p999_ns"}, {}, {}, -1});
        }},
    Metric{
        {"nf_lost_packets", None, "packets", "packets lost in queues of network functions, or given up", "microscope"},
        [](const Query& query) {
            return query.sum({"microscope_summary", {"packets_lost"}, {}, {}, -1});
        }},
    Metric{{"nf_overloads", None, "periods", "times that a queue of a network function was not empty for long",
            "microscope"},
           [](const Query& query) {
               return query.rowCount({"queuing_period", {"queue_id"}, {{"is_persistent", "=", 1}}, {}, -1});
           }},
    Metric{{"retransmissions", None, "packets", "TCP packets sent again, in all conversations", "streams"},
           [](const Query& query) {
               return query.sum(
                   {"stream", {"retransmissions_ab", "retransmissions_ba"}, {{"protocol", "=", "tcp"}}, {}, -1});
           }},
    Metric{{"rx_bps", Device, "bit/s", "received, mean over the whole window", "bandwidth"},
           [](const Query& query) { return query.rate("rx_bytes", kBitsPerByte); }},
    Metric{{"rx_bytes", Device, "bytes", "received, as the kernel counts them", "bandwidth"},
           [](const Query& query) { return query.deviceTotal("rx_bytes"); }},
    Metric{{"rx_packets", Device, "packets", "received", "bandwidth"},
           [](const Query& query) { return query.deviceTotal("rx_packets"); }},
    Metric{{"rx_peak_bps", Device, "bit/s", "received, in the busiest second", "bandwidth"},
           [](const Query& query) { return query.peakRate("rx"); }},
    Metric{{"rx_pps", Device, "packets/s", "received, mean over the whole window", "bandwidth"},
           [](const Query& query) { return query.rate("rx_packets", 1); }},
    Metric{{"streams", None, "conversations", "how many conversations there were", "streams"},
           [](const Query& query) {
               return query.rowCount({"stream", {"stream_id"}, {}, {}, -1});
           }},
    Metric{{"tx_bps", Device, "bit/s", "sent, mean over the whole window", "bandwidth"},
           [](const Query& query) { return query.rate("tx_bytes", kBitsPerByte); }},
    Metric{{"tx_bytes", Device, "bytes", "sent, as the kernel counts them", "bandwidth"},
           [](const Query& query) { return query.deviceTotal("tx_bytes"); }},
    Metric{{"tx_packets", Device, "packets", "sent", "bandwidth"},
           [](const Query& query) { return query.deviceTotal("tx_packets"); }},
    Metric{{"tx_peak_bps", Device, "bit/s", "sent, in the busiest second", "bandwidth"},
           [](const Query& query) { return query.peakRate("tx"); }},
    Metric{{"tx_pps", Device, "packets/s", "sent, mean over the whole window", "bandwidth"},
           [](const Query& query) { return query.rate("tx_packets", 1); }},
    Metric{{"unattributed_gro", None, "share", "GRO frames of which no device is known", "offload"},
           [](const Query& query) { return query.unattributedGro(); }},
};

const Metric* findMetric(std::string_view name)
{
    const auto* metric =
        std::find_if(kMetrics.begin(), kMetrics.end(), [&](const Metric& m) { return m.info.name == name; });
    return metric == kMetrics.end() ? nullptr : metric;
}

Result<void> checkCall(const MetricCall& call)
{
    const Metric* metric = findMetric(call.name);
    if (metric == nullptr) {
        std::vector<std::string> names;
        for (const Metric& existing : kMetrics)
            names.emplace_back(existing.info.name);
        return noSuch("metric", call.name, std::move(names));
    }
    const Argument argument = metric->info.argument;
    if (argument == Argument::None && !call.argument.empty())
        return fail(ErrorCode::Usage, fmt::format("--fail-if: {} is asked without parentheses", call.name));
    const bool needsArgument = argument != Argument::None && argument != Argument::OptionalDevice;
    if (needsArgument && call.argument.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("--fail-if: {0} needs to know of what; write for example {0}({1})", call.name,
                                argument == Argument::Device ? "eth0"
                                : argument == Argument::Cpu  ? "0"
                                                             : "qdisc"));
    return {};
}

} // namespace

std::vector<MetricInfo> metrics()
{
    std::vector<MetricInfo> infos;
    for (const Metric& metric : kMetrics)
        infos.push_back(metric.info);
    return infos;
}

Result<void> checkMetrics(const Expression& expression)
{
    for (const MetricCall& call : metricsIn(expression)) {
        if (Result<void> checked = checkCall(call); !checked)
            return checked;
    }
    return {};
}

Result<Measurement> StoreMetrics::measure(const MetricCall& call)
{
    if (Result<void> checked = checkCall(call); !checked)
        return tl::unexpected(std::move(checked).error());
    const Metric& metric = *findMetric(call.name);
    const Query query(m_store, call);
    if (!metric.info.analysis.empty()) {
        Result<std::optional<std::string>> obstacle = query.whyAnalysisDidNotRun(metric.info.analysis);
        if (!obstacle)
            return tl::unexpected(std::move(obstacle).error());
        if (*obstacle)
            return unknown(std::move(**obstacle));
    }
    return metric.answer(query);
}

} // namespace vnscope::cli::threshold
