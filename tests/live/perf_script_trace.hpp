// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <istream>
#include <set>
#include <string>
#include <vector>

namespace vnscope::tests::live {

/// A host whose devices have names that no other host has.
struct TracedHost {
    std::string name;
    std::set<std::string> devices;
    std::filesystem::path directory; ///< Where its trace goes.
};

/// Writes what `perf script --ns -F cpu,time,event,trace` printed as a CTF trace in perf's layout. perf's own converter
/// (6.1) gives up at the bridge's FDB events: it takes their address for a text. Times count from CLOCK_MONOTONIC's
/// zero and are put on the wall clock. Throws on a line that it does not understand.
void writePerfTrace(std::istream& script, const std::filesystem::path& directory);
/// The same as one trace for each host, as if each had recorded itself: an event that names a device belongs to the
/// device's host, one that names an skb alone to the host that the skb was at. What belongs to none is left out.
void writePerfTraces(std::istream& script, const std::vector<TracedHost>& hosts);

} // namespace vnscope::tests::live
