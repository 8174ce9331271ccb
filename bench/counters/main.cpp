// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <numeric>

#include <benchmark/benchmark.h>

#include "tracepoints/io/vnscope_io.h"
#include "tracepoints/nf/vnscope_nf.h"

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

/// One event for a batch. Recorded if a session asks for vnscope_nf events, else what the call costs then.
void batchOfPacketIds(benchmark::State& state)
{
    std::array<std::uint16_t, 32> ids{};
    std::iota(ids.begin(), ids.end(), std::uint16_t{1});
    for (auto _ : state)
        vnscope_nf_read16(1, 1, ids.data(), ids.size());
    const double perPacket = 1.0 / static_cast<double>(ids.size());
    state.counters["s_per_packet"] = benchmark::Counter(static_cast<double>(state.iterations()) / perPacket,
                                                        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
/// So many that the buffers of bench/counters/record hold them: what is discarded costs less.
BENCHMARK(batchOfPacketIds)->Iterations(100'000);

} // namespace

BENCHMARK_MAIN();
