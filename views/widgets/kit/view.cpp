// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/view.hpp"

#include <QPainter>

namespace vnscope::views::widgets::kit {

void View::renderTo(QPainter& painter, const QSize& size)
{
    resize(size);
    render(&painter, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
}

} // namespace vnscope::views::widgets::kit
