// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::element {

namespace {

using enum FieldKind;

constexpr std::array kDefine{
    FieldSpec{"id", Integer, VNSCOPE_MEMBER(ElementDefine, id), kRequired},
    FieldSpec{"parent", Integer, VNSCOPE_MEMBER(ElementDefine, parent)},
    FieldSpec{"capacity_bps", Integer, VNSCOPE_MEMBER(ElementDefine, capacityBps)},
    FieldSpec{"version", Integer, VNSCOPE_MEMBER(ElementDefine, version)},
    FieldSpec{"name", String, VNSCOPE_MEMBER(ElementDefine, name), kRequired},
    FieldSpec{"kind", String, VNSCOPE_MEMBER(ElementDefine, kind)},
    FieldSpec{"layer", String, VNSCOPE_MEMBER(ElementDefine, layer)},
    FieldSpec{"tenant", String, VNSCOPE_MEMBER(ElementDefine, tenant)},
    FieldSpec{"vm", String, VNSCOPE_MEMBER(ElementDefine, vm)},
};

constexpr std::array kNeighbour{
    FieldSpec{"from", Integer, VNSCOPE_MEMBER(ElementNeighbour, from), kRequired},
    FieldSpec{"to", Integer, VNSCOPE_MEMBER(ElementNeighbour, to), kRequired},
    FieldSpec{"coupling", String, VNSCOPE_MEMBER(ElementNeighbour, coupling)},
};

constexpr std::array kSample{
    FieldSpec{"id", Integer, VNSCOPE_MEMBER(ElementSample, id), kRequired},
    FieldSpec{"in_packets", Integer, VNSCOPE_MEMBER(ElementSample, inPackets)},
    FieldSpec{"out_packets", Integer, VNSCOPE_MEMBER(ElementSample, outPackets)},
    FieldSpec{"in_bytes", Integer, VNSCOPE_MEMBER(ElementSample, inBytes)},
    FieldSpec{"out_bytes", Integer, VNSCOPE_MEMBER(ElementSample, outBytes)},
    FieldSpec{"drop_packets", Integer, VNSCOPE_MEMBER(ElementSample, dropPackets)},
    FieldSpec{"in_time_ns", Integer, VNSCOPE_MEMBER(ElementSample, inTimeNs)},
    FieldSpec{"out_time_ns", Integer, VNSCOPE_MEMBER(ElementSample, outTimeNs)},
    FieldSpec{"queued_packets", Integer, VNSCOPE_MEMBER(ElementSample, queuedPackets)},
};

constexpr std::array kAttribute{
    FieldSpec{"id", Integer, VNSCOPE_MEMBER(ElementAttribute, id), kRequired},
    FieldSpec{"attribute", String, VNSCOPE_MEMBER(ElementAttribute, attribute), kRequired},
    FieldSpec{"value", Integer, VNSCOPE_MEMBER(ElementAttribute, value), kRequired},
};

constexpr std::array<std::string_view, 1> kDefineNames{"vnscope_element:define"};
constexpr std::array<std::string_view, 1> kNeighbourNames{"vnscope_element:neighbour"};
constexpr std::array<std::string_view, 1> kSampleNames{"vnscope_element:sample"};
constexpr std::array<std::string_view, 1> kAttributeNames{"vnscope_element:attribute"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"vnscope_element:define", EventType::ElementDefine, kDefineNames, kDefine, defaultBytes<ElementDefine>(),
               "an element of the data plane: layer, tenant, capacity"},
        Schema{"vnscope_element:neighbour", EventType::ElementNeighbour, kNeighbourNames, kNeighbour,
               defaultBytes<ElementNeighbour>(), "packets go from one element to another"},
        Schema{"vnscope_element:sample", EventType::ElementSample, kSampleNames, kSample, defaultBytes<ElementSample>(),
               "what an element has counted by now"},
        Schema{"vnscope_element:attribute", EventType::ElementAttribute, kAttributeNames, kAttribute,
               defaultBytes<ElementAttribute>(), "any other value of an element"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::element
