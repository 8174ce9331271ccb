// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/bookmarks/bookmarks_view.hpp"

#include <QHeaderView>
#include <QShortcut>
#include <QVBoxLayout>

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::bookmarks {
namespace {

constexpr int kTimeWidth = 260;

} // namespace

BookmarksView::BookmarksView(kit::Workspace& workspace)
    : View(workspace), m_table(new QTableView), m_content(new kit::WithNotice(m_table))
{
    setAccessibleName(Tr::tr("Bookmarks"));
    m_table->setAccessibleName(Tr::tr("Noted moments"));
    m_table->setModel(&workspace.bookmarks);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(model::Bookmarks::Time, kTimeWidth);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(&workspace.bookmarks, &model::Bookmarks::changed, this, &BookmarksView::showOrExplain);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (index.column() == model::Bookmarks::Time)
            goTo(index.row());
    });
    const auto onKey = [this](Qt::Key key, auto&& what) {
        auto* shortcut = new QShortcut(QKeySequence(key), m_table);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, what] {
            if (const QModelIndex index = m_table->currentIndex(); index.isValid())
                what(index.row());
        });
    };
    onKey(Qt::Key_Delete, [this](int row) { this->workspace().bookmarks.remove(row); });
    onKey(Qt::Key_Return, [this](int row) { goTo(row); });
    onKey(Qt::Key_Enter, [this](int row) { goTo(row); });
    showOrExplain();
}

void BookmarksView::showOrExplain()
{
    if (workspace().bookmarks.all().empty())
        m_content->showNotice(
            Tr::tr("No moment is noted yet. Ctrl+B notes the begin of what is selected, else marker A, "
                   "else the middle of what is visible."));
    else
        m_content->showContent();
}

void BookmarksView::goTo(int row)
{
    workspace().time.goTo(workspace().bookmarks.all().at(static_cast<std::size_t>(row)).at);
}

kit::View* create(kit::Workspace& workspace)
{
    return new BookmarksView(workspace);
}

} // namespace vnscope::views::widgets::bookmarks
