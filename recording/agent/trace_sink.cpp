// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/sink.hpp"
#include "tracepoints/element/vnscope_element.h"

namespace vnscope::recording::agent {

namespace {

class TraceSink final : public Sink {
public:
    void define(const Element& element) override
    {
        const vnscope_element_definition record{element.id,
                                                element.parent,
                                                element.capacityBps,
                                                element.name.c_str(),
                                                element.kind.c_str(),
                                                element.layer.c_str(),
                                                "",
                                                element.vm.c_str()};
        vnscope_element_define(&record);
        emit(element.id, element.limits);
    }
    void neighbour(const Neighbour& neighbour) override
    {
        vnscope_element_neighbour(neighbour.from, neighbour.to, neighbour.coupling);
    }
    void sample(const Element& element, const Counters* counters, std::span<const Attribute> attributes) override
    {
        if (counters != nullptr) {
            const vnscope_element_counters record{counters->inPackets, counters->outPackets,   counters->inBytes,
                                                  counters->outBytes,  counters->dropPackets,  kNotCounted,
                                                  kNotCounted,         counters->queuedPackets};
            vnscope_element_sample(element.id, &record);
        }
        emit(element.id, attributes);
    }

private:
    static void emit(std::uint64_t id, std::span<const Attribute> attributes)
    {
        for (const Attribute& it : attributes)
            vnscope_element_attribute(id, it.name, it.value);
    }
};

} // namespace

std::unique_ptr<Sink> makeTraceSink()
{
    return std::make_unique<TraceSink>();
}

} // namespace vnscope::recording::agent
