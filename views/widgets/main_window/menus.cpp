// SPDX-License-Identifier: Apache-2.0
//
// The menus of MainWindow, and what their entries do.
#include <QAction>
#include <QActionGroup>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>

#include "views/widgets/help/help_window.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/main_window.hpp"

namespace vnscope::views::widgets::main_window {
namespace {

using model::TimeController;

/// What a bookmark is set at.
base::Timestamp momentOf(const TimeController& time)
{
    if (time.selection())
        return time.selection()->begin;
    return time.marker(TimeController::Marker::A).value_or(time.visible().begin + time.visible().length() / 2);
}

} // namespace

void MainWindow::makeMenus()
{
    makeFileMenu();
    makeEditMenu();
    makeTimeMenu();
    makeBookmarkMenu();
    m_viewMenu = menuBar()->addMenu(Tr::tr("&View"));
    makeHelpMenu();
    for (QAction* action : m_storeActions)
        action->setEnabled(false);
}

QAction* MainWindow::addStoreAction(QMenu& menu, const QString& text, const QKeySequence& keys,
                                    const std::function<void(kit::Workspace&)>& what)
{
    QAction* action = menu.addAction(text, keys, this, [this, what] {
        if (m_open)
            what(m_open->workspace());
    });
    m_storeActions.push_back(action);
    return action;
}

void MainWindow::makeFileMenu()
{
    QMenu* file = menuBar()->addMenu(Tr::tr("&File"));
    file->addAction(Tr::tr("&Open…"), QKeySequence::Open, this, &MainWindow::askForStore);
    file->addAction(Tr::tr("&Import traces…"), QKeySequence(Qt::CTRL | Qt::Key_I), this, &MainWindow::askForTrace);
    m_recentMenu = file->addMenu(Tr::tr("Open &recent"));
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    addStoreAction(*file, Tr::tr("&Export picture…"), QKeySequence(Qt::CTRL | Qt::Key_E),
                   [this](kit::Workspace&) { exportPicture(); });
    addStoreAction(*file, Tr::tr("Export &table…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                   [this](kit::Workspace&) { exportTable(); });
    addStoreAction(*file, Tr::tr("&Close"), QKeySequence::Close, [this](kit::Workspace&) { closeStore(); });
    file->addSeparator();
    file->addAction(Tr::tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::makeEditMenu()
{
    QMenu* edit = menuBar()->addMenu(Tr::tr("&Edit"));
    m_undo = addStoreAction(*edit, Tr::tr("&Undo filter"), QKeySequence::Undo,
                            [](kit::Workspace& open) { open.filter.undo(); });
    m_redo = addStoreAction(*edit, Tr::tr("&Redo filter"), {}, [](kit::Workspace& open) { open.filter.redo(); });
    // What platforms call standard differs, and hands know both.
    m_redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    addStoreAction(*edit, Tr::tr("&Clear filters"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F),
                   [](kit::Workspace& open) { open.filter.clear(); });
}

void MainWindow::makeTimeMenu()
{
    QMenu* go = menuBar()->addMenu(Tr::tr("&Time"));
    const auto add = [&](const QString& text, const QKeySequence& keys, auto&& what) {
        return addStoreAction(*go, text, keys, [what](kit::Workspace& open) { what(open.time); });
    };
    m_back = add(Tr::tr("&Back"), QKeySequence::Back, [](TimeController& time) { time.back(); });
    m_forward = add(Tr::tr("&Forward"), QKeySequence::Forward, [](TimeController& time) { time.forward(); });
    add(Tr::tr("Show &everything"), QKeySequence(Qt::CTRL | Qt::Key_0), [](TimeController& time) { time.showAll(); });
    add(Tr::tr("&Zoom to selection"), QKeySequence(Qt::CTRL | Qt::Key_J),
        [](TimeController& time) { time.zoomToSelection(); });
    go->addSeparator();
    auto* formats = new QActionGroup(this);
    const auto addFormat = [&](const QString& text, TimeController::Format format) {
        QAction* action = add(text, {}, [format](TimeController& time) { time.setFormat(format); });
        action->setCheckable(true);
        action->setChecked(format == TimeController::Format::Relative);
        formats->addAction(action);
    };
    addFormat(Tr::tr("Times since the &begin"), TimeController::Format::Relative);
    addFormat(Tr::tr("Times of &day (UTC)"), TimeController::Format::Utc);
    addFormat(Tr::tr("Times since marker &A"), TimeController::Format::Delta);
}

void MainWindow::makeBookmarkMenu()
{
    QMenu* menu = menuBar()->addMenu(Tr::tr("&Bookmarks"));
    addStoreAction(*menu, Tr::tr("&Note this moment…"), QKeySequence(Qt::CTRL | Qt::Key_B),
                   [this](kit::Workspace&) { addBookmark(); });
    const auto go = [](kit::Workspace& open, const std::optional<model::Bookmark>& bookmark) {
        if (bookmark)
            open.time.select(base::TimeRange{bookmark->at, bookmark->at + 1});
        if (bookmark)
            open.time.goTo(bookmark->at);
    };
    addStoreAction(*menu, Tr::tr("Ne&xt"), QKeySequence(Qt::ALT | Qt::Key_Down),
                   [go](kit::Workspace& open) { go(open, open.bookmarks.after(momentOf(open.time))); });
    addStoreAction(*menu, Tr::tr("&Previous"), QKeySequence(Qt::ALT | Qt::Key_Up),
                   [go](kit::Workspace& open) { go(open, open.bookmarks.before(momentOf(open.time))); });
    addStoreAction(*menu, Tr::tr("&Show all"), {}, [this](kit::Workspace&) { showView("bookmarks"); });
}

void MainWindow::makeHelpMenu()
{
    QMenu* menu = menuBar()->addMenu(Tr::tr("&Help"));
    menu->addAction(Tr::tr("&User guide"), QKeySequence::HelpContents, this, &MainWindow::showHelp);
    menu->addAction(Tr::tr("&About vnscope"), this, [this] {
        QMessageBox::about(this, Tr::tr("About vnscope"),
                           Tr::tr("vnscope %1 looks inside virtual networks through LTTng traces.")
                               .arg(QCoreApplication::applicationVersion()));
    });
}

/// At what it says of this window, keys first of all.
void MainWindow::showHelp()
{
    if (m_help == nullptr)
        m_help = new help::HelpWindow(this);
    m_help->show();
    m_help->raise();
    m_help->activateWindow();
    m_help->showHeading(QStringLiteral("The window"));
}

/// With the note that somebody writes; none is fine, leaving the question is not.
void MainWindow::addBookmark()
{
    kit::Workspace& open = m_open->workspace();
    const base::Timestamp at = momentOf(open.time);
    bool isMeant = false;
    const QString note = QInputDialog::getText(this, Tr::tr("Note this moment"),
                                               Tr::tr("Note for %1:").arg(kit::toQString(open.time.text(at))),
                                               QLineEdit::Normal, {}, &isMeant);
    if (isMeant)
        open.bookmarks.add({at, note.toStdString()});
}

} // namespace vnscope::views::widgets::main_window
