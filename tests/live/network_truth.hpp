// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/base/time.hpp"
#include "tests/support/map_truth.hpp"

/// What iproute2 said of a recorded network. Devices are named "netns/name"; with a `prefix`, that comes before.
namespace vnscope::tests::live {

struct DeviceTruth {
    std::string name;
    nlohmann::json link; ///< Of `ip -d -j link`.
};

/// The time in a snapshot's folder.
[[nodiscard]] base::Timestamp timeOf(const std::filesystem::path& folder);
[[nodiscard]] std::vector<DeviceTruth> devicesOf(const std::filesystem::path& folder, const std::string& prefix = {});
/// Masters, and the two ends of each veth that has both among `devices`.
[[nodiscard]] std::set<support::EdgeTruth> edgesOf(const std::vector<DeviceTruth>& devices);
/// Ports of the bridges in `netns`, and the MAC learned there.
[[nodiscard]] std::set<std::pair<std::string, std::string>> learnedOf(const std::filesystem::path& folder,
                                                                      const std::string& netns);

} // namespace vnscope::tests::live
