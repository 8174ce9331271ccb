// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "storage/base/time.hpp"

namespace vnscope::base {

/// Three significant digits of a number in [0, 1000), except that a number with no fraction is printed without one
/// when it is exact: "7 B" but "7.00 kB".
[[nodiscard]] std::string threeDigits(double magnitude, bool isExact);

/// "350 ns", "1.25 ms", "59.3 s", "2 min 03 s", "1 h 02 min", "3 d 04 h"; negative spans keep their sign. Free of the
/// process's locale; any input is fine.
[[nodiscard]] std::string formatDuration(Nanoseconds length);

} // namespace vnscope::base
