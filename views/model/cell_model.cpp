// SPDX-License-Identifier: Apache-2.0
#include "views/model/cell_model.hpp"

#include <utility>

#include <fmt/format.h>

#include "views/chart/column_unit.hpp"
#include "views/chart/exact_time.hpp"
#include "views/report/display.hpp"

namespace vnscope::views::model {
namespace {

using chart::Unit;

/// Longer texts are cut in cells and tool tips; they are whole when copied.
constexpr std::size_t kMostInCell = 400;
constexpr std::size_t kMostInTip = 2000;

bool isNumber(const storage::Value& value)
{
    return !value.isNull() && !std::holds_alternative<std::string>(value.cell());
}

QString fromUntrusted(const std::string& text, std::size_t most)
{
    return QString::fromStdString(report::clip(report::printable(text.substr(0, most * 4)), most));
}

/// Plain, whatever is in it: tool tips would read markup.
QString tip(const storage::Value& value, Unit unit)
{
    std::string text = value.text();
    if (isNumber(value)) {
        text = report::exactValue(value, unit);
        if (text.empty())
            text = plainText(value).toStdString();
    }
    if (text.empty())
        return {};
    return QStringLiteral("<p style='white-space:pre-wrap'>") + fromUntrusted(text, kMostInTip).toHtmlEscaped() +
           QStringLiteral("</p>");
}

} // namespace

QString plainText(const storage::Value& value)
{
    struct ToText {
        QString operator()(std::monostate) const { return {}; }
        QString operator()(const std::string& text) const { return QString::fromStdString(text); }
        QString operator()(std::int64_t number) const { return QString::number(number); }
        QString operator()(double number) const { return QString::fromStdString(fmt::format("{}", number)); }
    };
    return std::visit(ToText{}, value.cell());
}

QString tabbed(const std::vector<storage::Value>& row)
{
    QStringList cells;
    for (const storage::Value& value : row) {
        QString cell = plainText(value);
        cell.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
        cells.push_back(cell);
    }
    return cells.join(QLatin1Char('\t'));
}

CellModel::CellModel(const TimeController& time, QObject* parent) : QAbstractTableModel(parent), m_time(time)
{
    connect(&time, &TimeController::formatChanged, this, &CellModel::updateTimes);
}

void CellModel::setColumns(std::vector<std::string> columns)
{
    m_columns = std::move(columns);
    m_units.clear();
    m_areNumbers.clear();
    for (const std::string& column : m_columns) {
        m_units.push_back(chart::unitOfColumn(column));
        m_areNumbers.push_back(m_units.back() != Unit::None);
    }
}

void CellModel::learnFrom(const std::vector<std::vector<storage::Value>>& rows)
{
    const std::vector<bool> before = m_areNumbers;
    for (const auto& row : rows)
        for (std::size_t column = 0; column < row.size(); ++column)
            if (isNumber(row[column]))
                m_areNumbers.at(column) = true;
    if (m_areNumbers != before)
        emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

int CellModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant CellModel::data(const QModelIndex& index, int role) const
{
    const bool isAsked = role == Qt::DisplayRole || role == Qt::ToolTipRole || role == Qt::TextAlignmentRole;
    if (!isAsked || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto* cells = row(index.row());
    if (cells == nullptr)
        return role == Qt::DisplayRole ? QVariant(QStringLiteral("…")) : QVariant();
    const auto column = static_cast<std::size_t>(index.column());
    const storage::Value& value = cells->at(column);
    const Unit unit = m_units.at(column);
    if (role == Qt::DisplayRole)
        return text(value, unit);
    if (role == Qt::ToolTipRole)
        return tip(value, unit);
    const bool isAtRight = isNumber(value) || (value.isNull() && m_areNumbers.at(column));
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (isAtRight ? Qt::AlignRight : Qt::AlignLeft)));
}

QVariant CellModel::text(const storage::Value& value, Unit unit) const
{
    if (unit == Unit::Time && isNumber(value))
        return QString::fromStdString(timeText({value.integer()}));
    if (isNumber(value) || value.isNull())
        return QString::fromStdString(report::displayValue(value, unit, m_time.whole().begin));
    return fromUntrusted(value.text(), kMostInCell);
}

std::string CellModel::timeText(base::Timestamp time) const
{
    if (!m_hasExactTimes)
        return m_time.text(time);
    constexpr int kDigits = 9;
    if (m_time.format() == TimeController::Format::Utc)
        return chart::formatTime(time, kDigits);
    const auto& a = m_time.marker(TimeController::Marker::A);
    const bool isDelta = m_time.format() == TimeController::Format::Delta && a;
    return chart::formatExactOffset(time, isDelta ? *a : m_time.whole().begin);
}

void CellModel::showExactTimes()
{
    m_hasExactTimes = true;
    updateTimes();
}

QVariant CellModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return QAbstractTableModel::headerData(section, orientation, role);
    const auto column = static_cast<std::size_t>(section);
    if (role == Qt::DisplayRole)
        return fromUntrusted(m_columns[column], kMostInCell);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (m_areNumbers[column] ? Qt::AlignRight : Qt::AlignLeft)));
    return {};
}

void CellModel::updateTimes()
{
    if (rowCount() > 0 && columnCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DisplayRole});
}

} // namespace vnscope::views::model
