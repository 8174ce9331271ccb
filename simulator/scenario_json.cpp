// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vnscope::simulator {

namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using Json = nlohmann::ordered_json;

template <typename Value> struct Word {
    std::string_view text;
    Value value;
};

constexpr std::array kIdModes{Word<IdMode>{"random16", IdMode::Random16},
                              Word<IdMode>{"composite32", IdMode::Composite32},
                              Word<IdMode>{"flow-counter16", IdMode::FlowCounter16}};
constexpr std::array kKinds{Word<InjectionKind>{"burst", InjectionKind::Burst},
                            Word<InjectionKind>{"interrupt", InjectionKind::Interrupt},
                            Word<InjectionKind>{"bug", InjectionKind::Bug}};

template <typename Words, typename Value> std::string textOf(const Words& words, Value value)
{
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.value == value; });
    return std::string(found->text);
}

std::string addressText(std::uint32_t address)
{
    return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 0xffU, (address >> 8U) & 0xffU,
                       address & 0xffU);
}

bool parseAddress(std::string_view text, std::uint32_t& address)
{
    address = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int i = 0; i < 4; ++i) {
        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        std::uint8_t byte = 0;
        const auto [rest, error] = std::from_chars(at, end, byte);
        if (error != std::errc{})
            return false;
        at = rest;
        address = address << 8U | byte;
    }
    return at == end;
}

/// What is wrong first, in one sentence.
struct Problem {
    std::string text;

    void set(std::string_view where, std::string_view what)
    {
        if (text.empty())
            text = fmt::format("scenario: {}: {}", where, what);
    }
};

/// One object of the text: each member is taken by its name, and none may be left over.
class Object final {
public:
    Object(const Json& json, std::string where, Problem& problem)
        : m_json(&json), m_where(std::move(where)), m_problem(&problem)
    {
        if (!json.is_object())
            m_problem->set(m_where, "must be an object");
    }

    [[nodiscard]] const Json* find(const char* key)
    {
        m_known.insert(key);
        if (!m_json->is_object())
            return nullptr;
        const auto found = m_json->find(key);
        return found == m_json->end() ? nullptr : &*found;
    }
    void take(const char* key, std::string& to)
    {
        if (const Json* const value = find(key); value != nullptr && value->is_string())
            to = value->get<std::string>();
        else if (value != nullptr)
            wrong(key, "must be a text");
    }
    void take(const char* key, bool& to)
    {
        if (const Json* const value = find(key); value != nullptr && value->is_boolean())
            to = value->get<bool>();
        else if (value != nullptr)
            wrong(key, "must be true or false");
    }
    void take(const char* key, double& to)
    {
        if (const Json* const value = find(key); value != nullptr && value->is_number())
            to = value->get<double>();
        else if (value != nullptr)
            wrong(key, "must be a number");
    }
    template <typename Integer> void take(const char* key, Integer& to) requires std::is_integral_v<Integer>
    {
        constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
        const Json* const value = find(key);
        if (value == nullptr)
            return;
        if (value->is_number_unsigned() && value->get<std::uint64_t>() <= kMost)
            to = value->get<Integer>();
        else
            wrong(key, fmt::format("must be a whole number from 0 to {}", kMost));
    }
    template <typename Words, typename Value> void take(const char* key, const Words& words, Value& to)
    {
        const Json* const value = find(key);
        if (value == nullptr)
            return;
        for (const auto& word : words)
            if (value->is_string() && value->get_ref<const std::string&>() == word.text) {
                to = word.value;
                return;
            }
        wrong(key, "is none of the words that are known");
    }
    void takeAddress(const char* key, std::uint32_t& to)
    {
        const Json* const value = find(key);
        if (value != nullptr && (!value->is_string() || !parseAddress(value->get_ref<const std::string&>(), to)))
            wrong(key, "must be an IPv4 address as \"10.0.0.1\"");
    }
    /// Calls `act(value, where)` for each item of an array.
    template <typename Act> void forEach(const char* key, const Act& act)
    {
        const Json* const value = find(key);
        if (value == nullptr)
            return;
        if (!value->is_array())
            return wrong(key, "must be an array");
        std::size_t index = 0;
        for (const Json& item : *value)
            act(item, fmt::format("{}[{}]", key, index++));
    }
    void wrong(const char* key, std::string_view what) { m_problem->set(m_where, fmt::format("\"{}\" {}", key, what)); }
    /// After the last member.
    void end()
    {
        if (!m_json->is_object())
            return;
        for (const auto& member : m_json->items())
            if (m_known.count(member.key()) == 0)
                m_problem->set(m_where, fmt::format("\"{}\" is not known", member.key().substr(0, 64)));
    }

private:
    const Json* m_json;
    std::string m_where;
    Problem* m_problem;
    std::set<std::string, std::less<>> m_known;
};

/// Numbers of elements or sources by name.
using Names = std::map<std::string, std::uint32_t, std::less<>>;

class Parser final {
public:
    explicit Parser(const Json& json) : m_root(json, "the text", m_problem) {}

    [[nodiscard]] Result<Scenario> parse()
    {
        m_root.take("name", m_scenario.name);
        m_root.take("seed", m_scenario.seed);
        m_root.take("duration_ns", m_scenario.durationNs);
        m_elements = namesOf("elements");
        m_sources = namesOf("sources");
        m_root.forEach("sources", [&](const Json& item, const std::string& where) { addSource(item, where); });
        m_root.forEach("elements", [&](const Json& item, const std::string& where) { addElement(item, where); });
        m_root.forEach("routes", [&](const Json& item, const std::string& where) { addRoute(item, where); });
        if (const Json* const noise = m_root.find("noise"))
            takeNoise(*noise);
        m_root.forEach("injections", [&](const Json& item, const std::string& where) { addInjection(item, where); });
        m_root.end();
        if (!m_problem.text.empty())
            return fail(ErrorCode::Usage, m_problem.text);
        return check(m_scenario).map([&] { return std::move(m_scenario); });
    }

private:
    [[nodiscard]] Names namesOf(const char* key)
    {
        Names names;
        m_root.forEach(key, [&](const Json& item, const std::string&) {
            const bool hasName = item.is_object() && item.contains("name") && item["name"].is_string();
            const auto number = static_cast<std::uint32_t>(names.size());
            names.emplace(hasName ? item["name"].get<std::string>() : fmt::format("\n{}", number), number);
        });
        return names;
    }
    void takeName(Object& object, const char* key, const Names& names, std::uint32_t& to)
    {
        std::string name;
        object.take(key, name);
        const auto found = names.find(name);
        if (found != names.end())
            to = found->second;
        else if (object.find(key) != nullptr)
            object.wrong(key, fmt::format("names \"{}\", which does not exist", name.substr(0, 64)));
    }
    void takeNext(Object& object, const char* key, std::vector<std::uint32_t>& next)
    {
        object.forEach(key, [&](const Json& item, const std::string&) {
            const auto found =
                item.is_string() ? m_elements.find(item.get_ref<const std::string&>()) : m_elements.end();
            if (found == m_elements.end())
                object.wrong(key, "must hold names of elements");
            else
                next.push_back(found->second);
        });
    }
    void takeFlow(Object& parent, const char* key, const std::string& where, FiveTuple& flow)
    {
        const Json* const json = parent.find(key);
        if (json == nullptr)
            return;
        Object object(*json, where + "." + key, m_problem);
        object.take("protocol", flow.protocol);
        object.takeAddress("source", flow.source);
        object.takeAddress("destination", flow.destination);
        object.take("source_port", flow.sourcePort);
        object.take("destination_port", flow.destinationPort);
        object.end();
    }
    void addSource(const Json& json, const std::string& where)
    {
        Source source;
        Object object(json, where, m_problem);
        object.take("name", source.name);
        object.take("packets_per_second", source.packetsPerSecond);
        object.take("constant", source.isConstant);
        object.take("flows", source.flows);
        object.take("zipf", source.zipf);
        takeFlow(object, "flow", where, source.flow);
        takeNext(object, "next", source.next);
        object.take("batch_window_ns", source.batchWindowNs);
        object.end();
        m_scenario.sources.push_back(source);
    }
    void addElement(const Json& json, const std::string& where)
    {
        Element element;
        Object object(json, where, m_problem);
        object.take("name", element.name);
        object.take("kind", element.kind);
        object.take("service_ns", element.serviceNs);
        object.take("spread", element.spread);
        object.take("tail_sigma", element.tailSigma);
        object.take("batch", element.batch);
        object.take("capacity", element.capacity);
        takeNext(object, "next", element.next);
        takeNext(object, "matched", element.matched);
        object.take("matched_share", element.matchedShare);
        object.take("rewrites_ids", element.rewritesIds);
        object.end();
        m_scenario.elements.push_back(element);
    }
    void addRoute(const Json& json, const std::string& where)
    {
        Route route;
        Object object(json, where, m_problem);
        takeName(object, "element", m_elements, route.element);
        takeName(object, "to", m_elements, route.to);
        takeFlow(object, "first", where, route.first);
        object.take("last_source_port", route.lastSourcePort);
        object.take("last_destination_port", route.lastDestinationPort);
        object.end();
        m_scenario.routes.push_back(route);
    }
    void takeNoise(const Json& json)
    {
        Noise& noise = m_scenario.noise;
        Object object(json, "noise", m_problem);
        object.take("interrupts_per_second", noise.interruptsPerSecond);
        object.take("interrupt_min_ns", noise.interruptMinNs);
        object.take("interrupt_max_ns", noise.interruptMaxNs);
        object.take("slowdowns_per_second", noise.slowdownsPerSecond);
        object.take("slowdown_min_ns", noise.slowdownMinNs);
        object.take("slowdown_max_ns", noise.slowdownMaxNs);
        object.take("slowdown_factor", noise.slowdownFactor);
        object.take("lost_records", noise.lostRecords);
        object.take("jitter_ns", noise.jitterNs);
        object.take("clock_offset_ns", noise.clockOffsetNs);
        object.take("clock_drift_ppm", noise.clockDriftPpm);
        object.take("ids", kIdModes, noise.ids);
        object.take("zero_ids", noise.zeroIds);
        object.end();
    }
    void addInjection(const Json& json, const std::string& where)
    {
        Injection injection;
        injection.id = static_cast<std::uint32_t>(m_scenario.injections.size());
        Object object(json, where, m_problem);
        object.take("id", injection.id);
        object.take("kind", kKinds, injection.kind);
        object.take("time_ns", injection.timeNs);
        takeName(object, "source", m_sources, injection.source);
        takeFlow(object, "flow", where, injection.flow);
        object.take("packets", injection.packets);
        object.take("packets_per_second", injection.packetsPerSecond);
        takeName(object, "element", m_elements, injection.element);
        object.take("length_ns", injection.lengthNs);
        object.take("service_ns", injection.serviceNs);
        object.end();
        m_scenario.injections.push_back(injection);
    }

    Problem m_problem;
    Object m_root;
    Names m_elements;
    Names m_sources;
    Scenario m_scenario;
};

Json flowJson(const FiveTuple& flow)
{
    return {{"protocol", flow.protocol},
            {"source", addressText(flow.source)},
            {"destination", addressText(flow.destination)},
            {"source_port", flow.sourcePort},
            {"destination_port", flow.destinationPort}};
}

class Writer final {
public:
    explicit Writer(const Scenario& scenario) : m_scenario(&scenario) {}

    [[nodiscard]] Json write() const
    {
        Json json{{"name", m_scenario->name}, {"seed", m_scenario->seed}, {"duration_ns", m_scenario->durationNs}};
        const auto list = [&](const char* key, const auto& items, auto make) {
            json[key] = Json::array();
            for (const auto& item : items)
                json[key].push_back((this->*make)(item));
        };
        list("sources", m_scenario->sources, &Writer::sourceJson);
        list("elements", m_scenario->elements, &Writer::elementJson);
        list("routes", m_scenario->routes, &Writer::routeJson);
        json["noise"] = noiseJson();
        list("injections", m_scenario->injections, &Writer::injectionJson);
        return json;
    }

private:
    [[nodiscard]] const std::string& nameOf(std::uint32_t element) const { return m_scenario->elements[element].name; }
    [[nodiscard]] Json namesJson(const std::vector<std::uint32_t>& elements) const
    {
        Json names = Json::array();
        for (const std::uint32_t element : elements)
            names.push_back(nameOf(element));
        return names;
    }
    [[nodiscard]] Json sourceJson(const Source& source) const
    {
        Json json{{"name", source.name},
                  {"packets_per_second", source.packetsPerSecond},
                  {"constant", source.isConstant},
                  {"flows", source.flows},
                  {"zipf", source.zipf},
                  {"next", namesJson(source.next)},
                  {"batch_window_ns", source.batchWindowNs}};
        if (source.flows == 0)
            json["flow"] = flowJson(source.flow);
        return json;
    }
    [[nodiscard]] Json elementJson(const Element& element) const
    {
        return {{"name", element.name},
                {"kind", element.kind},
                {"service_ns", element.serviceNs},
                {"spread", element.spread},
                {"tail_sigma", element.tailSigma},
                {"batch", element.batch},
                {"capacity", element.capacity},
                {"next", namesJson(element.next)},
                {"matched", namesJson(element.matched)},
                {"matched_share", element.matchedShare},
                {"rewrites_ids", element.rewritesIds}};
    }
    [[nodiscard]] Json routeJson(const Route& route) const
    {
        return {{"element", nameOf(route.element)},
                {"to", nameOf(route.to)},
                {"first", flowJson(route.first)},
                {"last_source_port", route.lastSourcePort},
                {"last_destination_port", route.lastDestinationPort}};
    }
    [[nodiscard]] Json noiseJson() const
    {
        const Noise& noise = m_scenario->noise;
        return {{"interrupts_per_second", noise.interruptsPerSecond},
                {"interrupt_min_ns", noise.interruptMinNs},
                {"interrupt_max_ns", noise.interruptMaxNs},
                {"slowdowns_per_second", noise.slowdownsPerSecond},
                {"slowdown_min_ns", noise.slowdownMinNs},
                {"slowdown_max_ns", noise.slowdownMaxNs},
                {"slowdown_factor", noise.slowdownFactor},
                {"lost_records", noise.lostRecords},
                {"jitter_ns", noise.jitterNs},
                {"clock_offset_ns", noise.clockOffsetNs},
                {"clock_drift_ppm", noise.clockDriftPpm},
                {"ids", textOf(kIdModes, noise.ids)},
                {"zero_ids", noise.zeroIds}};
    }
    [[nodiscard]] Json injectionJson(const Injection& injection) const
    {
        Json json{{"id", injection.id}, {"kind", textOf(kKinds, injection.kind)}, {"time_ns", injection.timeNs}};
        if (injection.kind != InjectionKind::Burst)
            json["element"] = nameOf(injection.element);
        if (injection.kind == InjectionKind::Interrupt) {
            json["length_ns"] = injection.lengthNs;
            return json;
        }
        json["source"] = m_scenario->sources[injection.source].name;
        json["flow"] = flowJson(injection.flow);
        json["packets"] = injection.packets;
        json["packets_per_second"] = injection.packetsPerSecond;
        if (injection.kind == InjectionKind::Bug)
            json["service_ns"] = injection.serviceNs;
        return json;
    }

    const Scenario* m_scenario;
};

} // namespace

std::string toJson(const Scenario& scenario)
{
    return Writer(scenario).write().dump(2, ' ', false, Json::error_handler_t::replace);
}

Result<Scenario> parseScenario(std::string_view json)
{
    try {
        return Parser(Json::parse(json)).parse();
    } catch (const Json::parse_error& e) {
        const std::string_view before = json.substr(0, e.byte == 0 ? 0 : e.byte - 1);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
        return fail(ErrorCode::Usage, fmt::format("scenario: it is no JSON at line {}, column {}", line, column));
    } catch (const Json::exception&) {
        return fail(ErrorCode::Usage, "scenario: a JSON value is too large, or of another type than it should be");
    }
}

} // namespace vnscope::simulator
