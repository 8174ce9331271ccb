// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::nf {

namespace {

using enum FieldKind;

constexpr std::array kElement{
    FieldSpec{"version", Integer, VNSCOPE_MEMBER(NfElement, version)},
    FieldSpec{"element", Integer, VNSCOPE_MEMBER(NfElement, element), kRequired},
    FieldSpec{"name", String, VNSCOPE_MEMBER(NfElement, name), kRequired},
    FieldSpec{"kind", String, VNSCOPE_MEMBER(NfElement, kind)},
};

constexpr std::array kQueue{
    FieldSpec{"version", Integer, VNSCOPE_MEMBER(NfQueue, version)},
    FieldSpec{"queue", Integer, VNSCOPE_MEMBER(NfQueue, queue), kRequired},
    FieldSpec{"reader", Integer, VNSCOPE_MEMBER(NfQueue, reader)},
    FieldSpec{"capacity", Integer, VNSCOPE_MEMBER(NfQueue, capacity)},
    FieldSpec{"batch", Integer, VNSCOPE_MEMBER(NfQueue, batchPackets)},
    FieldSpec{"name", String, VNSCOPE_MEMBER(NfQueue, name)},
};

constexpr std::array kBatch{
    FieldSpec{"element", Integer, VNSCOPE_MEMBER(NfBatch, element), kRequired},
    FieldSpec{"queue", Integer, VNSCOPE_MEMBER(NfBatch, queue), kRequired},
    FieldSpec{"count", Integer, VNSCOPE_MEMBER(NfBatch, packets), kRequired},
    FieldSpec{"first", Integer, VNSCOPE_MEMBER(NfBatch, first)},
    FieldSpec{"ids", Numbers, VNSCOPE_MEMBER(NfBatch, ids)},
};

constexpr std::array kFlow{
    FieldSpec{"packet", Integer, VNSCOPE_MEMBER(NfFlow, packet), kRequired},
    FieldSpec{"element", Integer, VNSCOPE_MEMBER(NfFlow, element)},
    FieldSpec{"length", Integer, VNSCOPE_MEMBER(NfFlow, length)},
    FieldSpec{"ip_version", Integer, VNSCOPE_MEMBER(NfFlow, ipVersion), kRequired},
    FieldSpec{"protocol", Integer, VNSCOPE_MEMBER(NfFlow, protocol)},
    FieldSpec{"sport", Integer, VNSCOPE_MEMBER(NfFlow, sourcePort)},
    FieldSpec{"dport", Integer, VNSCOPE_MEMBER(NfFlow, destinationPort)},
    FieldSpec{"saddr", Bytes, VNSCOPE_MEMBER(NfFlow, source), kRequired},
    FieldSpec{"daddr", Bytes, VNSCOPE_MEMBER(NfFlow, destination), kRequired},
};

constexpr std::array kDrop{
    FieldSpec{"element", Integer, VNSCOPE_MEMBER(NfDrop, element), kRequired},
    FieldSpec{"queue", Integer, VNSCOPE_MEMBER(NfDrop, queue)},
    FieldSpec{"count", Integer, VNSCOPE_MEMBER(NfDrop, packets), kRequired},
    FieldSpec{"first", Integer, VNSCOPE_MEMBER(NfDrop, first)},
    FieldSpec{"reason", String, VNSCOPE_MEMBER(NfDrop, reason)},
    FieldSpec{"ids", Numbers, VNSCOPE_MEMBER(NfDrop, ids)},
};

constexpr std::array<std::string_view, 1> kElementNames{"vnscope_nf:element"};
constexpr std::array<std::string_view, 1> kQueueNames{"vnscope_nf:queue"};
constexpr std::array<std::string_view, 2> kReadNames{"vnscope_nf:read", "vnscope_nf:read16"};
constexpr std::array<std::string_view, 2> kWriteNames{"vnscope_nf:write", "vnscope_nf:write16"};
constexpr std::array<std::string_view, 1> kFlowNames{"vnscope_nf:flow"};
constexpr std::array<std::string_view, 1> kDropNames{"vnscope_nf:drop"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"vnscope_nf:element", EventType::NfElement, kElementNames, kElement, defaultBytes<NfElement>(),
               "a network function, or a source of packets"},
        Schema{"vnscope_nf:queue", EventType::NfQueue, kQueueNames, kQueue, defaultBytes<NfQueue>(),
               "a queue and the network function that reads it"},
        Schema{"vnscope_nf:read", EventType::NfRead, kReadNames, kBatch, defaultBytes<NfBatch>(),
               "a network function took packets from a queue"},
        Schema{"vnscope_nf:write", EventType::NfWrite, kWriteNames, kBatch, defaultBytes<NfBatch>(),
               "a network function put packets into a queue"},
        Schema{"vnscope_nf:flow", EventType::NfFlow, kFlowNames, kFlow, defaultBytes<NfFlow>(),
               "the five-tuple of a packet at the edge"},
        Schema{"vnscope_nf:drop", EventType::NfDrop, kDropNames, kDrop, defaultBytes<NfDrop>(),
               "a network function gave packets up"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::nf
