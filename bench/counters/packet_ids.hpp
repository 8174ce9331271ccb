// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <numeric>

#include <benchmark/benchmark.h>

#include "tracepoints/nf/vnscope_nf.h"

/// What vnscope_nf costs whoever includes it: a program may hold it in two forms (see tracepoints/nf/README.md).
namespace {

/// So many events that the buffers of bench/counters/record hold them: what is discarded costs less.
constexpr benchmark::IterationCount kEvents = 100'000;

/// One event for a batch. Recorded if a session asks for vnscope_nf events, else what the call costs then.
void tellBatches(benchmark::State& state)
{
    std::array<std::uint16_t, 32> ids{};
    std::iota(ids.begin(), ids.end(), std::uint16_t{1});
    for (auto _ : state)
        vnscope_nf_read16(1, 1, ids.data(), ids.size());
    const double perPacket = 1.0 / static_cast<double>(ids.size());
    state.counters["s_per_packet"] = benchmark::Counter(static_cast<double>(state.iterations()) / perPacket,
                                                        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

} // namespace
