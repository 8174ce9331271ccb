// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/paths/waterfall_delegate.hpp"

#include <algorithm>

#include <QPainter>

#include "views/widgets/kit/theme.hpp"

namespace vnscope::views::widgets::paths {

WaterfallDelegate::WaterfallDelegate(const JourneyModel& journey, QObject* parent)
    : QStyledItemDelegate(parent), m_journey(journey)
{
}

void WaterfallDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const kit::Theme theme(option.palette);
    const JourneyModel::Part part = m_journey.part(index.row());
    const QRectF room = QRectF(option.rect).adjusted(4, 3, -6, -3);
    // An arrival without a stay is still to be seen.
    const double width = std::max(2.0, (part.end - part.begin) * room.width());
    painter->fillRect(QRectF(room.left() + part.begin * room.width(), room.top(), width, room.height()),
                      theme.series(0));
}

} // namespace vnscope::views::widgets::paths
