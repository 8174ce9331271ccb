// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace vnscope::analyses::perfsight {

enum class Confidence {
    Possible, ///< Evidence that would decide was not measured.
    Likely,   ///< Measured, but something had to be assumed.
    Certain,  ///< All that the rule asks for was measured.
};

[[nodiscard]] constexpr std::string_view toText(Confidence confidence)
{
    switch (confidence) {
    case Confidence::Possible: return "possible";
    case Confidence::Likely: return "likely";
    case Confidence::Certain: return "certain";
    }
    return "possible";
}

} // namespace vnscope::analyses::perfsight
