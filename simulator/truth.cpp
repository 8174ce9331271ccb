// SPDX-License-Identifier: Apache-2.0
#include "simulator/truth.hpp"

#include <nlohmann/json.hpp>

#include "simulator/scenario_json.hpp"

namespace vnscope::simulator {

namespace {

using Json = nlohmann::ordered_json;

Json lengths(const Histogram& histogram)
{
    return {{"mean_ns", histogram.meanNs()},
            {"p50_ns", histogram.quantile(0.5)},
            {"p99_ns", histogram.quantile(0.99)},
            {"p999_ns", histogram.quantile(0.999)}};
}

Json elementJson(const Scenario& scenario, const Engine& engine, std::uint32_t index)
{
    const ElementTotals& totals = engine.totals(index);
    return {{"name", scenario.elements[index].name},
            {"element", toldElement(index)},
            {"queue", toldQueue(index)},
            {"arrived", totals.arrived},
            {"dropped", totals.dropped},
            {"read", totals.read},
            {"reads", totals.reads},
            {"full_reads", totals.fullReads},
            {"load", totals.busyNs / static_cast<double>(scenario.durationNs)},
            {"queue_max", totals.queueMax},
            {"delay", lengths(totals.delay)}};
}

} // namespace

std::string truthJson(const Scenario& scenario, const SimulatedTrace& trace)
{
    const Engine& engine = trace.engine();
    const Totals totals = engine.totals();
    Json json{{"begin_ns", kBegin.ns},
              {"packets", totals.made},
              {"left", totals.left},
              {"dropped", totals.dropped},
              {"inside", totals.inside},
              {"lost_records", trace.lostRecords()},
              {"latency", lengths(totals.latency)}};
    json["elements"] = Json::array();
    for (std::uint32_t i = 0; i < scenario.elements.size(); ++i)
        json["elements"].push_back(elementJson(scenario, engine, i));
    json["scenario"] = Json::parse(toJson(scenario));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace vnscope::simulator
