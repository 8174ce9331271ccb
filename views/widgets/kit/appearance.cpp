// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/appearance.hpp"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>

namespace vnscope::views::widgets::kit {
namespace {

QPalette darkPalette()
{
    const QColor ground(0x16, 0x1b, 0x22);
    const QColor raised(0x21, 0x28, 0x31);
    const QColor text(0xe6, 0xed, 0xf3);
    const QColor faint(0x8b, 0x94, 0x9e);
    const QColor highlight(0x2f, 0x81, 0xf7);
    QPalette palette;
    palette.setColor(QPalette::Window, raised);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, ground);
    palette.setColor(QPalette::AlternateBase, raised);
    palette.setColor(QPalette::ToolTipBase, raised);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, faint);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, raised);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::Light, raised.lighter(140));
    palette.setColor(QPalette::Midlight, raised.lighter(120));
    palette.setColor(QPalette::Mid, raised.darker(120));
    palette.setColor(QPalette::Dark, ground);
    palette.setColor(QPalette::Shadow, Qt::black);
    palette.setColor(QPalette::Link, highlight.lighter(130));
    palette.setColor(QPalette::Highlight, highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint.darker(130));
    return palette;
}

QPalette lightPalette()
{
    QPalette palette = QApplication::palette();
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::Highlight, QColor(0x09, 0x69, 0xda));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    return palette;
}

} // namespace

void applyAppearance(bool isDark)
{
    const bool desktopIsDark = QApplication::palette().color(QPalette::Window).lightnessF() < 0.5F;
    // The same everywhere, so that pictures in documents and tests do not depend on a desktop.
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(isDark || desktopIsDark ? darkPalette() : lightPalette());
}

} // namespace vnscope::views::widgets::kit
