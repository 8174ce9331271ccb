// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/model/cell_model.hpp"

namespace vnscope::views::model {

/// Rows that are in memory: what a query gave.
class ResultModel final : public CellModel {
    Q_OBJECT

public:
    using CellModel::CellModel;

    void setTable(storage::Table table);
    [[nodiscard]] const storage::Table& table() const { return m_table; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] const std::vector<storage::Value>* row(int index) const override;

private:
    storage::Table m_table;
};

} // namespace vnscope::views::model
