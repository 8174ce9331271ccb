// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "storage/store.hpp"

namespace vnscope::views::widgets::sql {

/// Keeps the first rows of a query, so many as memory is meant for.
class BoundedRows final : public storage::RowSink {
public:
    static constexpr std::size_t kMostRows = 100'000;
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20;

    void columns(const std::vector<std::string>& names) override { m_table.columns = names; }
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override;

    [[nodiscard]] storage::Table& table() { return m_table; }
    /// There was a row more than fits.
    [[nodiscard]] bool isCut() const { return m_isCut; }

private:
    storage::Table m_table;
    std::size_t m_bytes = 0;
    bool m_isCut = false;
};

} // namespace vnscope::views::widgets::sql
