// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include <QSizeF>

namespace vnscope::views::widgets::kit {

/// A picture of a view is laid out for a screen of about this size; a larger one shows the same, larger.
inline constexpr double kUsualWidth = 1280;
inline constexpr double kUsualHeight = 720;

/// How much larger than on a usual screen letters and lines are in a picture of `size`; at least 1.
[[nodiscard]] inline double pictureScale(const QSizeF& size)
{
    return std::max(1.0, std::min(size.width() / kUsualWidth, size.height() / kUsualHeight));
}

} // namespace vnscope::views::widgets::kit
