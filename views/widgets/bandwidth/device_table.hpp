// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/report/document.hpp"
#include "views/series/spans.hpp"

namespace vnscope::views::widgets::bandwidth {

/// A device with traffic or drops. What is dropped at no device is one of its own, with id kNoDevice.
struct Device {
    static constexpr std::int64_t kNoDevice = series::kNoGroup;

    std::int64_t id = kNoDevice;
    std::string name;
    std::string kind;
    bool hasTraffic = false;
    bool hasDrops = false;
};

/// The busiest first; what is dropped at no device last.
[[nodiscard]] base::Result<std::vector<Device>> readDevices(const storage::Store& store);

/// What `devices` carried and dropped in `range`, and their offload over the whole trace: one row for each, in their
/// order. Sums are over whole bins of the table bandwidth, of which `range` has hundreds where the table is that fine;
/// exact over the whole trace.
[[nodiscard]] base::Result<report::Table> readDeviceTable(const storage::Store& store,
                                                          const std::vector<Device>& devices,
                                                          const base::TimeRange& range, const base::TimeRange& whole,
                                                          const std::function<bool()>& stop);

} // namespace vnscope::views::widgets::bandwidth
