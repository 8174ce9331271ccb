// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/table_panel.hpp"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHeaderView>
#include <QSettings>
#include <QShortcut>
#include <QVBoxLayout>

#include "views/rows/csv_file.hpp"
#include "views/widgets/kit/theme.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr int kWidestColumn = 340;
constexpr int kFittedRows = 50; ///< That columns are as wide as.
constexpr int kColumnPadding = 8;

/// Chosen rows as [first, count), from above.
std::vector<std::pair<int, int>> rangesOf(const QItemSelection& selection)
{
    std::vector<std::pair<int, int>> ranges;
    for (const QItemSelectionRange& range : selection)
        ranges.emplace_back(range.top(), range.height());
    std::ranges::sort(ranges);
    ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
    return ranges;
}

QString tabbed(const storage::Table& table)
{
    QString text;
    for (const auto& row : table.rows)
        text += model::tabbed(row) + QLatin1Char('\n');
    return text;
}

} // namespace

TablePanel::TablePanel(Workspace& workspace, storage::Select source, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_rows(new model::RowModel(workspace.reader, workspace.time, source, this)),
      m_filter(new FilterLine({source.columns, workspace.time.whole().begin})),
      m_table(new QTableView),
      m_count(new QLabel),
      m_message(new QLabel),
      m_export(new QToolButton),
      m_columnMenu(new QMenu(this))
{
    makeTable(source);
    fillColumnMenu();
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setContentsMargins(8, 0, 8, 4);
    m_message->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(makeBar());
    layout->addWidget(m_message);
    layout->addWidget(m_table, 1);
    connect(m_filter, &FilterLine::applied, this, [this](const std::vector<storage::Select::Condition>& typed) {
        m_typed = typed;
        applyFilter();
    });
    connect(m_filter, &FilterLine::checked, this, [this] { say(m_filter->problemText(), true); });
    connect(m_rows, &model::RowModel::counted, this, [this] {
        showCount();
        emit counted();
    });
    connect(m_rows, &model::RowModel::failed, this, [this](const QString& reason) {
        say(reason, true);
        emit failed(reason);
    });
    connect(m_rows, &QAbstractItemModel::modelReset, this, &TablePanel::showCount);
    connect(m_rows, &QAbstractItemModel::layoutChanged, m_table, &QTableView::scrollToTop);
    connect(m_rows, &QAbstractItemModel::dataChanged, this, [this] {
        fitColumns();
        if (m_isToTell)
            tellChosen();
    });
    const auto onKeys = [this](QKeySequence::StandardKey keys, QWidget* where, auto&& what) {
        connect(new QShortcut(keys, where, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated,
                this, what);
    };
    onKeys(QKeySequence::Find, this, [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    onKeys(QKeySequence::Copy, m_table, [this] { copy(); });
    showCount();
}

void TablePanel::applyFilter()
{
    std::vector<storage::Select::Condition> both = m_typed;
    both.insert(both.end(), m_scope.begin(), m_scope.end());
    m_rows->setFilter(std::move(both));
}

void TablePanel::setScope(std::vector<storage::Select::Condition> scope)
{
    if (scope.empty() && m_scope.empty())
        return;
    m_scope = std::move(scope);
    applyFilter();
}

const std::vector<storage::Value>* TablePanel::cellsAt(const std::optional<QPoint>& at) const
{
    const QModelIndex index = at ? m_table->indexAt(*at) : m_table->currentIndex();
    return index.isValid() ? m_rows->row(index.row()) : nullptr;
}

void TablePanel::makeTable(const storage::Select& source)
{
    m_table->setAccessibleName(Tr::tr("Rows of %1").arg(toQString(source.table)));
    m_table->setModel(m_rows);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 7);
    QHeaderView* head = m_table->horizontalHeader();
    head->setHighlightSections(false);
    int column = -1;
    auto order = Qt::AscendingOrder;
    if (!source.orderBy.empty()) {
        const std::string& first = source.orderBy.front();
        order = first.starts_with('-') ? Qt::DescendingOrder : Qt::AscendingOrder;
        const auto found = std::ranges::find(source.columns, first.substr(first.starts_with('-') ? 1 : 0));
        if (found != source.columns.end())
            column = static_cast<int>(found - source.columns.begin());
    }
    head->setSortIndicator(column, order);
    m_table->setSortingEnabled(true);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TablePanel::tellChosen);
}

QLayout* TablePanel::makeBar()
{
    auto* label = new QLabel(Tr::tr("&Filter:"));
    label->setBuddy(m_filter);
    m_filter->setPlaceholderText(Tr::tr("e.g. %1").arg(QStringLiteral("protocol == tcp && bytes > 10k")));
    m_filter->setToolTip(Tr::tr("column == value, != < <= > >=, ~ (contains), !~; column alone: has a value; "
                                "!column: has none. Joined by &&."));
    m_export->setText(Tr::tr("&Export CSV…"));
    connect(m_export, &QToolButton::clicked, this, [this] {
        if (m_isExporting)
            cancelExport();
        else
            askForFile();
    });
    auto* columnButton = new QToolButton;
    columnButton->setText(Tr::tr("Co&lumns"));
    columnButton->setPopupMode(QToolButton::InstantPopup);
    columnButton->setMenu(m_columnMenu);
    m_bar = new QHBoxLayout;
    m_bar->setContentsMargins(8, 4, 8, 4);
    m_bar->setSpacing(6);
    m_bar->addWidget(label);
    m_bar->addWidget(m_filter, 1);
    m_bar->addWidget(m_count);
    m_bar->addWidget(columnButton);
    m_bar->addWidget(m_export);
    return m_bar;
}

void TablePanel::fillColumnMenu()
{
    for (int column = 0; column < m_rows->columnCount(); ++column) {
        QAction* action = m_columnMenu->addAction(toQString(m_rows->columns()[static_cast<std::size_t>(column)]));
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, m_table,
                [this, column](bool isShown) { m_table->setColumnHidden(column, !isShown); });
        connect(action, &QAction::triggered, this,
                [this, action](bool isShown) { QSettings().setValue(choiceKey(*action), isShown); });
        action->setChecked(QSettings().value(choiceKey(*action), true).toBool());
    }
}

/// Where it is kept what the reader chose to see of this table, whatever store it is of.
QString TablePanel::choiceKey(const QAction& column) const
{
    return QStringLiteral("columns/%1/%2").arg(toQString(m_rows->select().table), column.text());
}

void TablePanel::hideColumns(const std::vector<std::string>& columns)
{
    for (QAction* action : m_columnMenu->actions())
        if (std::ranges::find(columns, action->text().toStdString()) != columns.end())
            action->setChecked(QSettings().value(choiceKey(*action), false).toBool());
}

void TablePanel::addTool(QWidget* tool)
{
    m_bar->insertWidget(m_bar->indexOf(m_count), tool);
    QWidget::setTabOrder(m_filter, tool);
}

void TablePanel::makeRoom(const std::string& column, const QString& sample)
{
    m_leastWidths[column] = m_table->fontMetrics().horizontalAdvance(sample);
}

void TablePanel::showRows(std::int64_t first, std::int64_t count)
{
    const auto shown = static_cast<std::int64_t>(m_rows->rowCount());
    if (shown == 0)
        return;
    const auto top = static_cast<int>(std::min(first, shown - 1));
    const auto bottom = static_cast<int>(std::min(first + count, shown)) - 1;
    m_isShowing = true;
    QItemSelection selection;
    if (bottom >= top)
        selection.select(m_rows->index(top, 0), m_rows->index(bottom, m_rows->columnCount() - 1));
    QItemSelectionModel* chosen = m_table->selectionModel();
    chosen->select(selection, QItemSelectionModel::ClearAndSelect);
    chosen->setCurrentIndex(m_rows->index(top, 0), QItemSelectionModel::NoUpdate);
    m_table->scrollTo(m_rows->index(top, 0), QAbstractItemView::PositionAtCenter);
    m_isShowing = false;
    m_isToTell = false;
}

void TablePanel::showCount()
{
    const auto number = [](std::int64_t rows) { return toQString(chart::formatCount(rows)); };
    const auto& matching = m_rows->matching();
    if (!matching) {
        m_count->setText(Tr::tr("counting…"));
        return;
    }
    const auto& total = m_rows->total();
    QString text;
    if (total && *total != *matching)
        text = Tr::tr("%1 of %2 rows").arg(number(*matching), number(*total));
    else
        text = *matching == 1 ? Tr::tr("1 row") : Tr::tr("%1 rows").arg(number(*matching));
    if (*matching > model::RowModel::kMostRows)
        text += Tr::tr(", the first %1 shown").arg(number(model::RowModel::kMostRows));
    m_count->setText(text);
}

void TablePanel::say(const QString& text, bool isAlarm)
{
    QPalette colours = palette();
    if (isAlarm)
        colours.setColor(QPalette::WindowText, Theme(palette()).alarm());
    m_message->setPalette(colours);
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

void TablePanel::fitColumns()
{
    if (m_isFitted)
        return;
    m_isFitted = true;
    // resizeColumnsToContents() asks for every row of a table that is not on the screen.
    const int first = std::max(0, m_table->rowAt(0));
    const int last = std::min(first + kFittedRows, m_rows->rowCount());
    for (int column = 0; column < m_rows->columnCount(); ++column) {
        const auto least = m_leastWidths.find(m_rows->columns()[static_cast<std::size_t>(column)]);
        int width = least == m_leastWidths.end() ? 0 : least->second;
        for (int row = first; row < last; ++row)
            width = std::max(width, m_table->sizeHintForIndex(m_rows->index(row, column)).width());
        width = std::max(width + kColumnPadding, m_table->horizontalHeader()->sectionSizeHint(column));
        m_table->setColumnWidth(column, std::min(width, kWidestColumn));
    }
}

void TablePanel::tellChosen()
{
    if (m_isShowing)
        return;
    const QModelIndex current = m_table->currentIndex();
    m_isToTell = false;
    if (!current.isValid() || !m_table->selectionModel()->isRowSelected(current.row()))
        return;
    if (const auto* cells = m_rows->row(current.row()))
        emit rowChosen(*cells);
    else
        m_isToTell = true;
}

void TablePanel::copy()
{
    std::vector<storage::Select> selects;
    std::int64_t rows = 0;
    for (const auto& [first, count] : rangesOf(m_table->selectionModel()->selection())) {
        rows += count;
        selects.push_back(m_rows->select(first, count));
    }
    if (rows == 0)
        return;
    if (rows > kMostCopied) {
        say(Tr::tr("%1 rows are too many to copy; export them.").arg(toQString(chart::formatCount(rows))), true);
        return;
    }
    m_copying = m_workspace.reader.ask(
        this,
        [selects = std::move(selects)](const storage::Store& store,
                                       const model::Stop& stop) -> base::Result<storage::Table> {
            storage::Table all;
            for (const storage::Select& select : selects) {
                auto part = store.read(select, stop);
                if (!part)
                    return part;
                std::ranges::move(part->rows, std::back_inserter(all.rows));
            }
            return all;
        },
        [this](base::Result<storage::Table> table) {
            if (table)
                QApplication::clipboard()->setText(tabbed(*table));
            else
                say(toQString(table.error().text()), true);
        });
}

void TablePanel::askForFile()
{
    const QString name = toQString(m_rows->select().table) + QStringLiteral(".csv");
    const QString path =
        QFileDialog::getSaveFileName(this, Tr::tr("Export rows"), name, Tr::tr("Comma-separated values (*.csv)"));
    if (!path.isEmpty())
        exportCsv(path.toStdString());
}

void TablePanel::exportCsv(const std::filesystem::path& file)
{
    m_isExporting = true;
    m_export->setText(Tr::tr("Canc&el export"));
    say(Tr::tr("Writing %1 …").arg(toQString(file.string())));
    m_exporting = m_workspace.reader.ask(
        this,
        [select = m_rows->select(), file](const storage::Store& store, const model::Stop& stop) {
            return rows::writeCsvFile(store, select, file, stop);
        },
        [this, file](base::Result<std::int64_t> written) {
            cancelExport();
            if (written)
                say(Tr::tr("%1 rows are in %2.")
                        .arg(toQString(chart::formatCount(*written)), toQString(file.string())));
            else
                say(toQString(written.error().text()), true);
        });
}

void TablePanel::cancelExport()
{
    m_exporting.cancel();
    m_isExporting = false;
    m_export->setText(Tr::tr("&Export CSV…"));
    say(Tr::tr("The export was cancelled; no file was written."));
}

} // namespace vnscope::views::widgets::kit
