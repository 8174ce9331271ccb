// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/row_table.hpp"

#include <QHeaderView>
#include <QTableView>

namespace vnscope::views::widgets::kit {

void makeRowTable(QTableView& table)
{
    constexpr int kRoom = 7; // Above and below letters.
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + kRoom);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

} // namespace vnscope::views::widgets::kit
