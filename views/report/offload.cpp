// SPDX-License-Identifier: Apache-2.0

#include "views/report/catalog.hpp"

namespace vnscope::views::report {
namespace {

using storage::Value;

constexpr std::size_t kShown = 200;

/// Share of `part` in `whole` in percent; nothing when there is no whole.
Value share(std::int64_t part, std::int64_t whole)
{
    return whole > 0 ? Value(100.0 * static_cast<double>(part) / static_cast<double>(whole)) : Value();
}

/// Columns read from device_offload, in this order.
enum : std::size_t {
    kDevice,
    kGroFrames,
    kGroDelivered,
    kGroRatio,
    kGsoPackets,
    kGsoBytes,
    kGsoEstimated,
    kGsoSoftware,
    kAttribution
};

bool didAnything(const std::vector<Value>& row)
{
    return row[kGroFrames].integer() > 0 || row[kGsoPackets].integer() > 0;
}

} // namespace

base::Result<Section> buildOffload(const ReportContext& context)
{
    const auto rows = context.read({"device_offload",
                                    {"device_id", "gro_frames", "gro_delivered", "gro_ratio", "gso_packets",
                                     "gso_bytes", "gso_segments_estimated", "gso_segments_software", "attribution"},
                                    {},
                                    {"-gro_frames", "-gso_packets"},
                                    -1});
    if (!rows)
        return tl::unexpected(rows.error());
    Section section;
    Table table{
        "offload",
        "Offload by device",
        {{"device", "Device"},
         {"gro_frames", "GRO frames", Unit::Packets, "frames that entered GRO"},
         {"gro_delivered", "Delivered", Unit::Packets, "packets that came out of GRO"},
         {"gro_ratio", "GRO ratio", Unit::Ratio, "frames per delivered packet; 1 = nothing was merged"},
         {"gso_packets", "GSO packets", Unit::Packets, "packets sent that are larger than one frame"},
         {"gso_bytes", "GSO bytes", Unit::Bytes},
         {"gso_segments_estimated", "Segments est.", Unit::Packets, "wire frames they become, estimated from lengths"},
         {"gso_segments_software", "Segments seen", Unit::Packets,
          "frames that software segmentation was seen to make"},
         {"attribution", "Attributed by", Unit::None,
          "how frames found their device: napi_poll (the poll that they came in by), delivered_skb (the packet that "
          "came "
          "out), own_event (their event names it)"}},
        {},
        0,
        "Table device_offload of the store has all."};
    std::int64_t frames = 0;
    std::int64_t unattributed = 0;
    std::int64_t superPackets = 0;
    for (const auto& row : rows->rows) {
        frames += row[kGroFrames].integer();
        superPackets += row[kGsoPackets].integer();
        if (row[kDevice].isNull())
            unattributed += row[kGroFrames].integer();
        if (!didAnything(row))
            continue;
        ++table.totalRows;
        if (table.rows.size() == kShown)
            continue;
        std::vector<Value> cells = row;
        cells[kDevice] = row[kDevice].isNull() ? Value("(unattributed)") : context.deviceName(row[kDevice]);
        table.rows.push_back({std::move(cells), ""});
    }
    if (table.rows.empty())
        return section;
    section.blocks.emplace_back(
        Facts{"totals",
              {{"gro_frames", "Frames that entered GRO", Unit::Packets, frames},
               {"gro_unattributed_percent", "Of them unattributed", Unit::Percent, share(unattributed, frames)},
               {"gso_packets", "Super-packets sent", Unit::Packets, superPackets}}});
    section.blocks.emplace_back(std::move(table));
    return section;
}

} // namespace vnscope::views::report
