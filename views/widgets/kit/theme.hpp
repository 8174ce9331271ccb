// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <QColor>
#include <QPalette>
#include <QPen>

namespace vnscope::views::widgets::kit {

/// The colours of pictures on a light or a dark ground, from the application's palette and the charts' own
/// (views/chart/palette.hpp, which reports use too).
class Theme final {
public:
    explicit Theme(const QPalette& palette);

    [[nodiscard]] bool isDark() const { return m_isDark; }
    [[nodiscard]] QColor ground() const { return m_ground; }
    [[nodiscard]] QColor text() const { return m_text; }
    [[nodiscard]] QColor faintText() const { return m_faintText; }
    [[nodiscard]] QColor grid() const { return m_grid; }
    [[nodiscard]] QColor panel() const { return m_panel; }         ///< Behind labels and rulers.
    [[nodiscard]] QColor selection() const { return m_selection; } ///< Half transparent.
    [[nodiscard]] QColor alarm() const
    {
        return m_alarm;
    } ///< Lost data, drops; never without a text or shape beside it.
    [[nodiscard]] QColor warning() const { return m_warning; } ///< The same, of what is less bad.
    [[nodiscard]] QColor series(std::size_t style) const;
    /// The line of a series, with its dashes.
    [[nodiscard]] QPen seriesPen(std::size_t style, double width = 1.5) const;

private:
    bool m_isDark;
    QColor m_ground, m_text, m_faintText, m_grid, m_panel, m_selection, m_alarm, m_warning;
};

} // namespace vnscope::views::widgets::kit
