// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "storage/base/time.hpp"

namespace vnscope::analyses::microscope {

/// A queue that has not been empty for so long is overloaded, and gets a threshold of its own.
inline constexpr base::Nanoseconds kLongPeriod = base::kNsPerSecond / 2;

} // namespace vnscope::analyses::microscope
