// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <QMainWindow>
#include <QStringList>

#include "views/model/session_file.hpp"
#include "views/model/trace_import.hpp"
#include "views/widgets/main_window/filter_bar.hpp"
#include "views/widgets/main_window/open_store.hpp"

class QAction;
class QDockWidget;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;

namespace vnscope::views::widgets::help {
class HelpWindow;
}

namespace vnscope::views::widgets::main_window {

/// The window: a menu, a dock for each view of the store that is open, and a status line with time and markers.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Shows a store instead of the one that is open. Failed: what is open stays.
    [[nodiscard]] base::Result<void> openStore(const std::filesystem::path& path);
    void closeStore();
    [[nodiscard]] bool hasStore() const { return m_open != nullptr; }
    [[nodiscard]] OpenStore& store() { return *m_open; }

    /// Makes a store of traces in another process, and opens it.
    void importTraces(const model::ImportRequest& request);
    /// The import that goes on; nullptr: none.
    [[nodiscard]] model::TraceImport* import() { return m_import; }

    /// Brings a view to the front; nullptr: there is none of that name, or no store.
    kit::View* showView(std::string_view id);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void makeMenus();
    void makeFileMenu();
    void makeEditMenu();
    void makeTimeMenu();
    void makeBookmarkMenu();
    void makeHelpMenu();
    void showHelp();
    /// An entry that makes sense with an open store only.
    QAction* addStoreAction(QMenu& menu, const QString& text, const QKeySequence& keys,
                            const std::function<void(kit::Workspace&)>& what);
    void makeDocks();
    void fillDock(const kit::ViewInfo& info, QDockWidget& dock);
    void askForStore();
    void askForTrace();
    void openOrImport(const QStringList& paths);
    void showImport(const model::TraceImport::Progress& progress);
    void endImport();
    void restoreSession();
    void saveSession();
    void openAndTell(const std::filesystem::path& path);
    void tellError(const QString& sentence);
    void rememberRecent(const QString& path);
    void fillRecent();
    void followStore();
    void addBookmark();
    void updateTimeActions();
    void updateFilterActions();
    void updateDockTitles();
    void updateStatus();
    void exportPicture();
    void exportTable();
    [[nodiscard]] kit::View* frontView() const;

    std::unique_ptr<OpenStore> m_open;
    std::map<std::string, QDockWidget*, std::less<>> m_docks;
    model::TraceImport* m_import = nullptr;
    QProgressBar* m_importBar = nullptr;
    QPushButton* m_importCancel = nullptr;
    model::SessionState m_session;
    QMenu* m_recentMenu = nullptr;
    QMenu* m_viewMenu = nullptr;
    QAction* m_back = nullptr;
    QAction* m_forward = nullptr;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    FilterBar* m_filterBar = nullptr;
    help::HelpWindow* m_help = nullptr; ///< Made when it is asked for.
    QLabel* m_welcome = nullptr;
    QLabel* m_status = nullptr;
    std::vector<QAction*> m_storeActions; ///< That make sense with an open store only.
};

} // namespace vnscope::views::widgets::main_window
