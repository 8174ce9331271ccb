// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::int64_t kShown = 50;

/// "10.10.0.1:5201", "[fd00:10::1]:5201", or the address alone.
std::string endpoint(const Value& address, const Value& port)
{
    if (port.isNull())
        return address.text();
    const bool isIpv6 = address.text().find(':') != std::string::npos;
    return isIpv6 ? fmt::format("[{}]:{}", address.text(), port.integer())
                  : fmt::format("{}:{}", address.text(), port.integer());
}

Table protocolTable(const storage::Table& summary)
{
    Table table{"by_protocol",
                "Conversations by protocol",
                {{"protocol", "Protocol"},
                 {"streams", "Conversations", Unit::Count},
                 {"packets", "Packets", Unit::Packets},
                 {"bytes", "Bytes", Unit::Bytes, "", Column::Look::Bar},
                 {"retransmissions", "Retransmissions", Unit::Packets}},
                {},
                static_cast<std::int64_t>(summary.rows.size()),
                ""};
    for (const auto& row : summary.rows)
        table.rows.push_back({row, ""});
    return table;
}

/// Columns read from stream_total, in this order.
enum : std::size_t {
    kProtocol,
    kAddressA,
    kPortA,
    kAddressB,
    kPortB,
    kBytes,
    kBytesAb,
    kBytesBa,
    kPacketsAb,
    kPacketsBa,
    kRateAb,
    kRateBa,
    kRetransmissions,
    kFirst,
    kDuration,
    kContinued
};

Table largestTable(const storage::Table& rows, std::int64_t total)
{
    Table table{"largest",
                "The largest conversations, both directions",
                {{"a", "A", Unit::None, "the side whose packet was seen first", Column::Look::Address},
                 {"b", "B", Unit::None, "", Column::Look::Address},
                 {"protocol", "Protocol"},
                 {"bytes", "Bytes", Unit::Bytes,
                  "with Ethernet headers; each packet counts once, however many devices it crosses", Column::Look::Bar},
                 {"bytes_ab", "A → B", Unit::Bytes},
                 {"bytes_ba", "B → A", Unit::Bytes},
                 {"packets_ab", "Packets →", Unit::Packets, "a super-packet counts once"},
                 {"packets_ba", "Packets ←", Unit::Packets},
                 {"rate_ab_bps", "Rate →", Unit::BitsPerSecond, "bytes over the time between first and last packet"},
                 {"rate_ba_bps", "Rate ←", Unit::BitsPerSecond},
                 {"retransmissions", "Resent", Unit::Packets, "TCP packets that carry sequence numbers sent before"},
                 {"first_ns", "First", Unit::Time},
                 {"duration_ns", "Length", Unit::Nanoseconds}},
                {},
                total,
                "View stream_total of the store has all.",
                2};
    for (const auto& row : rows.rows) {
        table.rows.push_back(
            {{endpoint(row[kAddressA], row[kPortA]), endpoint(row[kAddressB], row[kPortB]), row[kProtocol], row[kBytes],
              row[kBytesAb], row[kBytesBa], row[kPacketsAb], row[kPacketsBa], row[kRateAb], row[kRateBa],
              row[kRetransmissions], row[kFirst], row[kDuration]},
             row[kContinued].integer() != 0 ? "more rows of the same conversation exist: too many were open at once"
                                            : ""});
    }
    return table;
}

} // namespace

base::Result<Section> buildStreams(const ReportContext& context)
{
    const auto summary = context.read(
        {"stream_summary", {"protocol", "streams", "packets", "bytes", "retransmissions"}, {}, {"-bytes"}, -1});
    if (!summary)
        return tl::unexpected(summary.error());
    std::int64_t total = 0;
    for (const auto& row : summary->rows)
        total += row[1].integer();
    Section section;
    section.headline.push_back(
        {"streams", "Conversations", Unit::Count, context.couldRun("streams") ? Value(total) : Value()});
    if (total == 0)
        return section;
    const auto largest = context.read(
        {"stream_total",
         {"protocol", "addr_a", "port_a", "addr_b", "port_b", "bytes", "bytes_ab", "bytes_ba", "packets_ab",
          "packets_ba", "rate_ab_bps", "rate_ba_bps", "retransmissions", "first_ns", "duration_ns", "continued"},
         {},
         {"-bytes", "stream_id"},
         kShown});
    if (!largest)
        return tl::unexpected(largest.error());
    section.blocks.emplace_back(protocolTable(*summary));
    section.blocks.emplace_back(largestTable(*largest, total));
    return section;
}

} // namespace vnscope::views::report
