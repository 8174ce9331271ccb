// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::dpdk {

namespace {

using enum FieldKind;

constexpr std::array kBurst{
    FieldSpec{"port_id", Integer, VNSCOPE_MEMBER(EthdevBurst, port), kRequired},
    FieldSpec{"queue_id", Integer, VNSCOPE_MEMBER(EthdevBurst, queue)},
    FieldSpec{"nb_rx|nb_pkts|size", Integer, VNSCOPE_MEMBER(EthdevBurst, packets), kRequired},
};

/// It has no packet count: EthdevBurst's default is none.
constexpr std::array kEmptyBurst{
    FieldSpec{"port_id", Integer, VNSCOPE_MEMBER(EthdevBurst, port), kRequired},
    FieldSpec{"queue_id", Integer, VNSCOPE_MEMBER(EthdevBurst, queue)},
};

// 24.11 split the receive event; before, an empty burst is one with nb_rx 0.
constexpr std::array<std::string_view, 2> kRxNames{"lib.ethdev.rx.burst", "lib.ethdev.rx.burst.nonempty"};
constexpr std::array<std::string_view, 1> kEmptyNames{"lib.ethdev.rx.burst.empty"};
constexpr std::array<std::string_view, 1> kTxNames{"lib.ethdev.tx.burst"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"lib.ethdev.rx.burst", EventType::EthdevRxBurst, kRxNames, kBurst, defaultBytes<EthdevBurst>(),
               "a DPDK application received a burst from a port's queue"},
        Schema{"lib.ethdev.rx.burst.empty", EventType::EthdevRxBurst, kEmptyNames, kEmptyBurst,
               defaultBytes<EthdevBurst>(), "a DPDK application found a port's queue empty"},
        Schema{"lib.ethdev.tx.burst", EventType::EthdevTxBurst, kTxNames, kBurst, defaultBytes<EthdevBurst>(),
               "a DPDK application handed a burst to a port's queue"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::dpdk
