// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/bars.hpp"

#include <algorithm>
#include <cmath>

#include <QImage>
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>

namespace vnscope::views::widgets::kit {
namespace {

/// Heights of one column of pixels, from the zero line.
struct Column {
    int peak = 0;
    int mean = 0;
};

struct Colours {
    QRgb ground = 0;
    QRgb peak = 0;
    QRgb mean = 0;
};

QImage makeImage(const std::vector<Column>& columns, int height, bool isUpwards, const Colours& colours)
{
    const int width = static_cast<int>(columns.size());
    QImage image(width, height, QImage::Format_RGB32);
    for (int row = 0; row < height; ++row) {
        auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(row));
        const int distance = isUpwards ? height - row : row + 1;
        for (int x = 0; x < width; ++x) {
            const Column& column = columns[static_cast<std::size_t>(x)];
            const QRgb above = column.peak >= distance ? colours.peak : colours.ground;
            pixels[x] = column.mean >= distance ? colours.mean : above;
        }
    }
    return image;
}

/// Steps as rectangles, which pictures that can be scaled keep.
void paintRects(QPainter& painter, const std::vector<chart::Step>& steps, const BarPlot& plot,
                double chart::Step::*height, const QColor& colour)
{
    for (const chart::Step& step : steps) {
        const double length = std::max(1.0, step.*height * plot.perUnit);
        const double top = plot.isUpwards ? plot.area.bottom() - length : plot.area.top();
        painter.fillRect(QRectF(plot.area.left() + step.left, top, step.right - step.left, length), colour);
    }
}

/// The same, as the pixels of a screen.
void paintPixels(QPainter& painter, const std::vector<chart::Step>& steps, const BarPlot& plot)
{
    const double ratio = painter.device()->devicePixelRatioF() * painter.worldTransform().m11();
    const auto pixels = [&](double length) { return static_cast<int>(std::lround(length * ratio)); };
    std::vector<Column> columns(static_cast<std::size_t>(std::max(0, pixels(plot.area.width()))));
    const int last = static_cast<int>(columns.size());
    for (const chart::Step& step : steps) {
        const int left = std::max(0, static_cast<int>(std::floor(step.left * ratio)));
        const int right = std::min(last, std::max(left + 1, static_cast<int>(std::floor(step.right * ratio))));
        for (int x = left; x < right; ++x) {
            Column& column = columns[static_cast<std::size_t>(x)];
            column.peak = std::max({column.peak, 1, pixels(step.high * plot.perUnit)});
            column.mean = std::max({column.mean, 1, pixels(step.mean * plot.perUnit)});
        }
    }
    const int height = pixels(plot.area.height());
    if (columns.empty() || height <= 0)
        return;
    QImage image = makeImage(columns, height, plot.isUpwards, {plot.ground.rgb(), plot.peak.rgb(), plot.mean.rgb()});
    image.setDevicePixelRatio(ratio);
    painter.drawImage(plot.area.topLeft(), image);
}

} // namespace

void paintBars(QPainter& painter, const std::vector<chart::Step>& steps, const BarPlot& plot)
{
    if (painter.paintEngine()->type() == QPaintEngine::Raster) {
        paintPixels(painter, steps, plot);
        return;
    }
    paintRects(painter, steps, plot, &chart::Step::high, plot.peak);
    paintRects(painter, steps, plot, &chart::Step::mean, plot.mean);
}

} // namespace vnscope::views::widgets::kit
