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

/// The same for rows of text and tracks. As desktops on screens with many pixels do: beyond twice, room for more rows
/// is worth more than larger letters.
[[nodiscard]] inline double rowScale(const QSizeF& size)
{
    return std::min(2.0, pictureScale(size));
}

} // namespace vnscope::views::widgets::kit
