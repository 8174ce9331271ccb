// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

#include "views/widgets/paths/journey_model.hpp"

namespace vnscope::views::widgets::paths {

/// Paints the stay at a stop as a bar between begin and end of the whole way.
class WaterfallDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    WaterfallDelegate(const JourneyModel& journey, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const JourneyModel& m_journey;
};

} // namespace vnscope::views::widgets::paths
