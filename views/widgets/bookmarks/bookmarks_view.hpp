// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTableView>

#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::bookmarks {

/// Moments that somebody noted, in the order of time:
///
///   Enter, double click on a time    go there
///   F2, double click on a note       write the note
///   Delete                           remove it
class BookmarksView final : public kit::View {
    Q_OBJECT

public:
    explicit BookmarksView(kit::Workspace& workspace);

    [[nodiscard]] QTableView& table() { return *m_table; }
    [[nodiscard]] QString csv() const override { return workspace().bookmarks.csv(); }

private:
    void showOrExplain();
    void goTo(int row);

    QTableView* m_table;
    kit::WithNotice* m_content;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::bookmarks
