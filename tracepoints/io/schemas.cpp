// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::io {

namespace {

using enum FieldKind;

constexpr std::array kCounters{
    FieldSpec{"version", Integer, VNSCOPE_MEMBER(IoCounters, version)},
    FieldSpec{"pid", Integer, VNSCOPE_MEMBER(IoCounters, pid), kRequired},
    FieldSpec{"element", String, VNSCOPE_MEMBER(IoCounters, element)},
    FieldSpec{"peer", String, VNSCOPE_MEMBER(IoCounters, peer), kRequired},
    FieldSpec{"local", String, VNSCOPE_MEMBER(IoCounters, local)},
    FieldSpec{"in_calls", Integer, VNSCOPE_MEMBER(IoCounters, in.calls)},
    FieldSpec{"in_packets", Integer, VNSCOPE_MEMBER(IoCounters, in.packets)},
    FieldSpec{"in_bytes", Integer, VNSCOPE_MEMBER(IoCounters, in.bytes)},
    FieldSpec{"in_time_ns", Integer, VNSCOPE_MEMBER(IoCounters, in.timeNs)},
    FieldSpec{"in_wait_ns", Integer, VNSCOPE_MEMBER(IoCounters, in.waitNs)},
    FieldSpec{"out_calls", Integer, VNSCOPE_MEMBER(IoCounters, out.calls)},
    FieldSpec{"out_packets", Integer, VNSCOPE_MEMBER(IoCounters, out.packets)},
    FieldSpec{"out_bytes", Integer, VNSCOPE_MEMBER(IoCounters, out.bytes)},
    FieldSpec{"out_time_ns", Integer, VNSCOPE_MEMBER(IoCounters, out.timeNs)},
    FieldSpec{"out_wait_ns", Integer, VNSCOPE_MEMBER(IoCounters, out.waitNs)},
    FieldSpec{"idle_ns", Integer, VNSCOPE_MEMBER(IoCounters, idleNs)},
};

constexpr std::array kCall{
    FieldSpec{"fd", Integer, VNSCOPE_MEMBER(IoCall, fd)},
    FieldSpec{"direction", Integer, VNSCOPE_MEMBER(IoCall, direction), kRequired},
    FieldSpec{"bytes", Integer, VNSCOPE_MEMBER(IoCall, bytes), kRequired},
    FieldSpec{"duration_ns", Integer, VNSCOPE_MEMBER(IoCall, durationNs), kRequired},
    FieldSpec{"is_blocking", Integer, VNSCOPE_MEMBER(IoCall, isBlocking)},
    FieldSpec{"peer", String, VNSCOPE_MEMBER(IoCall, peer)},
};

constexpr std::array<std::string_view, 1> kCountersNames{"vnscope_io:counters"};
constexpr std::array<std::string_view, 1> kCallNames{"vnscope_io:call"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"vnscope_io:counters", EventType::IoCounters, kCountersNames, kCounters, defaultBytes<IoCounters>(),
               "what a process has read from and written to a peer by now"},
        Schema{"vnscope_io:call", EventType::IoCall, kCallNames, kCall, defaultBytes<IoCall>(),
               "a read or write of a middlebox returned"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::io
