// SPDX-License-Identifier: Apache-2.0
#include "tests/live/perf_script_trace.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <deque>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/ctf_writer.hpp"

namespace vnscope::tests::live {

namespace {

using support::BitBuffer;
using support::CtfStream;
using support::CtfWriter;
using support::Field;

/// "skbaddr=0x1 len=98" and "br_dev br2 dev p9" alike, by name.
std::map<std::string, std::string> valuesOf(const std::string& text)
{
    std::map<std::string, std::string> values;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        std::string value;
        if (equals != std::string::npos)
            values[word.substr(0, equals)] = word.substr(equals + 1);
        else if (words >> value)
            values[word] = value;
    }
    return values;
}

std::int64_t realtimeMinusMonotonic()
{
    timespec real{};
    timespec monotonic{};
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    clock_gettime(CLOCK_REALTIME, &real);
    return (real.tv_sec - monotonic.tv_sec) * 1'000'000'000LL + (real.tv_nsec - monotonic.tv_nsec);
}

enum class Kind { Pointer, Number, Text, Mac };

struct FieldPlan {
    std::string name;  ///< As the tracepoint's format has it.
    std::string label; ///< As its print format calls it.
    Kind kind;
};

/// The fields that vnscope reads of each event, in perf's names.
const std::map<std::string, std::vector<FieldPlan>>& plans()
{
    static const std::vector<FieldPlan> kAtDevice{
        {"skbaddr", "skbaddr", Kind::Pointer}, {"len", "len", Kind::Number}, {"name", "dev", Kind::Text}};
    static const std::map<std::string, std::vector<FieldPlan>> kPlans{
        {"net:net_dev_queue", kAtDevice},
        {"net:netif_rx", kAtDevice},
        {"net:netif_receive_skb", kAtDevice},
        {"net:net_dev_xmit",
         {{"skbaddr", "skbaddr", Kind::Pointer},
          {"len", "len", Kind::Number},
          {"rc", "rc", Kind::Number},
          {"name", "dev", Kind::Text}}},
        {"skb:consume_skb", {{"skbaddr", "skbaddr", Kind::Pointer}}},
        {"skb:kfree_skb", {{"skbaddr", "skbaddr", Kind::Pointer}, {"protocol", "protocol", Kind::Number}}},
        {"bridge:br_fdb_update",
         {{"br_dev", "br_dev", Kind::Text},
          {"dev", "source", Kind::Text},
          {"addr", "addr", Kind::Mac},
          {"vid", "vid", Kind::Number},
          {"flags", "flags", Kind::Number}}},
        {"bridge:fdb_delete",
         {{"br_dev", "br_dev", Kind::Text},
          {"dev", "dev", Kind::Text},
          {"addr", "addr", Kind::Mac},
          {"vid", "vid", Kind::Number}}},
    };
    return kPlans;
}

Field declare(const FieldPlan& plan)
{
    switch (plan.kind) {
    case Kind::Pointer: return support::integerField(plan.name, 64, {.base = 16});
    case Kind::Number: return support::integerField(plan.name, 32);
    case Kind::Text: return support::stringField(plan.name);
    case Kind::Mac: return support::arrayField(plan.name, 8, 6);
    }
    throw std::logic_error("no such kind");
}

void put(const FieldPlan& plan, const std::map<std::string, std::string>& values, BitBuffer& to)
{
    const auto found = values.find(plan.label);
    if (found == values.end())
        throw std::runtime_error("perf script does not say " + plan.label);
    const std::string& text = found->second;
    switch (plan.kind) {
    case Kind::Pointer: return to.put(std::stoull(text, nullptr, 16), 64);
    case Kind::Number: return to.put(static_cast<std::uint64_t>(std::stoll(text, nullptr, 0)), 32);
    case Kind::Text: return to.putString(text);
    case Kind::Mac: {
        std::array<unsigned int, 6> bytes{};
        if (std::sscanf(text.c_str(), "%x:%x:%x:%x:%x:%x", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4],
                        &bytes[5]) != 6)
            throw std::runtime_error("no MAC: " + text);
        for (const unsigned int byte : bytes)
            to.put(byte, 8);
        return;
    }
    }
}

support::TraceOptions optionsOf(const std::string& host)
{
    support::TraceOptions options;
    options.style = support::TraceStyle::Perf;
    options.environment = {{"hostname", host}, {"domain", std::string("kernel")}, {"tracer_name", std::string("perf")}};
    return options;
}

std::string nameOfThisHost()
{
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return host.data();
}

struct ScriptEvent {
    std::string name;
    unsigned int cpu = 0;
    std::int64_t monotonicNs = 0;
    std::map<std::string, std::string> values;
};

/// [001] 16483.665906009:  net:net_dev_xmit: dev=eth0 skbaddr=0xffff8881024f3a00 len=98 rc=0
ScriptEvent parse(const std::string& line)
{
    ScriptEvent event;
    long long seconds = 0;
    long long nanoseconds = 0;
    int length = 0;
    if (std::sscanf(line.c_str(), " [%u] %lld.%lld: %n", &event.cpu, &seconds, &nanoseconds, &length) != 3)
        throw std::runtime_error("not a line of perf script: " + line);
    event.monotonicNs = seconds * 1'000'000'000LL + nanoseconds;
    const std::string rest = line.substr(static_cast<std::size_t>(length));
    const std::size_t colon = rest.find(": ");
    event.name = rest.substr(0, colon);
    if (!plans().contains(event.name))
        throw std::runtime_error("an event that was not asked for: " + event.name);
    event.values = valuesOf(rest.substr(colon + 2));
    return event;
}

/// One host's trace.
class PerfTrace final {
public:
    PerfTrace(const std::string& host, const std::filesystem::path& directory);
    void add(const ScriptEvent& event);
    void finish();

private:
    CtfWriter m_writer;
    std::map<std::string, support::EventClassId> m_ids;
    std::map<unsigned int, CtfStream*> m_streams; ///< By CPU.
    std::int64_t m_offset = realtimeMinusMonotonic();
};

PerfTrace::PerfTrace(const std::string& host, const std::filesystem::path& directory)
    : m_writer(directory, optionsOf(host))
{
    for (const auto& [name, fields] : plans()) {
        std::vector<Field> declared;
        for (const FieldPlan& field : fields)
            declared.push_back(declare(field));
        m_ids[name] = m_writer.declareEvent(name, declared);
    }
}

void PerfTrace::add(const ScriptEvent& event)
{
    BitBuffer payload = m_writer.payload();
    for (const FieldPlan& field : plans().at(event.name))
        put(field, event.values, payload);
    auto& stream = m_streams[event.cpu];
    if (stream == nullptr)
        stream = &m_writer.addStream(event.cpu);
    stream->event(m_ids[event.name], static_cast<std::uint64_t>(event.monotonicNs + m_offset), payload);
}

void PerfTrace::finish()
{
    if (const auto done = m_writer.finish(); !done)
        throw std::runtime_error(done.error().text());
}

/// Which host an event belongs to.
class HostOfEvent final {
public:
    static constexpr std::size_t kNone = ~std::size_t{0};

    explicit HostOfEvent(const std::vector<TracedHost>& hosts);
    std::size_t operator()(const ScriptEvent& event);

private:
    std::map<std::string, std::size_t> m_byDevice;
    std::map<std::string, std::size_t> m_bySkb; ///< Where it was last.
};

HostOfEvent::HostOfEvent(const std::vector<TracedHost>& hosts)
{
    for (std::size_t index = 0; index < hosts.size(); ++index)
        for (const std::string& device : hosts[index].devices)
            if (!m_byDevice.emplace(device, index).second)
                throw std::runtime_error("a device of two hosts: " + device);
}

std::size_t HostOfEvent::operator()(const ScriptEvent& event)
{
    const auto value = [&](const char* label) {
        const auto found = event.values.find(label);
        return found == event.values.end() ? std::string() : found->second;
    };
    const auto hostOf = [](const auto& hosts, const std::string& key) {
        const auto found = hosts.find(key);
        return found == hosts.end() ? kNone : found->second;
    };
    const std::string bridge = value("br_dev");
    const std::string device = bridge.empty() ? value("dev") : bridge;
    const std::string skb = value("skbaddr");
    const std::size_t host = device.empty() ? hostOf(m_bySkb, skb) : hostOf(m_byDevice, device);
    if (!skb.empty() && !device.empty())
        m_bySkb[skb] = host;
    return host;
}

} // namespace

void writePerfTrace(std::istream& script, const std::filesystem::path& directory)
{
    PerfTrace trace(nameOfThisHost(), directory);
    for (std::string line; std::getline(script, line);)
        trace.add(parse(line));
    trace.finish();
}

void writePerfTraces(std::istream& script, const std::vector<TracedHost>& hosts)
{
    std::deque<PerfTrace> traces;
    for (const TracedHost& host : hosts)
        traces.emplace_back(host.name, host.directory);
    HostOfEvent hostOf(hosts);
    for (std::string line; std::getline(script, line);) {
        const ScriptEvent event = parse(line);
        if (const std::size_t host = hostOf(event); host != HostOfEvent::kNone)
            traces[host].add(event);
    }
    for (PerfTrace& trace : traces)
        trace.finish();
}

} // namespace vnscope::tests::live
