// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/view.hpp"

#include <QPainter>

namespace vnscope::views::widgets::kit {

void View::renderTo(QPainter& painter, const QSize& size)
{
    resize(size);
    render(&painter, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
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
