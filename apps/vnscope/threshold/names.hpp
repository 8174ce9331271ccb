// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"

namespace vnscope::cli::threshold {

/// The entries of `existing` that `wanted` was probably meant to be: equal but for case, containing it, or at most two
/// typing errors away. Best first, at most five.
[[nodiscard]] std::vector<std::string> nearMatches(std::string_view wanted, const std::vector<std::string>& existing);

/// An error of code Usage that says what there is instead: `there is no device "eht0" (did you mean eth0?); there are
/// …`.
[[nodiscard]] tl::unexpected<base::Error> noSuch(std::string_view kind, std::string_view wanted,
                                                 std::vector<std::string> existing);

} // namespace vnscope::cli::threshold
