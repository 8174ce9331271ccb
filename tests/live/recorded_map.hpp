// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/time.hpp"
#include "storage/store.hpp"
#include "tests/support/map_truth.hpp"

namespace vnscope::tests::live {

/// The recording's exit code where this machine cannot do it.
inline constexpr int kCannot = 77;

/// The map that a store holds, in the names of the truth.
class RecordedMap final {
public:
    /// A row of `topology_node`.
    struct NodeRow {
        std::string kind;
        std::string host;
        std::string netns;
        std::string name;
        std::string mac;
        base::TimeRange valid;
    };
    /// How the truth calls a node; empty: it is none of the test's.
    using Naming = std::function<std::string(const NodeRow&)>;

    RecordedMap(const std::filesystem::path& store, const Naming& naming);

    [[nodiscard]] storage::Table read(const storage::Select& select) const;
    /// The nodes that have a name.
    [[nodiscard]] const std::map<std::int64_t, NodeRow>& nodes() const { return m_nodes; }
    [[nodiscard]] const std::string& nameOf(std::int64_t node) const { return m_names.at(node); }
    /// Those at `at` between nodes that have a name, but for stations, and their certainties.
    [[nodiscard]] std::map<support::EdgeTruth, std::set<std::string>> edgesAt(base::Timestamp at) const;
    /// The same for stations: port and MAC.
    [[nodiscard]] std::map<std::pair<std::string, std::string>, std::set<std::string>>
    attachedAt(base::Timestamp at) const;
    /// Port and MAC of those at `at`, as bridges learned them.
    [[nodiscard]] std::set<std::pair<std::string, std::string>> learnedAt(base::Timestamp at) const;

private:
    struct EdgeRow {
        std::int64_t from = 0;
        std::int64_t to = 0;
        std::string kind;
        std::string certainty;
    };
    [[nodiscard]] std::vector<EdgeRow> rowsAt(base::Timestamp at) const;

    storage::Store m_store;
    std::map<std::int64_t, NodeRow> m_nodes;
    std::map<std::int64_t, std::string> m_names;
};

} // namespace vnscope::tests::live
