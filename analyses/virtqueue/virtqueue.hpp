// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::virtqueue {

/// What QEMU took from each virtqueue, how long it took, and who told whom. See README.md.
[[nodiscard]] std::unique_ptr<Analysis> create();

} // namespace vnscope::analyses::virtqueue
