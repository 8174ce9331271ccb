// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyses/perfsight/scene.hpp"
#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "storage/store.hpp"

namespace vnscope::analyses::perfsight {

/// The elements of a store with what was sampled in `range`, its end included. A store without perfsight's tables, or
/// from a trace without samples, gives an empty scene.
[[nodiscard]] base::Result<Scene> readScene(const storage::Store& store, base::TimeRange range);

} // namespace vnscope::analyses::perfsight
