// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/change_model.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "topology/labels.hpp"
#include "views/rows/csv_text.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::topology {
namespace {

using vnscope::topology::Change;

} // namespace

ChangeModel::ChangeModel(const model::TimeController& time, QObject* parent) : QAbstractTableModel(parent), m_time(time)
{
    const auto retell = [this] {
        if (rowCount() > 0)
            emit dataChanged(index(0, Time), index(rowCount() - 1, Time), {Qt::DisplayRole});
    };
    connect(&time, &model::TimeController::formatChanged, this, retell);
    connect(&time, &model::TimeController::markersChanged, this, retell);
    connect(&time, &model::TimeController::visibleChanged, this, retell);
}

void ChangeModel::setData(std::shared_ptr<const MapData> data)
{
    beginResetModel();
    m_data = std::move(data);
    endResetModel();
}

const Change& ChangeModel::change(int row) const
{
    return m_data->timeline.changes().at(static_cast<std::size_t>(row));
}

int ChangeModel::rowAt(base::Timestamp time) const
{
    if (!m_data)
        return -1;
    const auto& changes = m_data->timeline.changes();
    const auto after = std::ranges::upper_bound(changes, time, {}, &Change::at);
    return static_cast<int>(after - changes.begin()) - 1;
}

int ChangeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_data ? 0 : static_cast<int>(m_data->timeline.changes().size());
}

int ChangeModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString ChangeModel::text(int row, int column) const
{
    const Change& change = this->change(row);
    const auto label = [&](vnscope::topology::NodeId node) { return kit::printable(labelOf(m_data->timeline, node)); };
    switch (column) {
    case Time: return kit::toQString(m_time.text(change.at));
    case What: return kit::toQString(toText(change.kind));
    case Subject: return label(change.subject);
    case From: return label(change.from);
    case To: return label(change.to);
    default: return kit::printable(change.detail);
    }
}

QVariant ChangeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_data)
        return {};
    if (role == Qt::DisplayRole)
        return text(index.row(), index.column());
    if (role == Qt::ToolTipRole) // As HTML in which names are harmless.
        return QStringLiteral("<p>%1</p>").arg(text(index.row(), index.column()).toHtmlEscaped());
    return {};
}

QVariant ChangeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return Tr::tr("Time");
    case What: return Tr::tr("Change");
    case Subject: return Tr::tr("Who");
    case From: return Tr::tr("From");
    case To: return Tr::tr("To");
    case Detail: return Tr::tr("In words");
    default: return {};
    }
}

QString ChangeModel::csv() const
{
    rows::CsvText lines({"time_ns", "time", "change", "subject", "from", "to", "detail"});
    for (int row = 0; row < rowCount(); ++row) {
        std::vector<storage::Value> cells{change(row).at};
        for (int column = 0; column < kColumns; ++column)
            cells.emplace_back(text(row, column).toStdString());
        lines.add(cells);
    }
    return kit::toQString(lines.text());
}

} // namespace vnscope::views::widgets::topology
