// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/fitted_split.hpp"

#include <algorithm>

namespace vnscope::views::widgets::kit {

FittedSplit::FittedSplit(double mostShare, QWidget* parent) : QSplitter(Qt::Vertical, parent), m_mostShare(mostShare)
{
    connect(this, &QSplitter::splitterMoved, this, [this] { m_isMoved = true; });
}

void FittedSplit::fit()
{
    if (m_isMoved || count() != 2)
        return;
    const int room = height() - handleWidth();
    const int asked = std::min(widget(0)->sizeHint().height(), static_cast<int>(room * m_mostShare));
    const bool isLowerGreedy = (widget(1)->sizePolicy().verticalPolicy() & QSizePolicy::ExpandFlag) != 0;
    const int top = isLowerGreedy ? asked : std::max(asked, room - widget(1)->sizeHint().height());
    setSizes({top, room - top});
}

void FittedSplit::resizeEvent(QResizeEvent* event)
{
    QSplitter::resizeEvent(event);
    fit();
}

} // namespace vnscope::views::widgets::kit
