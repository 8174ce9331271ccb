// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/view.hpp"

#include <QPainter>

#include "views/widgets/kit/picture_scale.hpp"

namespace vnscope::views::widgets::kit {
void View::renderTo(QPainter& painter, const QSize& size)
{
    // What is on a screen is pictured as it is there.
    const double scale = isVisible() ? 1 : rowScale(size);
    resize((QSizeF(size) / scale).toSize());
    painter.save();
    painter.scale(scale, scale);
    render(&painter, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
    painter.restore();
}

void View::pointAt(const scope::Subject& subject)
{
    m_pointed = subject;
    pointAgain();
}

bool View::showSubject(const scope::Subject& subject)
{
    static_cast<void>(subject);
    return true;
}

void View::pointAgain()
{
    if (m_pointed && showSubject(*m_pointed))
        m_pointed.reset();
}

} // namespace vnscope::views::widgets::kit
