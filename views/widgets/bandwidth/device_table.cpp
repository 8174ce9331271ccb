// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/bandwidth/device_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "views/report/context.hpp"
#include "views/series/series.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::bandwidth {
namespace {

using report::Unit;
using storage::Value;

/// Bytes or packets of a device, one way, as they are.
series::Source amountOf(std::int64_t device, const char* direction, const char* column)
{
    series::Source source = series::deviceRate(device, direction, column);
    source.factor = 1;
    source.isPerSecond = false;
    return source;
}

using Totals = std::map<std::int64_t, std::vector<Value>>; ///< Rows by the device in their first cell.

base::Result<Totals> readByDevice(const storage::Store& store, const storage::Select& select)
{
    auto table = store.read(select);
    if (!table)
        return tl::unexpected(std::move(table).error());
    Totals totals;
    for (auto& row : table->rows)
        totals[row[0].isNull() ? Device::kNoDevice : row[0].integer()] = std::move(row);
    return totals;
}

/// Bytes and packets, received and sent; NULL where the trace did not show them.
using Amounts = std::array<Value, 4>;

/// `total`: the device's row of readTotals(), of the whole trace.
base::Result<Amounts> readAmounts(const storage::Store& store, const std::vector<Value>& total,
                                  const base::TimeRange& range, const std::function<bool()>& stop)
{
    static constexpr std::array<std::pair<const char*, const char*>, 4> kWhat{
        {{"rx", "bytes"}, {"rx", "packets"}, {"tx", "bytes"}, {"tx", "packets"}}};
    Amounts amounts;
    for (std::size_t at = 0; at < amounts.size(); ++at) {
        if (total[at + 1].isNull())
            continue;
        const auto sum =
            series::sumOver(store, amountOf(total[0].integer(), kWhat[at].first, kWhat[at].second), range, stop);
        if (!sum)
            return tl::unexpected(sum.error());
        amounts[at] = static_cast<std::int64_t>(*sum);
    }
    return amounts;
}

/// Mean rate in bit/s of so many bytes.
Value rateOf(const Value& bytes, const base::TimeRange& range)
{
    if (bytes.isNull())
        return {};
    return static_cast<double>(bytes.integer()) * 8 * static_cast<double>(base::kNsPerSecond) /
           static_cast<double>(range.length());
}

report::Table emptyTable(bool isWhole)
{
    return {"devices",
            isWhole ? "Devices over the whole trace" : "Devices in this time; offload over the whole trace",
            {{"device", "Device"},
             {"kind", "Kind"},
             {"rx_bytes", "Rx", Unit::Bytes},
             {"rx_bps", "Rx mean", Unit::BitsPerSecond},
             {"tx_bytes", "Tx", Unit::Bytes},
             {"tx_bps", "Tx mean", Unit::BitsPerSecond},
             {"rx_packets", "Rx packets", Unit::Packets},
             {"tx_packets", "Tx packets", Unit::Packets},
             {"drops", "Drops", Unit::Packets},
             {"gro_frames", "GRO frames", Unit::Packets, "frames that entered GRO, whole trace"},
             {"gro_ratio", "GRO ratio", Unit::Ratio, "frames per delivered packet; 1: nothing was merged"},
             {"gso_packets", "GSO packets", Unit::Packets, "packets sent that are larger than one frame, whole trace"},
             {"gso_segments", "GSO segments", Unit::Packets, "wire frames they become, estimated from lengths"}},
            {},
            0,
            {}};
}

} // namespace

base::Result<std::vector<Device>> readDevices(const storage::Store& store)
{
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    auto table = store.read(
        {"device_total", {"device_id", "kind", "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "drops"}});
    if (!table)
        return tl::unexpected(std::move(table).error());
    const auto bytes = [](const std::vector<Value>& row) { return row[4].integer() + row[5].integer(); };
    std::ranges::stable_sort(table->rows, std::greater(), bytes);
    std::vector<Device> devices;
    for (const auto& row : table->rows) {
        Device device{row[0].integer(), context->deviceName(row[0]).text(), row[1].text(),
                      row[2].integer() + row[3].integer() > 0, row[6].integer() > 0};
        if (device.hasTraffic || device.hasDrops)
            devices.push_back(std::move(device));
    }
    const auto nowhere = store.read({"packet_drop", {"ts_ns"}, {{"device_id", "is null", {}}}, {}, 1});
    if (!nowhere)
        return tl::unexpected(nowhere.error());
    if (!nowhere->rows.empty())
        devices.push_back({Device::kNoDevice, Tr::tr("no device").toStdString(), "", false, true});
    return devices;
}

base::Result<report::Table> readDeviceTable(const storage::Store& store, const std::vector<Device>& devices,
                                            const base::TimeRange& range, const base::TimeRange& whole,
                                            const std::function<bool()>& stop)
{
    const bool isWhole = range == whole;
    const auto totals =
        readByDevice(store, {"device_total", {"device_id", "rx_bytes", "rx_packets", "tx_bytes", "tx_packets"}});
    const auto offload = readByDevice(
        store, {"device_offload", {"device_id", "gro_frames", "gro_ratio", "gso_packets", "gso_segments_estimated"}});
    const auto drops = series::countMomentsBy(store, "packet_drop", "ts_ns", "device_id", range, 1, stop);
    if (!totals || !offload || !drops)
        return tl::unexpected(!totals ? totals.error() : !offload ? offload.error() : drops.error());
    report::Table table = emptyTable(isWhole);
    for (const Device& device : devices) {
        Amounts amounts;
        if (const auto total = totals->find(device.id); total != totals->end()) {
            if (isWhole) {
                std::copy_n(total->second.begin() + 1, amounts.size(), amounts.begin());
            } else {
                auto read = readAmounts(store, total->second, range, stop);
                if (!read)
                    return tl::unexpected(std::move(read).error());
                amounts = std::move(*read);
            }
        }
        const auto dropped = drops->find(device.id);
        const double count = dropped == drops->end() ? 0 : dropped->second.values.front();
        std::vector<Value> cells{device.name,
                                 device.kind,
                                 amounts[0],
                                 rateOf(amounts[0], range),
                                 amounts[2],
                                 rateOf(amounts[2], range),
                                 amounts[1],
                                 amounts[3],
                                 static_cast<std::int64_t>(count)};
        const auto off = offload->find(device.id);
        for (std::size_t column = 1; column <= 4; ++column)
            cells.push_back(off == offload->end() ? Value() : off->second[column]);
        table.rows.push_back({std::move(cells), ""});
    }
    table.totalRows = static_cast<std::int64_t>(table.rows.size());
    return table;
}

} // namespace vnscope::views::widgets::bandwidth
