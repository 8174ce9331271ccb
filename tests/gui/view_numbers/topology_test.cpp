// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ranges>
#include <set>

#include <fmt/format.h>

#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/imported_sample.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

using tests::support::ImportedSample;

using Item = kit::DiagramView::Item;
/// What the details say of a node or connection: title, then fields and their values.
using Details = std::pair<std::string, std::vector<std::pair<std::string, std::string>>>;

std::vector<Details> detailsOf(topology::TopologyView& view, const Item& item)
{
    view.map().setCurrent(item);
    std::vector<Details> all;
    for (int top = 0; top < view.details().topLevelItemCount(); ++top) {
        const QTreeWidgetItem& section = *view.details().topLevelItem(top);
        Details details{section.text(0).toStdString(), {}};
        for (int field = 0; field < section.childCount(); ++field)
            details.second.emplace_back(section.child(field)->text(0).toStdString(),
                                        section.child(field)->text(1).toStdString());
        all.push_back(std::move(details));
    }
    return all;
}

std::string fieldOf(const Details& details, const std::string& name)
{
    const auto found = std::ranges::find(details.second, name, &std::pair<std::string, std::string>::first);
    return found == details.second.end() ? std::string() : found->second;
}

/// Of nodes and connections that are drawn at the moment; connections have no name or MAC of their own.
std::set<Details> everythingDrawn(topology::TopologyView& view)
{
    std::set<Details> all;
    for (std::size_t box = 0; box < view.map().diagram().boxes.size(); ++box)
        for (Details& details : detailsOf(view, {Item::Kind::Box, box}))
            all.insert(std::move(details));
    for (std::size_t line = 0; line < view.map().diagram().lines.size(); ++line)
        for (Details& details : detailsOf(view, {Item::Kind::Line, line}))
            all.insert(std::move(details));
    return all;
}

std::string words(std::string spelling)
{
    std::ranges::replace(spelling, '_', ' ');
    return spelling;
}

TEST(TopologyNumbers, MapShowsWhatIsValidAtTheMoment)
{
    for (const char* name : {"bridge-vlan-migration", "ovs", "nic-router"}) {
        const ImportedSample sample(name);
        Shown<topology::TopologyView> shown(sample.path());
        const TimeRange whole = shown.time().whole();
        // Before and after each change, to the nanosecond.
        std::set<std::int64_t> moments{whole.begin.ns, whole.end.ns - 1};
        for (const json& change : shown.query("SELECT DISTINCT ts_ns FROM topology_change"))
            for (const std::int64_t moment :
                 {change["ts_ns"].get<std::int64_t>() - 1, change["ts_ns"].get<std::int64_t>()})
                if (whole.contains({moment}))
                    moments.insert(moment);
        ASSERT_GT(moments.size(), 4U);
        std::size_t mostDevices = 0;
        for (const std::int64_t ns : moments) {
            const Timestamp moment{ns};
            shown.time().select(TimeRange{moment, moment + 1});
            shown.settle();
            ASSERT_EQ(shown.view().moment(), moment);
            const std::string valid = fmt::format(" WHERE valid_from_ns <= {0} AND valid_to_ns > {0} ", moment.ns);
            std::multiset<std::string> devices;
            std::map<std::string, int> ends; // Of connections, by kind.
            for (const Details& details : everythingDrawn(shown.view())) {
                if (!fieldOf(details, "From").empty())
                    continue; // A connection: both its ends tell of it.
                if (fieldOf(details, "Kind").starts_with("device"))
                    devices.insert(fieldOf(details, "Name") + " in " + fieldOf(details, "Namespace") + " index " +
                                   fieldOf(details, "Index"));
                for (const auto& [field, value] : details.second)
                    if (value.ends_with(", certain") || value.ends_with(", inferred") || value.ends_with(", ambiguous"))
                        ++ends[field];
            }
            std::multiset<std::string> storedDevices;
            for (const json& row :
                 shown.query("SELECT name, netns, ifindex FROM topology_node" + valid + "AND kind = 'device'"))
                storedDevices.insert(row["name"].get<std::string>() + " in " + row["netns"].get<std::string>() +
                                     " index " + (row["ifindex"].is_null() ? "" : row["ifindex"].dump()));
            EXPECT_EQ(devices, storedDevices) << name << " at " << ns;
            std::map<std::string, int> storedEnds;
            for (const json& row :
                 shown.query("SELECT kind, 2 * count(*) AS ends FROM topology_edge" + valid + "GROUP BY 1"))
                storedEnds[words(row["kind"])] = row["ends"];
            EXPECT_EQ(ends, storedEnds) << name << " at " << ns;
            mostDevices = std::max(mostDevices, storedDevices.size());
        }
        EXPECT_GT(mostDevices, 5U) << name;
    }
}

TEST(TopologyNumbers, ChangesAreThoseOfTheTable)
{
    for (const char* name : {"bridge-vlan-migration", "ovs"}) {
        const ImportedSample sample(name);
        Shown<topology::TopologyView> shown(sample.path());
        const json stored = shown.query("SELECT ts_ns, kind, detail FROM topology_change ORDER BY ts_ns, change_id");
        topology::ChangeModel& changes = shown.view().changes();
        ASSERT_EQ(changes.rowCount(), static_cast<int>(stored.size()));
        ASSERT_GT(stored.size(), 2U);
        const auto text = [&](int row, int column) {
            return changes.index(row, column).data().toString().toStdString();
        };
        for (int row = 0; row < changes.rowCount(); ++row) {
            const json& change = stored[static_cast<std::size_t>(row)];
            EXPECT_EQ(changes.change(row).at.ns, change["ts_ns"]) << name << ' ' << row;
            EXPECT_EQ(text(row, topology::ChangeModel::What), change["kind"]) << name << ' ' << row;
            EXPECT_EQ(text(row, topology::ChangeModel::Detail), change["detail"]) << name << ' ' << row;
        }
    }
}

TEST(TopologyNumbers, WidthsAreBytesOfTheVisibleRange)
{
    const ImportedSample sample("bridge-vlan-migration");
    Shown<topology::TopologyView> shown(sample.path());
    const TimeRange whole = shown.time().whole();
    const std::int64_t third = whole.length() / 3;
    for (const TimeRange& range : {whole, TimeRange{whole.begin + third, whole.begin + 2 * third}}) {
        shown.time().show(range);
        shown.settle();
        std::map<std::string, std::int64_t> bytes; // By name of device.
        for (const json& row :
             shown.query(fmt::format("SELECT name, sum(bytes) AS bytes FROM bandwidth JOIN device USING "
                                     "(device_id) WHERE bin_ns = {} AND begin_ns > {} AND begin_ns < {} "
                                     "GROUP BY device_id",
                                     kMs, range.begin.ns - kMs, range.end.ns)))
            EXPECT_TRUE(bytes.emplace(row["name"], row["bytes"]).second) << "names are unique in the sample";
        std::map<std::string, double> weights;
        double heaviest = 0;
        const auto& lines = shown.view().map().diagram().lines;
        for (std::size_t line = 0; line < lines.size(); ++line) {
            const auto details = detailsOf(shown.view(), {Item::Kind::Line, line});
            const std::string port = details.empty() ? std::string() : fieldOf(details.front(), "Name");
            if (port.empty())
                continue; // No port tells whose traffic it has.
            weights[port] = lines[line].weight;
            heaviest = std::max(heaviest, static_cast<double>(bytes[port]));
        }
        ASSERT_GT(weights.size(), 4U);
        ASSERT_GT(heaviest, 0);
        EXPECT_EQ(std::ranges::max(weights | std::views::values), 1);
        for (const auto& [port, weight] : weights)
            // A range is off by a bin of its 500 at either end, the whole trace by nothing.
            EXPECT_NEAR(weight, static_cast<double>(bytes[port]) / heaviest, range == whole ? 1e-9 : 0.02) << port;
    }
}

} // namespace
} // namespace vnscope::views::widgets::numbers
