// SPDX-License-Identifier: Apache-2.0
#include "views/model/report_table_model.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "views/chart/format.hpp"
#include "views/markup/printable.hpp"

namespace vnscope::views::model {
namespace {

QString toQString(const std::string& text)
{
    return QString::fromStdString(text);
}

QVariant sortable(const storage::Value& value)
{
    if (value.isNull())
        return {};
    if (std::holds_alternative<std::string>(value.cell()))
        return toQString(value.text());
    return value.real();
}

bool isNumber(const storage::Value& value)
{
    return !value.isNull() && !std::holds_alternative<std::string>(value.cell());
}

bool isAboutTheSame(const report::Table& a, const report::Table& b)
{
    return a.id == b.id && std::ranges::equal(a.columns, b.columns, {}, &report::Column::key, &report::Column::key) &&
           std::ranges::equal(a.rows, b.rows, [](const report::Row& one, const report::Row& other) {
               return !one.cells.empty() && !other.cells.empty() && one.cells[0] == other.cells[0];
           });
}

} // namespace

ReportTableModel::ReportTableModel(const TimeController& time, QObject* parent)
    : QAbstractTableModel(parent), m_time(time)
{
    for (const auto signal :
         {&TimeController::formatChanged, &TimeController::markersChanged, &TimeController::visibleChanged})
        connect(&time, signal, this, &ReportTableModel::updateTimes);
}

bool ReportTableModel::setTable(report::Table table)
{
    if (isAboutTheSame(m_table, table)) {
        m_table = std::move(table);
        if (rowCount() > 0 && columnCount() > 0)
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return true;
    }
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
    return false;
}

QString ReportTableModel::shown(const storage::Value& value, chart::Unit unit) const
{
    if (value.isNull())
        return QStringLiteral("–");
    if (std::holds_alternative<std::string>(value.cell()))
        return toQString(markup::printable(value.text()));
    if (unit == chart::Unit::None)
        return QString::number(value.integer());
    if (unit == chart::Unit::Time)
        return toQString(m_time.text({value.integer()}));
    return toQString(chart::formatValue(value.real(), unit));
}

/// How times are written depends on what is visible, too: more digits where that is short.
void ReportTableModel::updateTimes()
{
    if (rowCount() > 0 && columnCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DisplayRole, Qt::ToolTipRole});
}

int ReportTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int ReportTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.columns.size());
}

QVariant ReportTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const storage::Value& value =
        m_table.rows[static_cast<std::size_t>(index.row())].cells[static_cast<std::size_t>(index.column())];
    const chart::Unit unit = m_table.columns[static_cast<std::size_t>(index.column())].unit;
    switch (role) {
    case Qt::DisplayRole: return shown(value, unit);
    case Qt::ToolTipRole: return shown(value, unit).toHtmlEscaped();
    case Qt::UserRole: return sortable(value);
    case Qt::TextAlignmentRole: {
        const bool isAtRight = isNumber(value) || (value.isNull() && unit != chart::Unit::None);
        return QVariant(isAtRight ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    }
    default: return {};
    }
}

QVariant ReportTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const report::Column& column = m_table.columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole)
        return toQString(column.title);
    if (role == Qt::ToolTipRole)
        return toQString(column.meaning);
    if (role == Qt::TextAlignmentRole && rowCount() > 0) // As the cells below.
        return data(index(0, section), role);
    return {};
}

} // namespace vnscope::views::model
