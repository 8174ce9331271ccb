// SPDX-License-Identifier: Apache-2.0
#include "views/diagnosis/victim_json.hpp"

#include <nlohmann/json.hpp>

#include "views/diagnosis/victim_writers.hpp"

namespace vnscope::views::diagnosis {
namespace {

using nlohmann::ordered_json;

template <typename Number> ordered_json orNull(const std::optional<Number>& value)
{
    return value ? ordered_json(*value) : ordered_json();
}

std::string_view kindOf(bool isSource)
{
    return isSource ? "source" : "element";
}

ordered_json hopJson(const VictimStory::Hop& hop)
{
    return {{"queue", hop.queue},
            {"element", hop.element},
            {"arrival_ns", hop.arrival.ns},
            {"read_ns", hop.read.ns},
            {"left_ns", hop.left.ns},
            {"period_begin_ns", hop.periodBegin.ns},
            {"packets_arrived", hop.packetsArrived},
            {"packets_read", hop.packetsRead},
            {"peak_pps", orNull(hop.peakPps)},
            {"input_score", hop.inputScore},
            {"processing_score", hop.processingScore},
            {"seconds", hop.seconds}};
}

ordered_json causeJson(const VictimStory::Cause& cause)
{
    return {{"culprit", cause.culprit},
            {"culprit_kind", kindOf(cause.isSource)},
            {"victim_element", cause.victimElement},
            {"share", cause.share},
            {"seconds", cause.seconds},
            {"depth", cause.depth},
            {"begin_ns", cause.when.begin.ns},
            {"end_ns", cause.when.end.ns},
            {"gap_ns", cause.gap},
            {"packets", cause.packets},
            {"flow", cause.flow}};
}

ordered_json stepJson(const VictimStory::Step& step)
{
    return {{"depth", step.depth},
            {"queue", step.queue},
            {"element", step.element},
            {"share", step.share},
            {"period_begin_ns", step.period.begin.ns},
            {"period_end_ns", step.period.end.ns},
            {"packets_arrived", step.packetsArrived},
            {"packets_read", step.packetsRead},
            {"peak_pps", orNull(step.peakPps)},
            {"input_score", step.inputScore},
            {"processing_score", step.processingScore},
            {"spans", step.spans}};
}

ordered_json lineJson(const VictimLine& victim)
{
    return {{"victim_id", victim.id},
            {"kind", victim.kind},
            {"begin_ns", victim.begin.ns},
            {"latency_ns", orNull(victim.latency)},
            {"flow", victim.flow},
            {"lost_queue", victim.lostQueue},
            {"culprit", victim.culprit},
            {"culprit_element_id", orNull(victim.culpritElement)},
            {"culprit_kind", kindOf(victim.isSource)},
            {"share", victim.share},
            {"is_persistent", victim.isPersistent}};
}

template <typename Item, typename ToJson> ordered_json arrayOf(const std::vector<Item>& items, ToJson toJson)
{
    ordered_json array = ordered_json::array();
    for (const Item& item : items)
        array.push_back(toJson(item));
    return array;
}

void print(const ordered_json& json, std::ostream& out)
{
    out << json.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

} // namespace

ordered_json toJson(const VictimSummary& summary)
{
    const auto suspectJson = [](const SuspectLine& suspect) -> ordered_json {
        return {{"culprit", suspect.culprit},
                {"culprit_element_id", orNull(suspect.element)},
                {"culprit_kind", kindOf(suspect.isSource)},
                {"victims_late", suspect.late},
                {"victims_lost", suspect.lost},
                {"worst_latency_ns", orNull(suspect.worst)},
                {"worst_victim_id", suspect.worstVictim}};
    };
    return {{"victims_late", summary.late},
            {"victims_lost", summary.lost},
            {"victims_persistent", summary.persistent},
            {"latency_median_ns", orNull(summary.usual)},
            {"latency_threshold_ns", orNull(summary.threshold)},
            {"suspects", arrayOf(summary.suspects, suspectJson)}};
}

void writeJson(const VictimStory& victim, std::ostream& out)
{
    print({{"victim_id", victim.id},
           {"kind", victim.kind},
           {"packet_id", orNull(victim.packet)},
           {"begin_ns", victim.begin.ns},
           {"end_ns", victim.end.ns},
           {"flow", victim.flow},
           {"lost_queue", victim.lostQueue},
           {"is_persistent", victim.isPersistent},
           {"causes", arrayOf(victim.causes, causeJson)},
           {"hops", arrayOf(victim.hops, hopJson)},
           {"steps", arrayOf(victim.steps, stepJson)}},
          out);
}

void writeJson(const std::vector<VictimLine>& victims, std::ostream& out)
{
    print(arrayOf(victims, lineJson), out);
}

} // namespace vnscope::views::diagnosis
