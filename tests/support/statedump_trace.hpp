// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/sample_case.hpp"

namespace vnscope::tests::support {

/// A snapshot of a sample's truth (`ip -j`, `bridge -j` of every namespace) and when it was taken.
struct StateSnapshot {
    std::string folder; ///< "start"
    std::int64_t atNs = 0;
};

/// Writes the snapshots as vnscope-statedump would have traced them on that host: samples that were recorded before
/// there was a state dump get one from what iproute2 said. `host` is the trace's host name.
void writeStatedump(const SampleCase& sample, const std::string& host, const std::vector<StateSnapshot>& snapshots,
                    const std::filesystem::path& directory);

} // namespace vnscope::tests::support
