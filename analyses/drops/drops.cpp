// SPDX-License-Identifier: Apache-2.0
#include "analyses/drops/drops.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "analyses/trackers/time_bins.hpp"
#include "analyses/trackers/trackers.hpp"
#include "analyses/trackers/verdict.hpp"
#include "embedded/analyses_drops_kTables.hpp"

namespace vnscope::analyses::drops {

namespace {

using tracepoints::EventType;
using tracepoints::SkbKfree;
using trackers::FreeFacts;
using trackers::judge;
using trackers::Verdict;

using Bins = trackers::TimeBins<1>;
constexpr auto kWidths = std::span(trackers::kBinWidths).subspan(1);

/// include/linux/netdevice.h: what ndo_start_xmit and dev_queue_xmit return.
constexpr std::int32_t kTxBusy = 0x10;
constexpr std::int32_t kXmitCongested = 0x02;

/// Code locations are few; a trace that shows more is not what it seems, and the rest share one row.
constexpr std::size_t kMostLocations = 4096;

/// How long a packet may be with ovs-vswitchd before it counts as not sent on: far beyond a loaded host's upcall time.
constexpr base::Nanoseconds kUpcallPatience = base::kNsPerSecond;
constexpr std::size_t kMostUpcalls = 65536;

struct FreedHere {
    Verdict verdict;
    std::string_view reasonName;
    std::uint64_t count = 0;
    base::Timestamp first;
    base::Timestamp last;
};

/// All drops of one place at one device: what a finding tells.
struct PlaceCount {
    std::uint64_t drops = 0;
    base::Timestamp first;
    base::Timestamp last;
    std::string location;   ///< Of the first of them.
    std::string reasonName; ///< The same; empty when not known.
};

/// A place that can refuse packets, and what that means in words for people: all values of packet_drop.place.
struct Place {
    std::string_view name;
    std::string_view meaning;
};
constexpr std::array kPlaces{
    Place{"backlog", "the CPU's backlog was full"},
    Place{"bridge", "the bridge did not forward them"},
    Place{"neighbour", "no neighbour answered for their next hop"},
    Place{"netfilter", "a filter rule refused them"},
    Place{"no_socket", "nobody listened on their port"},
    Place{"other", "the kernel freed them"},
    Place{"ovs", "Open vSwitch dropped them"},
    Place{"protocol", "their protocol's checks refused them"},
    Place{"qdisc", "a queueing discipline dropped them"},
    Place{"routing", "they could not be routed"},
    Place{"socket_buffer", "the receiving socket's buffer was full"},
    Place{"tcp", "TCP refused them"},
    Place{"tun_ring", "nobody read the tap's ring fast enough"},
    Place{"tx_driver", "the driver refused them"},
    Place{"unknown", "the kernel freed them"},
};

std::string_view meaningOf(std::string_view place)
{
    const auto known = std::ranges::find(kPlaces, place, &Place::name);
    return known == kPlaces.end() ? std::string_view() : known->meaning;
}

class Drops final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext& context) override;
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    struct Drop {
        std::string_view place;
        std::string location;
        storage::Value reason;
        storage::Value reasonName;
        std::uint16_t protocol = 0;
        std::uint64_t skb = 0;
        bool isCertain = true;
    };
    struct Where {
        base::Timestamp at;
        std::uint16_t cpu = 0;
        std::uint32_t host = 0;
        base::DeviceId device;
    };
    /// A packet that ovs-vswitchd was asked about and that has not gone on yet.
    struct Upcall {
        Where where;
        std::uint64_t skb = 0;
        std::uint16_t etherType = 0;
        tracepoints::PacketHeaders headers;
    };
    /// reason is part of the key: one location may free for several.
    using FreeKey = std::tuple<std::uint64_t, std::uint32_t, std::string_view>;

    void onKfree(const Event& event, const trackers::Trackers& state);
    void onXmit(const Event& event, const trackers::Trackers& state);
    void onConsume(const Event& event, const trackers::Trackers& state);
    void onUpcall(const Event& event, const trackers::Trackers& state);
    void forgetAnswered(const Event& event, const trackers::Trackers& state);
    void giveUpUpcalls(base::Timestamp until, const trackers::Trackers& state);
    void record(const Event& event, const trackers::Trackers& state, Drop drop);
    void append(const Where& where, const trackers::Trackers& state, Drop drop);
    [[nodiscard]] static std::string locationText(const trackers::Trackers& state, std::uint64_t location);
    void report(RunContext& context) const;

    storage::TableWriter m_drops;
    storage::TableWriter m_bins;
    std::map<FreeKey, FreedHere> m_freed;
    std::map<base::DeviceId, std::uint64_t> m_retries;
    std::map<std::string_view, Bins> m_binsByPlace;
    std::map<std::pair<std::string_view, base::DeviceId>, PlaceCount> m_countByPlace;
    std::deque<Upcall> m_upcalls; ///< Oldest first.
    bool m_hasUnnamedReasons = false;
};

const AnalysisInfo& Drops::info() const
{
    static const AnalysisInfo kInfo{
        "drops",
        1,
        "Packet drops",
        "Which packets were lost, where, and what refused them?",
        {{{EventType::SkbKfree}, true, "drops inside the kernel's network stack"},
         {{EventType::NetDevXmit}, false, "packets that a driver refused"},
         {{EventType::NetIfReceiveSkb, EventType::NetDevQueue}, false, "the device a dropped packet was at"},
         {{EventType::SkbConsume}, false, "packets that Open vSwitch dropped by a rule"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> Drops::subscriptions() const
{
    return {EventType::SkbKfree,    EventType::NetDevXmit, EventType::SkbConsume,     EventType::OvsUpcall,
            EventType::NetDevQueue, EventType::NetIfRx,    EventType::NetIfReceiveSkb};
}

void Drops::begin(RunContext& context)
{
    m_drops = context.store.table("packet_drop", {"ts_ns", "cpu", "host", "device_id", "place", "location", "reason",
                                                  "reason_name", "protocol", "skb", "confidence"});
    m_bins = context.store.table("drop_bin", {"place", "begin_ns", "bin_ns", "drops"});
}

void Drops::process(const Event& event, RunContext& context)
{
    switch (event.record.type) {
    case EventType::SkbKfree: onKfree(event, context.trackers); break;
    case EventType::NetDevXmit: onXmit(event, context.trackers); break;
    case EventType::SkbConsume: onConsume(event, context.trackers); break;
    case EventType::OvsUpcall: onUpcall(event, context.trackers); break;
    case EventType::NetDevQueue:
    case EventType::NetIfRx:
    case EventType::NetIfReceiveSkb: forgetAnswered(event, context.trackers); break;
    default: break;
    }
}

std::string Drops::locationText(const trackers::Trackers& state, std::uint64_t location)
{
    const auto symbol = state.symbols().find(location);
    return symbol.isKnown() ? symbol.text() : fmt::format("{:#x}", location);
}

void Drops::onKfree(const Event& event, const trackers::Trackers& state)
{
    const auto& freed = event.as<SkbKfree>();
    const FreeFacts facts = state.factsOf(freed);
    m_hasUnnamedReasons |= facts.hasReason && facts.reason.empty();
    const Verdict verdict = judge(facts);

    FreeKey key{freed.location, freed.reason, verdict.what};
    if (m_freed.size() >= kMostLocations && !m_freed.contains(key))
        key = {0, SkbKfree::kNoReason, verdict.what};
    FreedHere& here = m_freed[key];
    if (here.count++ == 0) {
        here.verdict = verdict;
        here.reasonName = facts.reason;
        here.first = event.record.time;
    }
    here.last = event.record.time;

    if (verdict.isDrop)
        record(event, state,
               {verdict.place, locationText(state, freed.location),
                facts.hasReason ? storage::Value(freed.reason) : storage::Value(),
                facts.reason.empty() ? storage::Value() : storage::Value(facts.reason), freed.protocol, freed.skb,
                verdict.isCertain});
}

void Drops::onXmit(const Event& event, const trackers::Trackers& state)
{
    const auto& sent = event.as<tracepoints::NetDevXmit>();
    if (sent.rc == 0 || sent.rc == kXmitCongested)
        return; // Taken; "congested" only asks the sender to slow down.
    if (sent.rc == kTxBusy) {
        ++m_retries[state.sighting().device];
        return;
    }
    // A stacked device hands on the verdict of the device below, where skb_kfree has already told of the loss and ended
    // the skb's life; only a driver that frees without a word leaves the skb alive here.
    if (!state.sighting().wasQueuedHere)
        return;
    const std::uint16_t protocol =
        state.sighting().skb->hasHeaders
            ? (state.sighting().skb->headers.network == tracepoints::NetworkProtocol::Ipv6 ? 0x86dd : 0x0800)
            : 0;
    record(event, state, {"tx_driver", fmt::format("net_dev_xmit rc={}", sent.rc), {}, {}, protocol, sent.skb, true});
}

void Drops::onConsume(const Event& event, const trackers::Trackers& state)
{
    if (state.isRefusedByOvs())
        record(event, state,
               {"ovs", "no action of Open vSwitch", {}, {}, 0, event.as<tracepoints::SkbOnly>().skb, false});
}

/// The first packet of a flow goes up to ovs-vswitchd, which sends it back with actions, or not at all.
void Drops::onUpcall(const Event& event, const trackers::Trackers& state)
{
    giveUpUpcalls(event.record.time - kUpcallPatience, state);
    const trackers::SkbState* skb = state.sighting().skb;
    if (skb == nullptr || !skb->hasHeaders)
        return; // Without headers its return could not be recognised.
    const auto& packet = event.as<tracepoints::OvsPacket>();
    m_upcalls.push_back({{event.record.time, event.record.cpu, state.host(), state.sighting().device},
                         packet.skb,
                         packet.etherType,
                         skb->headers});
    if (m_upcalls.size() > kMostUpcalls)
        m_upcalls.pop_front();
}

void Drops::forgetAnswered(const Event& event, const trackers::Trackers& state)
{
    if (!state.sighting().isBackFromUpcall)
        return;
    const tracepoints::PacketHeaders& headers = event.as<tracepoints::SkbAtDevice>().headers;
    std::erase_if(m_upcalls, [&](const Upcall& upcall) { return trackers::isSamePacket(upcall.headers, headers); });
}

void Drops::giveUpUpcalls(base::Timestamp until, const trackers::Trackers& state)
{
    for (; !m_upcalls.empty() && m_upcalls.front().where.at < until; m_upcalls.pop_front()) {
        const Upcall& upcall = m_upcalls.front();
        append(upcall.where, state,
               {"ovs", "not sent on by ovs-vswitchd", {}, {}, upcall.etherType, upcall.skb, false});
    }
}

void Drops::record(const Event& event, const trackers::Trackers& state, Drop drop)
{
    append({event.record.time, event.record.cpu, state.host(), state.sighting().device}, state, std::move(drop));
}

void Drops::append(const Where& where, const trackers::Trackers& state, Drop drop)
{
    PlaceCount& sum = m_countByPlace[{drop.place, where.device}];
    // What Open vSwitch dropped is known later than when it was, so not in the order of time.
    if (sum.drops++ == 0 || where.at < sum.first) {
        sum.first = where.at;
        sum.location = drop.location;
        sum.reasonName = drop.reasonName.text();
    }
    sum.last = std::max(sum.last, where.at);
    m_drops.append(where.at, where.cpu, state.hostName(where.host), where.device, drop.place, std::move(drop.location),
                   std::move(drop.reason), std::move(drop.reasonName), drop.protocol, fmt::format("{:#x}", drop.skb),
                   drop.isCertain ? "certain" : "likely");
    Bins& bins = m_binsByPlace.try_emplace(drop.place, kWidths).first->second;
    bins.add(where.at, {1}, [&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& sums) {
        m_bins.append(drop.place, begin, width, sums[0]);
    });
}

void Drops::finish(RunContext& context)
{
    giveUpUpcalls(context.range.end, context.trackers);
    for (auto& [place, bins] : m_binsByPlace)
        bins.finish([&](base::Nanoseconds width, base::Timestamp begin, const Bins::Sums& sums) {
            m_bins.append(place, begin, width, sums[0]);
        });
    storage::TableWriter freed = context.store.table(
        "skb_free", {"location", "reason", "reason_name", "verdict", "place", "count", "first_ns", "last_ns"});
    for (const auto& [key, here] : m_freed) {
        const std::uint32_t reason = std::get<1>(key);
        freed.append(locationText(context.trackers, std::get<0>(key)),
                     reason == SkbKfree::kNoReason ? storage::Value() : storage::Value(reason),
                     here.reasonName.empty() ? storage::Value() : storage::Value(here.reasonName), here.verdict.what,
                     here.verdict.place, here.count, here.first, here.last);
    }
    storage::TableWriter places = context.store.table("drop_place", {"place", "meaning", "drops"});
    for (const Place& place : kPlaces) {
        std::uint64_t drops = 0;
        for (const auto& [where, sum] : m_countByPlace)
            drops += where.first == place.name ? sum.drops : 0;
        places.append(place.name, place.meaning, drops);
    }
    storage::TableWriter retries = context.store.table("tx_retry", {"device_id", "retries"});
    for (const auto& [device, count] : m_retries)
        retries.append(device, count);
    report(context);
}

void Drops::report(RunContext& context) const
{
    if (context.trackers.symbols().isEmpty() && !m_freed.empty())
        context.quality.push_back(
            {base::Severity::Info,
             "no_symbols",
             "No kallsyms was given, so drop locations stay addresses and some frees are judged by their reason alone.",
             "Save /proc/kallsyms as root on the traced host in the same boot, and give it with --symbols.",
             1,
             {},
             {},
             "drops"});
    if (m_hasUnnamedReasons)
        context.quality.push_back(
            {base::Severity::Info,
             "unknown_drop_reasons",
             "The traced kernel's drop-reason numbers are not all known; they stay numbers.",
             "Give the traced kernel's events/skb/kfree_skb/format from its tracefs with --drop-reasons.",
             1,
             {},
             {},
             "drops"});
    for (const auto& [where, sum] : m_countByPlace) {
        const auto& [place, device] = where;
        const std::string at = device.isValid() ? "at " + context.trackers.deviceInWords(device) : "before any device";
        const std::string reason = sum.reasonName.empty() ? std::string() : fmt::format(", reason {}", sum.reasonName);
        // More losses weigh more, but no number of them outweighs everything else.
        const double score = 0.5 + 0.45 * static_cast<double>(sum.drops) / (static_cast<double>(sum.drops) + 50.0);
        context.findings.push_back(
            {score,
             "device",
             device.isValid() ? static_cast<std::int64_t>(device.value) : -1,
             fmt::format("{} packet{} lost {}: {}", sum.drops, sum.drops == 1 ? "" : "s", at, meaningOf(place)),
             fmt::format("The first was dropped in {}{}. All of them: packet_drop where place = '{}'.", sum.location,
                         reason, place),
             {sum.first, sum.last + 1},
             context.trackers.symbols().isEmpty() ? "judged without symbols" : ""});
    }
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<Drops>();
}

} // namespace vnscope::analyses::drops
