// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <istream>

namespace vnscope::tests::live {

/// Writes what `perf script --ns -F cpu,time,event,trace` printed as a CTF trace in perf's layout. perf's own converter
/// (6.1) gives up at the bridge's FDB events: it takes their address for a text. Times count from CLOCK_MONOTONIC's
/// zero and are put on the wall clock. Throws on a line that it does not understand.
void writePerfTrace(std::istream& script, const std::filesystem::path& directory);

} // namespace vnscope::tests::live
