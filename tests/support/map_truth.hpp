// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/imported_sample.hpp"

namespace vnscope::tests::support {

inline constexpr std::int64_t kSecond = 1'000'000'000;
/// A recording's timeline is written by a shell, and LTTng's clock lies up to 3 ms behind it.
inline constexpr std::int64_t kTimelineSlack = kSecond;

/// The time of the first line of timeline.tsv that begins with `what`; throws when there is none.
[[nodiscard]] std::int64_t timelineNs(const SampleCase& sample, const std::string& what);

[[nodiscard]] double secondsAfter(std::int64_t begin, std::int64_t at);

/// Kind and two names: a bridge and its port, or the two ends of a cable in the order of their names.
using EdgeTruth = std::tuple<std::string, std::string, std::string>;

[[nodiscard]] EdgeTruth cable(const std::string& kind, std::string a, std::string b);

/// A row of topology_edge with the names of its ends.
struct StoredEdge {
    EdgeTruth edge;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string certainty;
};

/// By node_id: the name of a device, the MAC of a station.
using NodeNames = std::map<std::int64_t, std::string>;
[[nodiscard]] NodeNames nodeNames(const ImportedSample& imported);
/// The same, with "@namespace" behind the name of a device that is not in the host's first namespace.
[[nodiscard]] NodeNames nodeNamesInNetns(const ImportedSample& imported);

[[nodiscard]] std::vector<StoredEdge> storedEdges(const ImportedSample& imported, const NodeNames& names);

/// Entries of forwarding tables: bridge, port, MAC, VLAN.
using FdbTruth = std::set<std::tuple<std::string, std::string, std::string, int>>;

/// Of `entries` (rows of fdb_entry), those that hold at a time.
[[nodiscard]] FdbTruth storedFdb(const storage::Table& entries, const NodeNames& names, std::int64_t at);

/// `bridge monitor fdb` told every change of a learned entry with its time; the tables at the start told the rest.
class FdbReplay final {
public:
    /// `monitor`: the file of the sample's truth with what `bridge -timestamp monitor fdb` printed.
    FdbReplay(const SampleCase& sample, const std::string& monitor);

    /// The entries at a time; none when something changed so close to it that the two clocks may disagree.
    [[nodiscard]] const FdbTruth* at(std::int64_t ns) const;

private:
    void read(const std::string& line);

    FdbTruth m_now;
    std::int64_t m_at = 0;
    std::map<std::int64_t, FdbTruth> m_states; ///< Entries from a time on.
};

} // namespace vnscope::tests::support
