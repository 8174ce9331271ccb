// SPDX-License-Identifier: Apache-2.0
#include "views/diagnosis/victim_story.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace vnscope::views::diagnosis {
namespace {

using storage::Select;
using storage::Store;
using storage::Table;
using storage::Value;

/// None (and no error) when the store has no such table, because an older build wrote it.
base::Result<Table> rowsOf(const Store& store, const Select& select)
{
    if (!store.hasTable(select.table))
        return Table{};
    return store.read(select);
}

template <typename Number> std::optional<Number> maybe(const Value& value)
{
    if (value.isNull())
        return std::nullopt;
    if constexpr (std::is_integral_v<Number>)
        return value.integer();
    else
        return value.real();
}

std::string endText(const std::string& address, std::int64_t port)
{
    if (port == 0)
        return address;
    return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                  : fmt::format("[{}]:{}", address, port);
}

/// From cells protocol, source, source_port, destination, destination_port.
std::string flowText(std::span<const Value> cells)
{
    if (cells[0].isNull())
        return {};
    return fmt::format("{} {} -> {}", protocolText(cells[0].integer()), endText(cells[1].text(), cells[2].integer()),
                       endText(cells[3].text(), cells[4].integer()));
}

/// "in of nat 1"; "nat1.in" says whose it is.
std::string queueName(const std::string& name, const std::string& reader)
{
    return reader.empty() || name.starts_with(reader) ? name : fmt::format("{} of {}", name, reader);
}

base::Result<std::string> readFlow(const Store& store, const Value& id)
{
    if (id.isNull())
        return std::string();
    const auto rows = store.read({"nf_flow",
                                  {"protocol", "source", "source_port", "destination", "destination_port"},
                                  {{"flow_id", "=", id}},
                                  {},
                                  1});
    if (!rows)
        return tl::unexpected(rows.error());
    return rows->rows.empty() ? std::string() : flowText(rows->rows[0]);
}

base::Result<std::vector<VictimStory::Hop>> readHops(const Store& store, const NfNames& names, std::int64_t id)
{
    const auto rows =
        store.read({"victim_hop",
                    {"queue_id", "element_id", "arrival_ns", "read_ns", "left_ns", "period_begin_ns", "packets_arrived",
                     "packets_read", "peak_pps", "input_score", "processing_score", "seconds"},
                    {{"victim_id", "=", id}},
                    {"arrival_ns"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<VictimStory::Hop> hops;
    for (const auto& row : rows->rows)
        hops.push_back({names.queue(row[0]),
                        names.element(row[1]),
                        {row[2].integer()},
                        {row[3].integer()},
                        {row[4].integer()},
                        {row[5].integer()},
                        row[6].integer(),
                        row[7].integer(),
                        maybe<double>(row[8]),
                        row[9].real(),
                        row[10].real(),
                        row[11].real()});
    return hops;
}

base::Result<std::vector<VictimStory::Cause>> readCauses(const Store& store, const NfNames& names, std::int64_t id)
{
    const auto rows =
        store.read({"causal_relation",
                    {"culprit_element_id", "culprit_kind", "victim_element_id", "share", "score", "depth",
                     "culprit_begin_ns", "culprit_end_ns", "gap_ns", "culprit_packets", "culprit_flow_id"},
                    {{"victim_id", "=", id}},
                    {"-share"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<VictimStory::Cause> causes;
    for (const auto& row : rows->rows) {
        auto flow = readFlow(store, row[10]);
        if (!flow)
            return tl::unexpected(flow.error());
        causes.push_back({names.element(row[0]),
                          row[1].text() == "source",
                          names.element(row[2]),
                          row[3].real(),
                          row[4].real(),
                          row[5].integer(),
                          {{row[6].integer()}, {row[7].integer()}},
                          row[8].integer(),
                          row[9].integer(),
                          std::move(*flow)});
    }
    return causes;
}

base::Result<std::vector<VictimStory::Step>> readSteps(const Store& store, const NfNames& names, std::int64_t id)
{
    const auto rows =
        store.read({"victim_step",
                    {"depth", "queue_id", "element_id", "share", "period_begin_ns", "period_end_ns", "packets_arrived",
                     "packets_read", "peak_pps", "input_score", "processing_score", "spans"},
                    {{"victim_id", "=", id}},
                    {"step"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<VictimStory::Step> steps;
    for (const auto& row : rows->rows)
        steps.push_back({row[0].integer(),
                         names.queue(row[1]),
                         names.element(row[2]),
                         row[3].real(),
                         {{row[4].integer()}, {row[5].integer()}},
                         row[6].integer(),
                         row[7].integer(),
                         maybe<double>(row[8]),
                         row[9].real(),
                         row[10].real(),
                         row[11].text()});
    return steps;
}

} // namespace

base::Result<NfNames> NfNames::read(const Store& store)
{
    const auto elements = rowsOf(store, {"nf_element", {"element_id", "host", "name"}});
    if (!elements)
        return tl::unexpected(elements.error());
    const auto queues = rowsOf(store, {"nf_queue", {"queue_id", "name", "element_id"}});
    if (!queues)
        return tl::unexpected(queues.error());
    std::set<std::string> hosts;
    for (const auto& row : elements->rows)
        hosts.insert(row[1].text());
    NfNames names;
    for (const auto& row : elements->rows)
        names.m_elements[row[0].integer()] =
            hosts.size() > 1 ? fmt::format("{}: {}", row[1].text(), row[2].text()) : row[2].text();
    for (const auto& row : queues->rows)
        names.m_queues[row[0].integer()] = queueName(row[1].text(), row[2].isNull() ? "" : names.element(row[2]));
    return names;
}

std::string NfNames::element(const Value& id) const
{
    const auto found = m_elements.find(id.isNull() ? -1 : id.integer());
    return found == m_elements.end() ? "outside" : found->second;
}

std::string NfNames::queue(const Value& id) const
{
    const auto found = m_queues.find(id.isNull() ? -1 : id.integer());
    return found == m_queues.end() ? std::string() : found->second;
}

base::Result<std::optional<VictimStory>> readVictim(const Store& store, std::int64_t id)
{
    const auto names = NfNames::read(store);
    const auto rows =
        rowsOf(store, {"victim",
                       {"kind", "packet_id", "begin_ns", "end_ns", "flow_id", "lost_queue_id", "is_persistent"},
                       {{"victim_id", "=", id}},
                       {},
                       1});
    if (!names || !rows)
        return tl::unexpected(!names ? names.error() : rows.error());
    if (rows->rows.empty())
        return std::nullopt;
    const auto& row = rows->rows[0];
    auto flow = readFlow(store, row[4]);
    auto hops = readHops(store, *names, id);
    auto causes = readCauses(store, *names, id);
    auto steps = readSteps(store, *names, id);
    if (!flow || !hops || !causes || !steps)
        return tl::unexpected(!flow ? flow.error() : !hops ? hops.error() : !causes ? causes.error() : steps.error());
    return VictimStory{id,
                       row[0].text(),
                       maybe<std::int64_t>(row[1]),
                       {row[2].integer()},
                       {row[3].integer()},
                       std::move(*flow),
                       names->queue(row[5]),
                       row[6].integer() != 0,
                       std::move(*hops),
                       std::move(*causes),
                       std::move(*steps)};
}

base::Result<std::vector<VictimLine>> readVictims(const Store& store, const base::TimeRange& window,
                                                  std::vector<storage::Select::Condition> where)
{
    where.push_back({"begin_ns", ">=", window.begin});
    where.push_back({"begin_ns", "<", window.end});
    const auto rows = rowsOf(store, {"victim_summary",
                                     {"victim_id", "kind", "begin_ns", "latency_ns", "lost_queue", "culprit_kind",
                                      "culprit", "share", "is_persistent", "protocol", "source", "source_port",
                                      "destination", "destination_port", "culprit_element_id"},
                                     std::move(where),
                                     {"victim_id"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<VictimLine> victims;
    for (const auto& row : rows->rows)
        victims.push_back({row[0].integer(),
                           row[1].text(),
                           {row[2].integer()},
                           maybe<base::Nanoseconds>(row[3]),
                           flowText(std::span(row).subspan(9)),
                           row[4].text(),
                           row[6].text(),
                           maybe<std::int64_t>(row[14]),
                           row[5].text() == "source",
                           row[7].real(),
                           row[8].integer() != 0});
    return victims;
}

namespace {

std::vector<SuspectLine> suspectsOf(const std::vector<VictimLine>& victims)
{
    std::map<std::tuple<std::optional<std::int64_t>, std::string, bool>, SuspectLine> all;
    for (const VictimLine& victim : victims) {
        if (victim.culprit.empty())
            continue;
        SuspectLine& suspect = all[{victim.culpritElement, victim.culprit, victim.isSource}];
        suspect.culprit = victim.culprit;
        suspect.element = victim.culpritElement;
        suspect.isSource = victim.isSource;
        ++(victim.isLoss() ? suspect.lost : suspect.late);
        if (suspect.worstVictim == 0 || (victim.latency && *victim.latency > suspect.worst.value_or(0))) {
            suspect.worst = victim.latency;
            suspect.worstVictim = victim.id;
        }
    }
    std::vector<SuspectLine> ranked;
    for (auto& [key, suspect] : all)
        ranked.push_back(std::move(suspect));
    std::ranges::stable_sort(ranked, std::greater<>{}, [](const SuspectLine& s) { return s.late + s.lost; });
    return ranked;
}

} // namespace

base::Result<std::optional<VictimSummary>> readVictimSummary(const Store& store, const base::TimeRange& window)
{
    const auto rows = rowsOf(store, {"microscope_summary", {"latency_median_ns", "latency_threshold_ns"}, {}, {}, 1});
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->rows.empty())
        return std::nullopt;
    const auto victims = readVictims(store, window);
    if (!victims)
        return tl::unexpected(victims.error());
    VictimSummary summary;
    summary.window = window;
    summary.usual = maybe<base::Nanoseconds>(rows->rows[0][0]);
    summary.threshold = maybe<base::Nanoseconds>(rows->rows[0][1]);
    for (const VictimLine& victim : *victims) {
        ++(victim.isLoss() ? summary.lost : summary.late);
        summary.persistent += victim.isPersistent ? 1 : 0;
    }
    summary.suspects = suspectsOf(*victims);
    return summary;
}

std::string protocolText(std::int64_t protocol)
{
    switch (protocol) {
    case 1: return "ICMP";
    case 6: return "TCP";
    case 17: return "UDP";
    case 58: return "ICMPv6";
    default: return fmt::format("IP protocol {}", protocol);
    }
}

std::string sayCause(const std::string& culprit, bool isSource)
{
    return isSource ? fmt::format("a burst from {}", culprit) : fmt::format("{} worked slower than it can", culprit);
}

} // namespace vnscope::views::diagnosis
