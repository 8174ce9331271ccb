// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QColor>
#include <QRectF>

#include "views/chart/time_view.hpp"

class QPainter;

namespace vnscope::views::widgets::kit {

/// Where bars stand, and how high they are.
struct BarPlot {
    QRectF area; ///< From the zero line to the largest height; begins where the time scale does.
    bool isUpwards = true;
    double perUnit = 1; ///< Pixels.
    QColor peak, mean, ground;
};

/// The mean of each step, and behind it its peak. On a screen as an image that is filled row by row: QPainter would
/// fill a rectangle for each column of pixels, which takes ten times as long, and a screen has tens of thousands of
/// them. Pictures that can be scaled get rectangles.
void paintBars(QPainter& painter, const std::vector<chart::Step>& steps, const BarPlot& plot);

} // namespace vnscope::views::widgets::kit
