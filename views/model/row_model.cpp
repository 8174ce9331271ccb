// SPDX-License-Identifier: Apache-2.0
#include "views/model/row_model.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vnscope::views::model {
namespace {

/// Pages that are waited for. Who scrolls far passes many; only the latest are still looked at.
constexpr std::size_t kMostWaiting = 4;

/// `[first, first + count)` of `select`'s `all` rows, asked from the end that is nearer: SQLite sorts as many rows as
/// are left out before the page. True: the rows come the other way round.
bool cutPage(storage::Select& select, std::int64_t first, std::int64_t count, std::int64_t all)
{
    select.limit = std::min(count, all - first);
    select.offset = first;
    const std::int64_t behind = all - first - select.limit;
    if (select.orderBy.empty() || behind >= first)
        return false;
    select.offset = behind;
    for (std::string& term : select.orderBy)
        term = term.starts_with('-') ? term.substr(1) : "-" + term;
    return true;
}

} // namespace

RowModel::RowModel(StoreReader& reader, const TimeController& time, storage::Select source, QObject* parent)
    : CellModel(time, parent), m_reader(reader), m_source(std::move(source)), m_select(m_source)
{
    setColumns(m_source.columns);
    count();
}

int RowModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::min(m_matching.value_or(0), kMostRows));
}

template <typename Answer> void RowModel::askForRows(Answer answer)
{
    storage::Select select = m_select;
    // Keys are unique where nothing else is needed to tell rows apart.
    if (m_source.orderBy.size() != 1)
        select.orderBy.clear();
    m_counting = m_reader.ask(
        this,
        [select = std::move(select), isDense = m_isDenseTable](const storage::Store& store, const Stop& stop) {
            return countRows(select, kPageRows, isDense, store, stop);
        },
        [this, answer](base::Result<CountedRows> counted) {
            if (counted)
                answer(std::move(*counted));
            else
                emit failed(QString::fromStdString(counted.error().text()));
        });
}

void RowModel::count()
{
    askForRows([this](CountedRows found) {
        const bool isAll = m_select.where.size() == m_source.where.size();
        beginResetModel();
        m_matching = found.rows;
        m_keys = std::move(found.keys);
        if (isAll) {
            m_total = found.rows;
            m_isDenseTable = m_source.where.empty() && m_keys.isDense();
        }
        endResetModel();
        emit counted();
    });
}

/// After rows were sorted: they are as many as before.
void RowModel::askForKeys()
{
    askForRows([this](CountedRows found) { m_keys = std::move(found.keys); });
}

storage::Select RowModel::select(std::int64_t first, std::int64_t count) const
{
    storage::Select select = m_select;
    select.offset = first;
    select.limit = count;
    if (m_keys.isKnown())
        m_keys.skipTo(first, select);
    return select;
}

void RowModel::dropPages()
{
    m_pages.clear();
    m_ages.clear();
}

void RowModel::setFilter(std::vector<storage::Select::Condition> filter)
{
    beginResetModel();
    m_select.where = m_source.where;
    m_select.where.insert(m_select.where.end(), std::make_move_iterator(filter.begin()),
                          std::make_move_iterator(filter.end()));
    dropPages();
    m_matching.reset();
    m_keys = {};
    endResetModel();
    count();
}

void RowModel::sort(int column, Qt::SortOrder order)
{
    std::vector<std::string> orderBy = m_source.orderBy;
    if (column >= 0 && column < columnCount()) {
        const std::string& name = columns()[static_cast<std::size_t>(column)];
        // Rows that are equal keep the order at first, which makes pages fit together.
        std::erase_if(orderBy, [&](const std::string& term) { return term == name || term == "-" + name; });
        orderBy.insert(orderBy.begin(), order == Qt::DescendingOrder ? "-" + name : name);
    }
    if (orderBy == m_select.orderBy)
        return;
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    m_select.orderBy = std::move(orderBy);
    m_keys = {};
    dropPages();
    // What was the current row is somewhere else now, and nobody knows where.
    changePersistentIndexList(persistentIndexList(), QModelIndexList(persistentIndexList().size()));
    emit layoutChanged({}, VerticalSortHint);
    if (!m_matching)
        count(); // What is being counted has pages of the order before.
    else if (m_source.orderBy.size() == 1 && m_select.orderBy.size() == 1)
        askForKeys();
}

const std::vector<storage::Value>* RowModel::row(int index) const
{
    const int number = index / kPageRows;
    auto found = m_pages.find(number);
    if (found == m_pages.end()) {
        m_ages.push_back(number);
        found = m_pages.emplace(number, Page{}).first;
        found->second.age = std::prev(m_ages.end());
        load(number, found->second);
        dropOldest();
        return nullptr;
    }
    const Page& page = found->second;
    m_ages.splice(m_ages.end(), m_ages, page.age);
    const auto inPage = static_cast<std::size_t>(index % kPageRows);
    return inPage < page.rows.size() ? &page.rows[inPage] : nullptr;
}

void RowModel::load(int page, Page& into) const
{
    const std::int64_t first = static_cast<std::int64_t>(page) * kPageRows;
    storage::Select select = this->select(first, kPageRows);
    const bool isReversed = !m_keys.isKnown() && cutPage(select, first, kPageRows, m_matching.value_or(0));
    auto* self = const_cast<RowModel*>(this); // Whoever made a model made one that changes.
    into.ticket = m_reader.ask(
        this,
        [select = std::move(select), isReversed](const storage::Store& store, const Stop& stop) {
            auto table = store.read(select, stop);
            if (table && isReversed)
                std::ranges::reverse(table->rows);
            return table;
        },
        [self, page](base::Result<storage::Table> table) { self->take(page, std::move(table)); });
}

void RowModel::take(int page, base::Result<storage::Table> table)
{
    const auto found = m_pages.find(page);
    if (found == m_pages.end())
        return;
    if (!table) {
        emit failed(QString::fromStdString(table.error().text()));
        return;
    }
    learnFrom(table->rows);
    found->second.rows = std::move(table->rows);
    const int first = page * kPageRows;
    const int last = std::min(first + kPageRows, rowCount()) - 1;
    if (first <= last)
        emit dataChanged(index(first, 0), index(last, columnCount() - 1));
}

void RowModel::dropOldest() const
{
    const auto drop = [this](std::list<int>::iterator age) {
        m_pages.erase(*age);
        m_ages.erase(age);
    };
    const auto isWaiting = [this](int page) { return m_pages.at(page).rows.empty(); };
    if (static_cast<std::size_t>(std::ranges::count_if(m_ages, isWaiting)) > kMostWaiting)
        drop(std::ranges::find_if(m_ages, isWaiting));
    if (m_ages.size() > kMostPages)
        drop(m_ages.begin());
}

} // namespace vnscope::views::model
