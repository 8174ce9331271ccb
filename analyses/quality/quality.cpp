// SPDX-License-Identifier: Apache-2.0
#include "analyses/quality/quality.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "analyses/trackers/trackers.hpp"
#include "embedded/analyses_quality_kTables.hpp"

namespace vnscope::analyses::quality {

namespace {

using tracepoints::EventType;

class Quality final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override { return {}; }
    void begin(RunContext&) override {}
    void process(const Event&, RunContext&) override {}
    void finish(RunContext& context) override;

private:
    static void writeLifecycle(RunContext& context);
    static void checkNamespaces(RunContext& context);
    static void checkHeaders(RunContext& context);
    static void checkUnknownEvents(RunContext& context);
};

const AnalysisInfo& Quality::info() const
{
    static const AnalysisInfo kInfo{"quality",
                                    1,
                                    "Data quality",
                                    "What is missing or doubtful in this trace, and which results does it touch?",
                                    {},
                                    embedded::kTables};
    return kInfo;
}

void Quality::finish(RunContext& context)
{
    writeLifecycle(context);
    checkNamespaces(context);
    checkHeaders(context);
    checkUnknownEvents(context);
}

void Quality::writeLifecycle(RunContext& context)
{
    const trackers::SkbTracker& skbs = context.trackers.skbs();
    const trackers::SkbLifecycle& life = skbs.lifecycle();
    storage::TableWriter rows = context.store.table("skb_lifecycle", {"kind", "count", "meaning"});
    rows.append("born", life.born, "lives that began at a device");
    rows.append("freed", life.freed, "lives that skb_kfree or skb_consume ended");
    rows.append("reused_without_free", life.reusedWithoutFree,
                "addresses that began a new life while no event had ended the old one");
    rows.append("freed_unseen", life.freedUnseen, "frees of skbs that were never seen at a device");
    rows.append("alive_at_end", skbs.alive(), "lives that no event ended until the trace's end");
    rows.append("evicted", life.evicted, "lives forgotten because too many were open");
    if (life.evicted > 0)
        context.quality.push_back(
            {base::Severity::Defect,
             "skbs_evicted",
             fmt::format("{} skbs were forgotten because more were open at once than can be followed.", life.evicted),
             "Record skb_consume and skb_kfree, which end an skb's life.",
             life.evicted,
             {},
             {},
             "streams"});
}

/// Names repeat between namespaces, and the events carry nothing else.
void Quality::checkNamespaces(RunContext& context)
{
    std::set<std::string> labels;
    std::uint64_t split = 0;
    const trackers::DeviceTracker& devices = context.trackers.devices();
    for (std::uint32_t index = 0; index < devices.devices().size(); ++index)
        if (devices.hasNamesakes({index})) {
            ++split;
            labels.insert(context.trackers.deviceLabel({index}));
        }
    if (split > 0)
        context.quality.push_back(
            {base::Severity::Info,
             "devices_share_names",
             fmt::format("{} devices share their names with devices of other namespaces; they are told apart by "
                         "their veth peers.",
                         split),
             "Packets that no veth carries are booked on the device of that name met last.",
             split,
             {},
             {},
             *labels.begin()});
    const bool hasLoopback =
        std::ranges::any_of(devices.devices(), [](const trackers::Device& device) { return device.isAmbiguous; });
    if (hasLoopback)
        context.quality.push_back(
            {base::Severity::Info,
             "ambiguous_device",
             "Every namespace has a device lo, and the trace names no namespace: the row of lo is their sum.",
             "",
             1,
             {},
             {},
             "lo"});
}

void Quality::checkHeaders(RunContext& context)
{
    const std::uint64_t packets = context.trackers.packetEvents();
    if (packets == 0 || context.trackers.hasHeaders())
        return;
    context.quality.push_back({base::Severity::Info,
                               "no_packet_headers",
                               "The tracer recorded no packet headers, so there are no conversations.",
                               "Record with lttng-modules 2.9 or later, whose net_* events carry headers.",
                               packets,
                               {},
                               {},
                               "streams"});
}

void Quality::checkUnknownEvents(RunContext& context)
{
    std::uint64_t events = 0;
    std::uint64_t classes = 0;
    for (const tracepoints::EventClassInfo& eventClass : context.session.eventClasses)
        if (eventClass.schema.empty() && eventClass.count > 0) {
            events += eventClass.count;
            ++classes;
        }
    if (events > 0)
        context.quality.push_back(
            {base::Severity::Info,
             "unknown_events",
             fmt::format("{} events of {} classes are counted but not understood; no analysis needs them.", events,
                         classes),
             "To make traces smaller, do not record them; see table event_class.",
             events,
             {},
             {},
             ""});
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Quality>();
}

} // namespace vnscope::analyses::quality
