// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "views/report/context.hpp"
#include "views/report/document.hpp"

namespace vnscope::views::report {

/// A table with a device in each row.
struct DeviceRows {
    Table table;
    std::vector<std::optional<std::int64_t>> devices; ///< `device.device_id`, by row; nothing: a CPU's backlog.
};

using Conditions = std::vector<storage::Select::Condition>;

/// Polls by device and CPU, the largest first; `where` is about columns of `napi_poll`.
[[nodiscard]] base::Result<DeviceRows> readPolls(const ReportContext& context, Conditions where = {});
/// Packets by device and CPU, the busiest device first; `where` is about columns of `device_cpu_summary`.
[[nodiscard]] base::Result<DeviceRows> readDeviceCpus(const ReportContext& context, Conditions where = {});

} // namespace vnscope::views::report
