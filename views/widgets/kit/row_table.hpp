// SPDX-License-Identifier: Apache-2.0
#pragma once

class QTableView;

namespace vnscope::views::widgets::kit {

/// Makes `table` a list of rows to read: chosen as a whole, one at a time, by mouse or arrows; not edited; Tab leaves
/// it.
void makeRowTable(QTableView& table);

} // namespace vnscope::views::widgets::kit
