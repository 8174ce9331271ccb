// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/model/store_reader.hpp"

namespace vnscope::views::model {

struct CountedRows;

/// At which key each page of a table begins, so that a page is found at once, however far down it is: an offset would
/// walk over all rows before it. A table has them where its order is one integer column, which then is unique (see
/// RowModel); else isKnown() is false. A value, for any thread.
class PageKeys final {
public:
    PageKeys() = default;

    [[nodiscard]] bool isKnown() const { return m_rows > 0; }
    /// The keys follow each other without a gap.
    [[nodiscard]] bool isDense() const { return isKnown() && m_begins.empty(); }

    /// Makes `select`, which is the one that was counted, begin with its row `first`: by conditions and a small offset.
    void skipTo(std::int64_t first, storage::Select& select) const;
    /// How many rows of `select` come before the first whose key is `key` or behind it. Reads a page's length at most.
    [[nodiscard]] base::Result<std::int64_t> rowsBefore(std::int64_t key, const storage::Select& select,
                                                        const storage::Store& store, const Stop& stop) const;

private:
    friend base::Result<CountedRows> countRows(const storage::Select&, std::int64_t, bool, const storage::Store&,
                                               const Stop&);
    /// Nothing: there are gaps. `keys` tells the column; `isDenseTable`: it is known that there are none.
    [[nodiscard]] static base::Result<std::optional<PageKeys>> ofDense(const storage::Select& select, PageKeys keys,
                                                                       bool isDenseTable, const storage::Store& store,
                                                                       const Stop& stop);
    /// By looking at the key of every row.
    [[nodiscard]] static base::Result<CountedRows> sampled(const storage::Select& select, PageKeys keys,
                                                           const storage::Store& store, const Stop& stop);
    [[nodiscard]] std::int64_t beginOf(std::int64_t page) const;
    /// `key` does not come before `other`.
    [[nodiscard]] bool isAtOrBehind(std::int64_t key, std::int64_t other) const;

    std::string m_column;
    bool m_isDescending = false;
    std::int64_t m_pageRows = 1;
    std::int64_t m_rows = 0;
    std::int64_t m_first = 0;           ///< Key of the first row.
    std::vector<std::int64_t> m_begins; ///< Of each page; empty: dense.
};

struct CountedRows {
    std::int64_t rows = 0;
    PageKeys keys;
};

/// Counts the rows of `select`, and finds out where its pages of `pageRows` begin. `isDenseTable`: without any
/// condition the keys are known to have no gaps, so that conditions on the key alone need no counting.
[[nodiscard]] base::Result<CountedRows> countRows(const storage::Select& select, std::int64_t pageRows,
                                                  bool isDenseTable, const storage::Store& store, const Stop& stop);

} // namespace vnscope::views::model
