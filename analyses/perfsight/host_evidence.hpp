// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyses/perfsight/evidence.hpp"
#include "analyses/perfsight/scene.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::perfsight {

/// What a host's attributes say of a window, by the attribute's name: the mean of a gauge; of a time that only grows
/// (`…_ns`) its share of the window, under the name without `_ns`. Where several elements have an attribute, the
/// highest counts. Times of the element of kind `host` make kCpuUtilisation: (busy + steal) / (busy + steal + idle), by
/// the names of recording/agent/README.md.
[[nodiscard]] Evidence hostEvidence(const Scene& scene, std::string_view host, base::TimeRange range);

} // namespace vnscope::analyses::perfsight
