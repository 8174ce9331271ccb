// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/report_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <QHeaderView>
#include <QScrollBar>
#include <QVBoxLayout>

#include "views/rows/csv_text.hpp"
#include "views/widgets/kit/row_table.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr int kWidestColumn = 420;
constexpr int kFewestRows = 4; ///< That are asked for.
constexpr int kMostRows = 14;

} // namespace

ReportTable::ReportTable(const model::TimeController& time, QWidget* parent)
    : QWidget(parent),
      m_model(new model::ReportTableModel(time, this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_caption(new QLabel),
      m_view(new QTableView)
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(Qt::UserRole);
    m_view->setModel(m_sorted);
    m_view->setSortingEnabled(true);
    m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // As the report orders them.
    makeRowTable(*m_view);
    m_view->setAlternatingRowColors(true);
    m_caption->setTextFormat(Qt::PlainText);
    m_caption->setMargin(4);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_caption);
    layout->addWidget(m_view, 1);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        if (row.isValid())
            emit rowChosen(static_cast<std::size_t>(m_sorted->mapToSource(row).row()));
    });
    connect(&time, &model::TimeController::formatChanged, this, &ReportTable::fitColumns);
}

void ReportTable::setTable(report::Table table)
{
    QString caption = printable(table.caption);
    if (table.totalRows > static_cast<std::int64_t>(table.rows.size()))
        caption += Tr::tr(" – the first %1 of %2. %3")
                       .arg(table.rows.size())
                       .arg(table.totalRows)
                       .arg(printable(table.moreAdvice));
    m_caption->setText(caption);
    m_view->setAccessibleName(caption);
    if (!m_model->setTable(std::move(table)))
        fitColumns();
}

void ReportTable::fitColumns()
{
    m_view->resizeColumnsToContents();
    for (int column = 0; column < m_model->columnCount(); ++column)
        m_view->setColumnWidth(column, std::min(m_view->columnWidth(column), kWidestColumn));
}

std::optional<std::size_t> ReportTable::rowAt(const std::optional<QPoint>& at) const
{
    const QModelIndex index = at ? m_view->indexAt(*at) : m_view->currentIndex();
    return index.isValid() ? std::optional(static_cast<std::size_t>(m_sorted->mapToSource(index).row())) : std::nullopt;
}

void ReportTable::setCurrentRow(std::size_t row)
{
    const QModelIndex index = m_sorted->mapFromSource(m_model->index(static_cast<int>(row), 0));
    m_view->setCurrentIndex(index);
    m_view->scrollTo(index);
}

QSize ReportTable::sizeHint() const
{
    const int rows =
        std::clamp(m_model->rowCount(), kFewestRows, kMostRows) * m_view->verticalHeader()->defaultSectionSize();
    const int head = m_caption->sizeHint().height() + m_view->horizontalHeader()->sizeHint().height();
    return {QWidget::sizeHint().width(), head + rows + m_view->horizontalScrollBar()->sizeHint().height()};
}

QString ReportTable::csv() const
{
    if (table().columns.empty())
        return {};
    std::vector<std::string> names;
    for (const report::Column& column : table().columns)
        names.push_back(column.key);
    rows::CsvText text(names);
    for (const report::Row& row : table().rows)
        text.add(row.cells);
    return toQString(text.text());
}

} // namespace vnscope::views::widgets::kit
