// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <nlohmann/json.hpp>

#include "recording/agent/sink.hpp"

namespace vnscope::recording::agent {

namespace {

using nlohmann::ordered_json;

void add(ordered_json& line, const char* name, std::uint64_t value)
{
    if (value != kNotCounted)
        line[name] = value;
}

ordered_json attributesOf(std::span<const Attribute> attributes)
{
    ordered_json all = ordered_json::object();
    for (const Attribute& it : attributes)
        all[it.name] = it.value;
    return all;
}

class JsonSink final : public Sink {
public:
    explicit JsonSink(std::ostream& out) : m_out(out) {}

    void begin() override
    {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        m_now = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    }
    void end() override { m_out.flush(); }
    void define(const Element& element) override
    {
        ordered_json line{{"event", "define"},        {"id", element.id},
                          {"parent", element.parent}, {"name", element.name},
                          {"kind", element.kind},     {"layer", element.layer},
                          {"vm", element.vm},         {"capacity_bps", element.capacityBps}};
        line["attributes"] = attributesOf(element.limits);
        write(line);
    }
    void neighbour(const Neighbour& it) override
    {
        write({{"event", "neighbour"}, {"from", it.from}, {"to", it.to}, {"coupling", it.coupling}});
    }
    void sample(const Element& element, const Counters* counters, std::span<const Attribute> attributes) override
    {
        ordered_json line{{"event", "sample"},
                          {"time_ns", m_now},
                          {"id", element.id},
                          {"name", element.name},
                          {"kind", element.kind}};
        if (counters != nullptr) {
            add(line, "in_packets", counters->inPackets);
            add(line, "out_packets", counters->outPackets);
            add(line, "in_bytes", counters->inBytes);
            add(line, "out_bytes", counters->outBytes);
            add(line, "drop_packets", counters->dropPackets);
            add(line, "queued_packets", counters->queuedPackets);
        }
        line["attributes"] = attributesOf(attributes);
        write(line);
    }

private:
    void write(const ordered_json& line)
    {
        m_out << line.dump(-1, ' ', true, ordered_json::error_handler_t::replace) << '\n';
    }

    std::ostream& m_out;
    std::int64_t m_now = 0;
};

} // namespace

std::unique_ptr<Sink> makeJsonSink(std::ostream& out)
{
    return std::make_unique<JsonSink>(out);
}

} // namespace vnscope::recording::agent
