// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::perfsight {

[[nodiscard]] std::unique_ptr<Analysis> create();

} // namespace vnscope::analyses::perfsight
