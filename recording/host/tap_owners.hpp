// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vnscope::recording::host {

/// A process that holds a tun or tap device open.
struct TapOwner {
    std::uint32_t netns = 0;
    std::uint32_t pid = 0;
    std::string device;
    std::string process;
};

/// The processes that hold a tun or tap device open, as far as this process may look (root: all).
[[nodiscard]] std::vector<TapOwner> findTapOwners();

} // namespace vnscope::recording::host
