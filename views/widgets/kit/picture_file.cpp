// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/picture_file.hpp"

#include <fmt/format.h>

#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

namespace vnscope::views::widgets::kit {
namespace {

/// Painting asks for what it needs, and what comes may ask for more.
constexpr int kMostRounds = 20;

bool settle(View& view, const QSize& size, model::StoreReader& reader)
{
    QImage image(size, QImage::Format_RGB32);
    for (int round = 0; round < kMostRounds; ++round) {
        if (!reader.waitUntilIdle())
            return false;
        QPainter painter(&image);
        view.renderTo(painter, size);
        if (reader.isIdle())
            return true;
    }
    return true;
}

bool writeSvg(View& view, const QSize& size, const QString& file)
{
    QSvgGenerator svg;
    svg.setFileName(file);
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(), size));
    QPainter painter;
    if (!painter.begin(&svg))
        return false;
    view.renderTo(painter, size);
    return painter.end();
}

bool writePng(View& view, const QSize& size, const QString& file)
{
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    view.renderTo(painter, size);
    painter.end();
    return image.save(file, "PNG");
}

} // namespace

base::Result<void> writePicture(View& view, const QSize& size, const std::filesystem::path& file,
                                model::StoreReader& reader)
{
    if (!settle(view, size, reader))
        return base::fail(base::ErrorCode::Io, "the store did not answer in time");
    const QString name = QString::fromStdString(file.string());
    const bool isWritten = file.extension() == ".svg" ? writeSvg(view, size, name) : writePng(view, size, name);
    if (!isWritten)
        return base::fail(base::ErrorCode::Io, fmt::format("{} cannot be written", file.string()));
    return {};
}

} // namespace vnscope::views::widgets::kit
