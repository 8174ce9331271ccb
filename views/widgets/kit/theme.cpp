// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/theme.hpp"

#include <QList>
#include <QStringList>

#include "views/chart/palette.hpp"
#include "views/markup/printable.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

QColor toColour(chart::Rgb rgb)
{
    return {rgb.red, rgb.green, rgb.blue};
}

QColor mix(const QColor& a, const QColor& b, double shareOfB)
{
    const auto part = [&](float x, float y) { return x + (y - x) * static_cast<float>(shareOfB); };
    return QColor::fromRgbF(part(a.redF(), b.redF()), part(a.greenF(), b.greenF()), part(a.blueF(), b.blueF()));
}

} // namespace

QString printable(std::string_view untrusted)
{
    return toQString(markup::printable(untrusted));
}

Theme::Theme(const QPalette& palette) : m_isDark(palette.color(QPalette::Base).lightnessF() < 0.5F)
{
    m_ground = toColour(m_isDark ? chart::kDarkGround : chart::kLightGround);
    m_text = palette.color(QPalette::Text);
    m_faintText = mix(m_text, m_ground, 0.35);
    m_grid = mix(m_ground, m_text, 0.12);
    m_panel = mix(m_ground, m_text, 0.045);
    m_selection = palette.color(QPalette::Highlight);
    m_selection.setAlpha(m_isDark ? 90 : 60);
    m_alarm = m_isDark ? QColor(0xff, 0x7b, 0x72) : QColor(0xb3, 0x1d, 0x28);
    m_warning = m_isDark ? QColor(0xf0, 0xbd, 0x5e) : QColor(0x8a, 0x5a, 0x00);
}

QColor Theme::series(std::size_t style) const
{
    const chart::SeriesStyle& series = chart::seriesStyle(style);
    return toColour(m_isDark ? series.dark : series.light);
}

QPen Theme::seriesPen(std::size_t style, double width) const
{
    QPen pen(series(style), width);
    pen.setCosmetic(true);
    const std::string_view dash = chart::seriesStyle(style).dash;
    if (dash.empty())
        return pen;
    QList<qreal> pattern;
    const QStringList parts = toQString(dash).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& part : parts)
        pattern.push_back(part.toDouble() / width);
    if (pattern.size() % 2 == 0)
        pen.setDashPattern(pattern);
    return pen;
}

} // namespace vnscope::views::widgets::kit
