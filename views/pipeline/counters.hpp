// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "analyses/perfsight/window.hpp"
#include "storage/base/time.hpp"
#include "views/pipeline/pipeline.hpp"

namespace vnscope::views::pipeline {

/// What one element counted in a time.
struct Counted {
    std::size_t samples = 0;
    /// From the first sample in the time to the last. Counters that it does not have are unknown; all are if it began
    /// anew meanwhile. None: there are not two samples.
    std::optional<analyses::perfsight::Window> window;
    bool beganAnew = false;
    std::optional<std::uint64_t> queuedPackets; ///< At the last sample.
};

[[nodiscard]] base::Result<Counted> readCounted(const storage::Store& store, ElementId element,
                                                const base::TimeRange& range, const std::function<bool()>& stop = {});

} // namespace vnscope::views::pipeline
