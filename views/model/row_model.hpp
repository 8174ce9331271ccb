// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "views/model/cell_model.hpp"
#include "views/model/page_keys.hpp"
#include "views/model/store_reader.hpp"

namespace vnscope::views::model {

/// The rows of a table or view of the store, however many: pages are read by other threads when they are looked at,
/// and the latest kMostPages are kept. GUI thread only.
class RowModel final : public CellModel {
    Q_OBJECT

public:
    static constexpr int kPageRows = 256;
    static constexpr std::size_t kMostPages = 64;
    /// Item views take some memory for every row; further rows are counted, not shown. A filter finds them.
    static constexpr std::int64_t kMostRows = 10'000'000;

    /// `source`: table, columns (at least one), the rows that the filter chooses of, and the order at first, which is
    /// to tell all rows apart: it also orders those that are equal in a column that is sorted by.
    RowModel(StoreReader& reader, const TimeController& time, storage::Select source, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// -1: the order at first.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    /// Besides the conditions of the source.
    void setFilter(std::vector<storage::Select::Condition> filter);

    /// How many rows pass the filter; nothing while they are being counted.
    [[nodiscard]] const std::optional<std::int64_t>& matching() const { return m_matching; }
    /// How many there are without one.
    [[nodiscard]] const std::optional<std::int64_t>& total() const { return m_total; }
    /// What the rows are: for exports.
    [[nodiscard]] const storage::Select& select() const { return m_select; }
    /// The same for some of them.
    [[nodiscard]] storage::Select select(std::int64_t first, std::int64_t count) const;
    /// Known where the rows are in the order at first, or that turned round, and it is one integer column.
    [[nodiscard]] const PageKeys& keys() const { return m_keys; }

    [[nodiscard]] const std::vector<storage::Value>* row(int index) const override;
    /// In memory now.
    [[nodiscard]] std::size_t pages() const { return m_pages.size(); }

signals:
    /// matching() became known.
    void counted();
    void failed(const QString& reason);

private:
    struct Page {
        std::vector<std::vector<storage::Value>> rows; ///< Empty: not here yet.
        Ticket ticket;
        std::list<int>::iterator age;
    };

    void count();
    void askForKeys();
    template <typename Answer> void askForRows(Answer answer);
    void dropPages();
    void load(int page, Page& into) const;
    void take(int page, base::Result<storage::Table> table);
    void dropOldest() const;

    StoreReader& m_reader;
    storage::Select m_source;
    storage::Select m_select;
    std::optional<std::int64_t> m_matching;
    std::optional<std::int64_t> m_total;
    Ticket m_counting;
    PageKeys m_keys;
    bool m_isDenseTable = false; ///< Without a filter the keys have no gaps.
    // Item views ask for data through const functions, and asking is what loads.
    mutable std::map<int, Page> m_pages;
    mutable std::list<int> m_ages; ///< The longest unused first.
};

} // namespace vnscope::views::model
