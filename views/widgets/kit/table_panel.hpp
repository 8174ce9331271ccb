// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QToolButton>
#include <QWidget>

#include "views/model/row_model.hpp"
#include "views/widgets/kit/filter_line.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::kit {

/// Rows of the store: a filter line above, a table below that a click on a column sorts, how many rows there are, and
/// their export, and which columns are shown. Keys: Ctrl+F to the filter, Ctrl+C copies the chosen rows with exact
/// values, Ctrl+A all.
class TablePanel final : public QWidget {
    Q_OBJECT

public:
    /// Rows that are copied at most; an export has no such limit.
    static constexpr std::int64_t kMostCopied = 100'000;

    /// `source` as for model::RowModel; its order at first is shown in the head where it is that of a column.
    TablePanel(Workspace& workspace, storage::Select source, QWidget* parent = nullptr);

    [[nodiscard]] model::RowModel& rows() { return *m_rows; }
    [[nodiscard]] QTableView& table() { return *m_table; }
    [[nodiscard]] FilterLine& filterLine() { return *m_filter; }
    [[nodiscard]] QString countText() const { return m_count->text(); }
    [[nodiscard]] QString message() const { return m_message->text(); }

    /// Conditions besides those of the filter line: what the cross-filter leaves.
    void setScope(std::vector<storage::Select::Condition> scope);
    /// The cells of a row at a place of the table's viewport; without a place, of the current one. nullptr: there is
    /// none, or it is not here yet.
    [[nodiscard]] const std::vector<storage::Value>* cellsAt(const std::optional<QPoint>& at) const;

    /// Asks for a file and writes the rows there.
    void askForFile();
    /// Puts a widget beside the filter line.
    void addTool(QWidget* tool);
    /// Columns that are not shown until the reader asks for them; what he asked for is kept for later tables of this
    /// kind. Filters and exports know all columns.
    void hideColumns(const std::vector<std::string>& columns);
    /// Makes a column wide enough for `sample`, where the first rows may have nothing there.
    void makeRoom(const std::string& column, const QString& sample);
    /// Chooses `count` rows and scrolls to the first, without telling; of none, scrolls to where they would be.
    void showRows(std::int64_t first, std::int64_t count);
    /// Writes the rows that pass the filter, in the order shown, to a file; says in message() how that went.
    void exportCsv(const std::filesystem::path& file);
    void cancelExport();
    /// Puts the chosen rows into the clipboard as soon as they have been read.
    void copy();

signals:
    /// A row was chosen, by mouse or keys; as columns().
    void rowChosen(const std::vector<vnscope::storage::Value>& cells);
    void failed(const QString& reason);
    /// How many rows there are became known, with or without a filter.
    void counted();

private:
    void makeTable(const storage::Select& source);
    void applyFilter();
    [[nodiscard]] QLayout* makeBar();
    void fillColumnMenu();
    [[nodiscard]] QString choiceKey(const QAction& column) const;
    void showCount();
    void say(const QString& text, bool isAlarm = false);
    void tellChosen();
    void fitColumns();

    Workspace& m_workspace;
    model::RowModel* m_rows;
    FilterLine* m_filter;
    QTableView* m_table;
    QHBoxLayout* m_bar = nullptr;
    QLabel* m_count;
    QLabel* m_message;
    QToolButton* m_export;
    QMenu* m_columnMenu;
    std::vector<storage::Select::Condition> m_typed;
    std::vector<storage::Select::Condition> m_scope;
    std::map<std::string, int> m_leastWidths; ///< Of columns, pixels.
    model::Ticket m_exporting;
    model::Ticket m_copying;
    bool m_isExporting = false;
    bool m_isShowing = false; ///< Rows are being chosen by showRows().
    bool m_isToTell = false;  ///< A row was chosen that is not here yet.
    bool m_isFitted = false;  ///< Columns are as wide as the first rows want.
};

} // namespace vnscope::views::widgets::kit
