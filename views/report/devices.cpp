// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"
#include "views/report/catalog.hpp"
#include "views/report/time_series.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

/// Charts beyond this number make a report that nobody scrolls through.
constexpr std::size_t kCharts = 24;
constexpr std::size_t kShownDevices = 500;

/// A device with all that this section says of it.
struct Device {
    Value id;
    std::string name;
    std::string kind;
    Value rxPackets, rxBytes, txPackets, txBytes, drops, rxL3Bytes, txL3Bytes;
    std::string rxBasis, txBasis;
    chart::Bins rx, tx; ///< bit/s; only for devices with traffic.

    [[nodiscard]] std::int64_t bytes() const { return rxBytes.integer() + txBytes.integer(); }
    [[nodiscard]] bool hasTraffic() const { return rxPackets.integer() + txPackets.integer() > 0; }
};

base::Result<std::vector<Device>> readDevices(const ReportContext& context)
{
    const auto totals = context.read({"device_total",
                                      {"device_id", "kind", "rx_packets", "rx_bytes", "tx_packets", "tx_bytes", "drops",
                                       "rx_l3_bytes", "tx_l3_bytes", "rx_basis", "tx_basis"},
                                      {},
                                      {"device_id"},
                                      -1});
    if (!totals)
        return tl::unexpected(totals.error());
    std::vector<Device> devices;
    const bool dropsAreKnown = context.couldRun("drops");
    for (const auto& row : totals->rows) {
        devices.push_back({row[0],
                           context.deviceName(row[0]).text(),
                           row[1].text(),
                           row[2],
                           row[3],
                           row[4],
                           row[5],
                           dropsAreKnown ? row[6] : Value(),
                           row[7],
                           row[8],
                           row[9].text(),
                           row[10].text(),
                           {},
                           {}});
    }
    std::stable_sort(devices.begin(), devices.end(),
                     [](const Device& a, const Device& b) { return a.bytes() > b.bytes(); });
    return devices;
}

base::Result<chart::Bins> readRate(const ReportContext& context, const Value& device, std::string_view direction,
                                   const chart::BinChoice& choice)
{
    const auto rows =
        context.read({"bandwidth",
                      {"begin_ns", "bytes"},
                      {{"bin_ns", "=", choice.stored}, {"device_id", "=", device}, {"direction", "=", direction}},
                      {"begin_ns"},
                      -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<chart::SparseBin> sparse;
    sparse.reserve(rows->rows.size());
    const double bitsPerByteAndSecond =
        8.0 * static_cast<double>(base::kNsPerSecond) / static_cast<double>(choice.shown);
    for (const auto& row : rows->rows)
        sparse.push_back({{row[0].integer()}, static_cast<double>(row[1].integer()) * bitsPerByteAndSecond});
    return chart::fillBins(context.window(), choice.shown, sparse);
}

base::Result<void> readRates(const ReportContext& context, Device& device, const chart::BinChoice& choice)
{
    auto rx = readRate(context, device.id, "rx", choice);
    if (!rx)
        return tl::unexpected(rx.error());
    auto tx = readRate(context, device.id, "tx", choice);
    if (!tx)
        return tl::unexpected(tx.error());
    device.rx = std::move(*rx);
    device.tx = std::move(*tx);
    return {};
}

Value meanRate(const Value& bytes, const base::TimeRange& window)
{
    if (bytes.isNull() || window.isEmpty())
        return {};
    return static_cast<double>(bytes.integer()) * 8.0 * static_cast<double>(base::kNsPerSecond) /
           static_cast<double>(window.length());
}

Value peakRate(const Value& packets, const chart::Bins& bins)
{
    return packets.isNull() ? Value() : Value(chart::peakOf(bins.values).value);
}

Table trafficTable(const ReportContext& context, std::span<const Device> devices, base::Nanoseconds bin)
{
    const std::string peakMeaning = fmt::format("highest mean over {}", base::formatDuration(bin));
    Table table{"traffic",
                "Traffic by device, busiest first",
                {{"device", "Device", Unit::None},
                 {"kind", "Kind", Unit::None},
                 {"rx_packets", "Rx packets", Unit::Packets},
                 {"rx_bytes", "Rx bytes", Unit::Bytes, "", Column::Look::Bar},
                 {"rx_mean_bps", "Rx mean", Unit::BitsPerSecond},
                 {"rx_peak_bps", "Rx peak", Unit::BitsPerSecond, peakMeaning},
                 {"tx_packets", "Tx packets", Unit::Packets},
                 {"tx_bytes", "Tx bytes", Unit::Bytes, "", Column::Look::Bar},
                 {"tx_mean_bps", "Tx mean", Unit::BitsPerSecond},
                 {"tx_peak_bps", "Tx peak", Unit::BitsPerSecond, peakMeaning},
                 {"drops", "Drops", Unit::Packets, "packets lost while at this device"}},
                {},
                static_cast<std::int64_t>(devices.size()),
                "Table device_total of the store has all."};
    for (const Device& device : devices.first(std::min(devices.size(), kShownDevices))) {
        table.rows.push_back(
            {{device.name, device.kind, device.rxPackets, device.rxBytes, meanRate(device.rxBytes, context.window()),
              peakRate(device.rxPackets, device.rx), device.txPackets, device.txBytes,
              meanRate(device.txBytes, context.window()), peakRate(device.txPackets, device.tx), device.drops},
             context.qualityOf(device.name)});
    }
    return table;
}

Table layersTable(std::span<const Device> devices)
{
    Table table{
        "layers",
        "Bytes with and without Ethernet headers, and how they were counted",
        {{"device", "Device", Unit::None},
         {"rx_bytes", "Rx L2", Unit::Bytes,
          "as the kernel's own counters count: with Ethernet header, except on bridges, internal ports and loopback"},
         {"rx_l3_bytes", "Rx L3", Unit::Bytes, "without Ethernet header"},
         {"rx_basis", "Rx basis", Unit::None,
          "exact; estimated (GRO had merged frames before they were seen); unobserved"},
         {"tx_bytes", "Tx L2", Unit::Bytes},
         {"tx_l3_bytes", "Tx L3", Unit::Bytes},
         {"tx_basis", "Tx basis", Unit::None}},
        {},
        static_cast<std::int64_t>(devices.size()),
        "Table device_traffic of the store has all."};
    for (const Device& device : devices.first(std::min(devices.size(), kShownDevices))) {
        table.rows.push_back({{device.name, device.rxBytes, device.rxL3Bytes, device.rxBasis, device.txBytes,
                               device.txL3Bytes, device.txBasis},
                              ""});
    }
    return table;
}

base::Result<Table> identityTable(const ReportContext& context)
{
    const auto rows = context.read({"device",
                                    {"device_id", "kind", "mac", "netns", "ifindex", "peer_id", "bridge_id",
                                     "ambiguous", "evidence", "first_seen_ns", "last_seen_ns"},
                                    {},
                                    {"label"},
                                    -1});
    if (!rows)
        return tl::unexpected(rows.error());
    Table table{"identity",
                "What is known of each device",
                {{"device", "Device", Unit::None},
                 {"kind", "Kind", Unit::None},
                 {"mac", "MAC", Unit::None},
                 {"netns", "Namespace", Unit::None, "inode of the network namespace"},
                 {"peer", "Peer", Unit::None, "other end of a veth"},
                 {"bridge", "Bridge", Unit::None},
                 {"first_seen_ns", "First seen", Unit::Time},
                 {"last_seen_ns", "Last seen", Unit::Time},
                 {"evidence", "Evidence", Unit::None, "", Column::Look::Prose}},
                {},
                static_cast<std::int64_t>(rows->rows.size()),
                "Table device of the store has all."};
    for (const auto& row : rows->rows) {
        if (table.rows.size() == kShownDevices)
            break;
        const bool isAmbiguous = row[7].integer() != 0;
        table.rows.push_back({{context.deviceName(row[0]), row[1], row[2], row[3], context.deviceName(row[5]),
                               context.deviceName(row[6]), row[9], row[10], row[8]},
                              isAmbiguous ? "several devices of this name may hide behind this row" : ""});
    }
    return table;
}

Figures rateCharts(const ReportContext& context, std::span<const Device> devices, base::Nanoseconds bin)
{
    Figures figures{"rates", fmt::format("Rates over time, in bins of {}", base::formatDuration(bin)), {}, {}};
    for (const Device& device : devices) {
        if (!device.hasTraffic() || figures.charts.size() == kCharts)
            continue;
        std::string description =
            fmt::format("Bit rate of {} over time: received above the line (peak {}), sent below it (peak {}).",
                        device.name, chart::formatBitRate(chart::peakOf(device.rx.values).value),
                        chart::formatBitRate(chart::peakOf(device.tx.values).value));
        figures.charts.push_back({device.name,
                                  std::move(description),
                                  chart::ChartKind::Mirrored,
                                  Unit::BitsPerSecond,
                                  context.window().begin,
                                  {{"rx", "Rx", device.rx}, {"tx", "Tx", device.tx}},
                                  context.lossMarks()});
        figures.keys.push_back(device.name);
    }
    return figures;
}

Paragraph chartsMissing(std::size_t charts, std::size_t busy)
{
    return {fmt::format("Charts are drawn for the {} busiest of {} devices with traffic; the table above has all.",
                        charts, busy)};
}

} // namespace

base::Result<Section> buildDevices(const ReportContext& context)
{
    auto devices = readDevices(context);
    if (!devices)
        return tl::unexpected(devices.error());
    Section section;
    section.headline.push_back({"devices", "Devices", Unit::Count, devices->size()});
    if (devices->empty())
        return section;
    const chart::BinChoice choice = binsFor(context, base::kNsPerMs);
    std::size_t busy = 0;
    for (Device& device : *devices) {
        if (!device.hasTraffic())
            continue;
        ++busy;
        if (auto done = readRates(context, device, choice); !done)
            return tl::unexpected(done.error());
    }
    auto identity = identityTable(context);
    if (!identity)
        return tl::unexpected(identity.error());
    section.blocks.emplace_back(trafficTable(context, *devices, choice.shown));
    Figures figures = rateCharts(context, *devices, choice.shown);
    const std::size_t charts = figures.charts.size();
    if (charts > 0)
        section.blocks.emplace_back(std::move(figures));
    if (charts < busy)
        section.blocks.emplace_back(chartsMissing(charts, busy));
    section.blocks.emplace_back(layersTable(*devices));
    section.blocks.emplace_back(std::move(*identity));
    return section;
}

} // namespace vnscope::views::report
