// SPDX-License-Identifier: Apache-2.0
#include "views/model/bookmarks.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include <QCoreApplication>

#include "views/rows/csv.hpp"

namespace vnscope::views::model {
namespace {

/// Notes are a sentence or two, not a book: they are kept in the session's file.
constexpr qsizetype kMostLetters = 2000;

} // namespace

Bookmarks::Bookmarks(const TimeController& time, QObject* parent) : QAbstractTableModel(parent), m_time(time)
{
    connect(&time, &TimeController::formatChanged, this, [this] {
        if (!m_all.empty())
            emit dataChanged(index(0, Time), index(rowCount() - 1, Time));
    });
}

void Bookmarks::setAll(std::vector<Bookmark> bookmarks)
{
    beginResetModel();
    m_all = std::move(bookmarks);
    std::ranges::stable_sort(m_all, {}, &Bookmark::at);
    endResetModel();
    emit changed();
}

int Bookmarks::add(Bookmark bookmark)
{
    const auto where = std::ranges::upper_bound(m_all, bookmark.at, {}, &Bookmark::at);
    const int row = static_cast<int>(where - m_all.begin());
    beginInsertRows({}, row, row);
    m_all.insert(where, std::move(bookmark));
    endInsertRows();
    emit changed();
    return row;
}

void Bookmarks::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    m_all.erase(m_all.begin() + row);
    endRemoveRows();
    emit changed();
}

std::optional<Bookmark> Bookmarks::after(base::Timestamp at) const
{
    const auto found = std::ranges::upper_bound(m_all, at, {}, &Bookmark::at);
    return found == m_all.end() ? std::nullopt : std::optional(*found);
}

std::optional<Bookmark> Bookmarks::before(base::Timestamp at) const
{
    const auto found = std::ranges::lower_bound(m_all, at, {}, &Bookmark::at);
    return found == m_all.begin() ? std::nullopt : std::optional(*std::prev(found));
}

int Bookmarks::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_all.size());
}

int Bookmarks::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant Bookmarks::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::EditRole))
        return {};
    const Bookmark& bookmark = m_all.at(static_cast<std::size_t>(index.row()));
    return QString::fromStdString(index.column() == Time ? m_time.text(bookmark.at) : bookmark.note);
}

bool Bookmarks::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != Note || role != Qt::EditRole)
        return false;
    m_all.at(static_cast<std::size_t>(index.row())).note = value.toString().left(kMostLetters).toStdString();
    emit dataChanged(index, index);
    emit changed();
    return true;
}

QVariant Bookmarks::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? QCoreApplication::translate("vnscope", "Time")
                           : QCoreApplication::translate("vnscope", "Note");
}

Qt::ItemFlags Bookmarks::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Note ? flags | Qt::ItemIsEditable : flags;
}

QString Bookmarks::csv() const
{
    std::ostringstream out;
    rows::writeCsvLine(out, std::vector<storage::Value>{"at_ns", "note"});
    for (const Bookmark& bookmark : m_all)
        rows::writeCsvLine(out, std::vector<storage::Value>{bookmark.at, bookmark.note});
    return QString::fromStdString(out.str());
}

} // namespace vnscope::views::model
