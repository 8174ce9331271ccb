// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include <benchmark/benchmark.h>

#include "storage/store.hpp"

/// What a view pays to open a store inside a running process, without that process's own start:
/// `vnscope-reopen FILE.vns [--benchmark_…]`.
namespace {

void openAndRead(benchmark::State& state, const std::string& path)
{
    for ([[maybe_unused]] auto round : state) {
        const auto store = vnscope::storage::Store::open(path);
        if (!store) {
            state.SkipWithError(store.error().text().c_str());
            return;
        }
        auto traces = store->read({.table = "trace", .columns = {}, .where = {}, .orderBy = {}});
        if (!traces) {
            state.SkipWithError(traces.error().text().c_str());
            return;
        }
        benchmark::DoNotOptimize(*traces);
    }
}

} // namespace

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    if (argc != 2) {
        std::fputs("usage: vnscope-reopen FILE.vns [--benchmark_...]\n", stderr);
        return 2;
    }
    benchmark::RegisterBenchmark("open a store and read its traces", openAndRead, std::string(argv[1]))
        ->Unit(benchmark::kMillisecond);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
