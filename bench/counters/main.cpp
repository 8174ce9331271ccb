// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "bench/counters/packet_ids.hpp"
#include "tracepoints/io/vnscope_io.h"

/// What a middlebox pays for its counters. The paper (PerfSight, section 7.4): 3 ns for a simple counter, 290 ns for a
/// time counter. The goals: 5 ns and 150 ns, and for packet ids 10 ns a packet in batches of 32.
namespace {

void simpleCounter(benchmark::State& state)
{
    std::uint64_t counter = 0;
    for (auto _ : state) {
        vnscope_counter_add(&counter, 1500);
        benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(counter);
}
BENCHMARK(simpleCounter);

/// Calls, packets and bytes of one read.
void movedCounters(benchmark::State& state)
{
    vnscope_io_counters counters{};
    for (auto _ : state) {
        vnscope_io_moved(&counters.totals.in, 1, 1500);
        benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(counters);
}
BENCHMARK(movedCounters);

/// The clock before and after, and all counters of one read.
void timeCounter(benchmark::State& state)
{
    vnscope_io_counters counters{};
    for (auto _ : state) {
        const std::uint64_t begin = vnscope_clock_ns();
        vnscope_io_returned(&counters.totals.in, begin, 1500);
        benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(counters);
}
BENCHMARK(timeCounter);

void batchOfPacketIds(benchmark::State& state)
{
    tellBatches(state);
}
BENCHMARK(batchOfPacketIds)->Iterations(kEvents);

} // namespace

BENCHMARK_MAIN();
