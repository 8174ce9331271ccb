// SPDX-License-Identifier: Apache-2.0
#include "bench/counters/packet_ids.hpp"

/// As batchOfPacketIds, in a program that has LTTng's read locks inside (_LGPL_SOURCE).
namespace {

void inlineBatchOfPacketIds(benchmark::State& state)
{
    tellBatches(state);
}
BENCHMARK(inlineBatchOfPacketIds)->Iterations(kEvents);

} // namespace
