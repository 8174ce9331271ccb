// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::lttng_statedump {

namespace {

using enum FieldKind;

constexpr std::array kInterface{
    FieldSpec{"name", String, VNSCOPE_MEMBER(StatedumpInterface, device), kRequired},
    FieldSpec{"address_ipv4", Integer, VNSCOPE_MEMBER(StatedumpInterface, addressIpv4)},
};

constexpr std::array<std::string_view, 1> kInterfaceNames{"lttng_statedump_network_interface"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"lttng_statedump_network_interface", EventType::StatedumpInterface, kInterfaceNames, kInterface,
               defaultBytes<StatedumpInterface>(), "a device of the initial namespace that has an IPv4 address"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::lttng_statedump
