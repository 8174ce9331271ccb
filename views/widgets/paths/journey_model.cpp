// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/paths/journey_model.hpp"

#include <utility>
#include <vector>

#include "storage/base/duration_text.hpp"
#include "views/rows/csv_text.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::paths {

base::Result<std::vector<Stop>> readJourney(const storage::Store& store, std::int64_t packet)
{
    const auto table = store.read({"packet_place",
                                   {"ts_ns", "wait_ns", "place", "cpu", "length_bytes", "join"},
                                   {{"packet_id", "=", packet}},
                                   {"seq"},
                                   -1});
    if (!table)
        return tl::unexpected(table.error());
    std::vector<Stop> stops;
    for (const auto& row : table->rows)
        stops.push_back({{row[0].integer()},
                         row[2].text(),
                         row[1].isNull() ? std::nullopt : std::optional(row[1].integer()),
                         row[3].integer(),
                         row[4].integer(),
                         row[5].text()});
    return stops;
}

void JourneyModel::setJourney(std::vector<Stop> stops)
{
    beginResetModel();
    m_stops = std::move(stops);
    endResetModel();
}

std::optional<base::Nanoseconds> JourneyModel::stay(int row) const
{
    const auto next = static_cast<std::size_t>(row) + 1;
    return next < m_stops.size() ? m_stops[next].wait : std::nullopt;
}

JourneyModel::Part JourneyModel::part(int row) const
{
    const base::Timestamp begin = m_stops.front().at;
    const auto whole = static_cast<double>(m_stops.back().at - begin);
    if (whole <= 0)
        return {};
    const auto at = static_cast<double>(m_stops[static_cast<std::size_t>(row)].at - begin);
    return {at / whole, (at + static_cast<double>(stay(row).value_or(0))) / whole};
}

int JourneyModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_stops.size());
}

int JourneyModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant JourneyModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole &&
        (index.column() == Wait || index.column() == Time || index.column() == Bytes || index.column() == Cpu))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const Stop& stop = m_stops[static_cast<std::size_t>(index.row())];
    const auto waited = stay(index.row());
    switch (index.column()) {
    case Place: return kit::printable(stop.place);
    case Wait: return waited ? kit::toQString(base::formatDuration(*waited)) : QString();
    case Time: return kit::toQString(base::formatDuration(stop.at - m_stops.front().at));
    case Cpu: return QString::number(stop.cpu);
    case Bytes: return QString::number(stop.bytes);
    case Join: return kit::printable(stop.join);
    default: return {};
    }
}

QVariant JourneyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Place: return Tr::tr("Place");
    case Way: return Tr::tr("On its way");
    case Wait: return Tr::tr("Stayed");
    case Time: return Tr::tr("Arrived after");
    case Cpu: return Tr::tr("CPU");
    case Bytes: return Tr::tr("Bytes");
    case Join: return Tr::tr("Known by");
    default: return {};
    }
}

QString JourneyModel::csv() const
{
    rows::CsvText text({"time_ns", "place", "stayed_ns", "cpu", "bytes", "known_by"});
    for (int row = 0; row < rowCount(); ++row) {
        const Stop& stop = m_stops[static_cast<std::size_t>(row)];
        text.add(std::vector<storage::Value>{stop.at, stop.place, stay(row), stop.cpu, stop.bytes, stop.join});
    }
    return kit::toQString(text.text());
}

} // namespace vnscope::views::widgets::paths
