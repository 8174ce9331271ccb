// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/main_window.hpp"

#include <utility>

#include <QAction>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QScreen>
#include <QSettings>
#include <QStatusBar>

#include "storage/base/duration_text.hpp"
#include "views/widgets/kit/picture_file.hpp"
#include "views/widgets/kit/table_panel.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/dropped_files.hpp"
#include "views/widgets/main_window/import_dialog.hpp"

namespace vnscope::views::widgets::main_window {
namespace {

using model::TimeController;

constexpr int kMostRecent = 10;
constexpr int kTellMs = 10'000;
constexpr auto kRecentKey = "recent";
constexpr auto kStateKey = "window/state";
constexpr auto kGeometryKey = "window/geometry";

QString translated(const char* text)
{
    return QCoreApplication::translate("vnscope", text);
}

} // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent)
{
    setObjectName(QStringLiteral("main_window"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    m_welcome = new QLabel(Tr::tr("Open a store (.vns) or import a trace with the menu File, or drop either here."));
    m_welcome->setAlignment(Qt::AlignCenter);
    setCentralWidget(m_welcome);
    m_status = new QLabel;
    m_status->setTextFormat(Qt::PlainText);
    statusBar()->addWidget(m_status, 1);
    m_importBar = new QProgressBar;
    m_importBar->setMaximumWidth(320);
    m_importBar->setAccessibleName(Tr::tr("How far the import is"));
    m_importCancel = new QPushButton(Tr::tr("Cancel import"));
    statusBar()->addPermanentWidget(m_importBar);
    statusBar()->addPermanentWidget(m_importCancel);
    endImport();
    m_filterBar = new FilterBar(this);
    addToolBar(m_filterBar);
    makeMenus();
    if (!restoreGeometry(QSettings().value(QLatin1String(kGeometryKey)).toByteArray()))
        resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    setWindowTitle(QStringLiteral("vnscope"));
}

MainWindow::~MainWindow()
{
    closeStore();
}

base::Result<void> MainWindow::openStore(const std::filesystem::path& path)
{
    auto opened = OpenStore::open(path);
    if (!opened)
        return tl::unexpected(std::move(opened).error());
    closeStore();
    m_open = std::move(*opened);
    followStore();
    m_welcome->hide();
    makeDocks();
    restoreSession();
    for (QAction* action : m_storeActions)
        action->setEnabled(true);
    updateTimeActions();
    updateFilterActions();
    updateStatus();
    const QString name = QString::fromStdString(path.filename().string());
    setWindowTitle(QStringLiteral("%1 – vnscope").arg(name));
    rememberRecent(QFileInfo(QString::fromStdString(path.string())).absoluteFilePath());
    return {};
}

void MainWindow::followStore()
{
    const kit::Workspace& open = m_open->workspace();
    connect(&open.time, &TimeController::historyChanged, this, &MainWindow::updateTimeActions);
    for (const auto signal : {&TimeController::visibleChanged, &TimeController::selectionChanged,
                              &TimeController::markersChanged, &TimeController::formatChanged})
        connect(&open.time, signal, this, &MainWindow::updateStatus);
    connect(&open.filter, &model::CrossFilter::changed, this, &MainWindow::updateFilterActions);
    connect(&open.filter, &model::CrossFilter::scopeChanged, this, &MainWindow::updateDockTitles);
    connect(&open.filter, &model::CrossFilter::failed, this, &MainWindow::tellError);
    connect(&open.guide, &model::Guide::wanted, this, [this](const std::string& view, const scope::Subject* subject) {
        kit::View* shown = showView(view);
        if (shown == nullptr)
            return;
        if (subject != nullptr)
            shown->pointAt(*subject);
        shown->setFocus();
    });
    m_filterBar->follow(&m_open->workspace().filter);
}

void MainWindow::closeStore()
{
    if (!m_open)
        return;
    QSettings().setValue(QLatin1String(kStateKey), saveState());
    saveSession();
    for (const auto& [id, dock] : m_docks)
        delete dock;
    m_docks.clear();
    m_viewMenu->clear();
    m_filterBar->follow(nullptr);
    m_open.reset();
    for (QAction* action : m_storeActions)
        action->setEnabled(false);
    m_status->clear();
    m_welcome->show();
    setWindowTitle(QStringLiteral("vnscope"));
}

void MainWindow::makeDocks()
{
    QDockWidget* first = nullptr;
    for (const kit::ViewInfo& info : viewCatalog()) {
        auto* dock = new QDockWidget(translated(info.title), this);
        dock->setObjectName(QLatin1String(info.id));
        dock->setToolTip(translated(info.question));
        m_docks.emplace(info.id, dock);
        addDockWidget(Qt::LeftDockWidgetArea, dock);
        if (first == nullptr)
            first = dock;
        else
            tabifyDockWidget(first, dock);
        m_viewMenu->addAction(dock->toggleViewAction());
        // Views read the store: one that nobody looks at is not made.
        connect(dock, &QDockWidget::visibilityChanged, this, [this, &info, dock](bool isVisible) {
            if (isVisible && m_open)
                fillDock(info, *dock);
        });
    }
    restoreState(QSettings().value(QLatin1String(kStateKey)).toByteArray());
    if (first != nullptr)
        first->raise();
}

void MainWindow::fillDock(const kit::ViewInfo& info, QDockWidget& dock)
{
    if (dock.widget() != nullptr)
        return;
    kit::View* const view = info.create(m_open->workspace());
    connect(view, &kit::View::narrowingKnown, this, &MainWindow::updateDockTitles);
    dock.setWidget(view);
    updateDockTitles();
}

/// A view that shows less than there is says so.
void MainWindow::updateDockTitles()
{
    for (const kit::ViewInfo& info : viewCatalog()) {
        QDockWidget* dock = m_docks.find(info.id)->second;
        const auto* view = qobject_cast<kit::View*>(dock->widget());
        const QString title = translated(info.title);
        dock->setWindowTitle(view != nullptr && view->isNarrowed() ? Tr::tr("%1 (filtered)").arg(title) : title);
    }
}

kit::View* MainWindow::showView(std::string_view id)
{
    const kit::ViewInfo* info = findView(id);
    if (!m_open || info == nullptr)
        return nullptr;
    QDockWidget* dock = m_docks.find(id)->second;
    fillDock(*info, *dock);
    dock->show();
    dock->raise();
    return qobject_cast<kit::View*>(dock->widget());
}

void MainWindow::askForStore()
{
    const QString path = QFileDialog::getOpenFileName(this, Tr::tr("Open a store"), {}, Tr::tr("Stores (*.vns)"));
    if (!path.isEmpty())
        openAndTell(path.toStdString());
}

void MainWindow::askForTrace()
{
    ImportDialog dialog(this);
    if (dialog.exec() == QDialog::Accepted)
        importTraces(dialog.request());
}

/// Stores are opened, everything else is taken for traces of one session.
void MainWindow::openOrImport(const QStringList& paths)
{
    if (paths.size() == 1 && model::looksLikeStore(paths.first()))
        openAndTell(paths.first().toStdString());
    else if (!paths.isEmpty())
        importTraces({paths, model::storeBeside(paths.first())});
}

void MainWindow::importTraces(const model::ImportRequest& request)
{
    if (m_import != nullptr) {
        statusBar()->showMessage(Tr::tr("One import at a time: wait until this one is done, or cancel it."), kTellMs);
        return;
    }
    const QString& target = request.store;
    if (QFileInfo::exists(target)) {
        const auto answer = QMessageBox::question(
            this, Tr::tr("There is a store already"),
            Tr::tr("%1 was made before. Open it as it is? “No” imports the trace again.").arg(target.toHtmlEscaped()),
            QMessageBox::Yes | QMessageBox::No | QMessageBox::Cancel);
        if (answer == QMessageBox::Yes)
            openAndTell(target.toStdString());
        if (answer != QMessageBox::No)
            return;
    }
    m_import = new model::TraceImport({}, this);
    connect(m_import, &model::TraceImport::progressed, this, &MainWindow::showImport);
    connect(m_import, &model::TraceImport::finished, this,
            [this](const QString& store) { openAndTell(store.toStdString()); });
    connect(m_import, &model::TraceImport::failed, this, [this](const QString& reason) { tellError(reason); });
    connect(m_import, &model::TraceImport::cancelled, this, &MainWindow::endImport);
    connect(m_import, &model::TraceImport::ended, this, &MainWindow::endImport);
    connect(m_import, &model::TraceImport::ended, m_import, &QObject::deleteLater);
    connect(m_importCancel, &QPushButton::clicked, m_import, &model::TraceImport::cancel);
    m_importBar->setRange(0, 0);
    m_importBar->show();
    m_importCancel->show();
    m_import->start(request);
}

void MainWindow::showImport(const model::TraceImport::Progress& progress)
{
    constexpr int kSteps = 1000;
    m_importBar->setRange(0, kSteps);
    m_importBar->setValue(static_cast<int>(progress.share * kSteps));
    QString text = Tr::tr("%1 events").arg(QLocale().toString(progress.events));
    if (progress.secondsLeft >= 0)
        text += Tr::tr(", %1 s left").arg(static_cast<qint64>(progress.secondsLeft) + 1);
    m_importBar->setFormat(text);
}

void MainWindow::endImport()
{
    m_import = nullptr;
    m_importBar->hide();
    m_importCancel->hide();
}

/// As it was looked at the last time. A session that cannot be read is no reason not to show a store.
void MainWindow::restoreSession()
{
    m_session = {};
    const auto read = model::readSession(model::sessionFileOf(m_open->path()));
    if (!read) {
        statusBar()->showMessage(kit::toQString(read.error().text()), kTellMs);
        return;
    }
    if (!*read)
        return;
    m_session = **read;
    model::giveTime(m_session, m_open->workspace().time);
    m_open->workspace().bookmarks.setAll(m_session.bookmarks);
    if (!m_session.filters.empty())
        m_open->workspace().filter.start(m_session.filters);
    restoreState(m_session.docks);
}

/// Where the folder cannot be written, nothing is kept: the store is somebody else's.
void MainWindow::saveSession()
{
    model::takeTime(m_open->workspace().time, m_session);
    m_session.bookmarks = m_open->workspace().bookmarks.all();
    m_session.filters = m_open->workspace().filter.subjects();
    m_session.docks = saveState();
    static_cast<void>(model::writeSession(model::sessionFileOf(m_open->path()), m_session));
}

void MainWindow::tellError(const QString& sentence)
{
    QMessageBox box(QMessageBox::Warning, Tr::tr("vnscope"), sentence, QMessageBox::Ok, this);
    box.setTextFormat(Qt::PlainText);
    box.exec();
}

void MainWindow::openAndTell(const std::filesystem::path& path)
{
    if (const auto opened = openStore(path); !opened)
        tellError(kit::toQString(opened.error().text()));
}

void MainWindow::rememberRecent(const QString& path)
{
    QSettings settings;
    QStringList recent = settings.value(QLatin1String(kRecentKey)).toStringList();
    recent.removeAll(path);
    recent.prepend(path);
    settings.setValue(QLatin1String(kRecentKey), recent.mid(0, kMostRecent));
}

void MainWindow::fillRecent()
{
    m_recentMenu->clear();
    const QStringList recent = QSettings().value(QLatin1String(kRecentKey)).toStringList();
    for (const QString& path : recent) {
        QAction* action = m_recentMenu->addAction(QString(path).replace(QLatin1Char('&'), QLatin1String("&&")), this,
                                                  [this, path] { openAndTell(path.toStdString()); });
        action->setEnabled(QFileInfo::exists(path));
    }
    if (recent.isEmpty())
        m_recentMenu->addAction(Tr::tr("None yet"))->setEnabled(false);
}

void MainWindow::updateTimeActions()
{
    m_back->setEnabled(m_open->workspace().time.canGoBack());
    m_forward->setEnabled(m_open->workspace().time.canGoForward());
}

void MainWindow::updateFilterActions()
{
    m_undo->setEnabled(m_open->workspace().filter.canUndo());
    m_redo->setEnabled(m_open->workspace().filter.canRedo());
}

void MainWindow::updateStatus()
{
    const TimeController& time = m_open->workspace().time;
    const auto range = [&](const base::TimeRange& of) {
        return QStringLiteral("%1 – %2 (%3)")
            .arg(kit::toQString(time.text(of.begin)), kit::toQString(time.text(of.end)),
                 kit::toQString(base::formatDuration(of.length())));
    };
    QString text = Tr::tr("Visible: %1").arg(range(time.visible()));
    if (time.selection())
        text += QStringLiteral("   ") + Tr::tr("Selected: %1").arg(range(*time.selection()));
    if (const auto delta = time.markerDelta())
        text += QStringLiteral("   ") + Tr::tr("A to B: %1").arg(kit::toQString(base::formatDuration(*delta)));
    m_status->setText(text);
}

kit::View* MainWindow::frontView() const
{
    for (const auto& [id, dock] : m_docks) {
        auto* view = qobject_cast<kit::View*>(dock->widget());
        if (view != nullptr && !view->visibleRegion().isEmpty())
            return view;
    }
    return nullptr;
}

void MainWindow::exportPicture()
{
    kit::View* view = frontView();
    if (view == nullptr)
        return;
    const QString path = QFileDialog::getSaveFileName(this, Tr::tr("Export picture"), QStringLiteral("view.png"),
                                                      Tr::tr("Pictures (*.png *.svg)"));
    if (path.isEmpty())
        return;
    const auto written = kit::writePicture(*view, view->size(), path.toStdString(), m_open->workspace().reader);
    if (!written)
        tellError(kit::toQString(written.error().text()));
}

void MainWindow::exportTable()
{
    kit::View* view = frontView();
    if (view != nullptr && view->tablePanel() != nullptr) {
        view->tablePanel()->askForFile();
        return;
    }
    const QString csv = view == nullptr ? QString() : view->csv();
    if (csv.isEmpty()) {
        tellError(Tr::tr("This view has no table to export now."));
        return;
    }
    const QString path = QFileDialog::getSaveFileName(this, Tr::tr("Export table"), QStringLiteral("view.csv"),
                                                      Tr::tr("Tables (*.csv)"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(csv.toUtf8()) < 0 || !file.commit())
        tellError(Tr::tr("%1 cannot be written: %2").arg(path, file.errorString()));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    openOrImport(localFiles(*event->mimeData()));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QSettings().setValue(QLatin1String(kGeometryKey), saveGeometry());
    closeStore();
    QMainWindow::closeEvent(event);
}

} // namespace vnscope::views::widgets::main_window
