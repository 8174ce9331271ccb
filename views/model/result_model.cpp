// SPDX-License-Identifier: Apache-2.0
#include "views/model/result_model.hpp"

#include <utility>

namespace vnscope::views::model {

void ResultModel::setTable(storage::Table table)
{
    beginResetModel();
    m_table = std::move(table);
    setColumns(m_table.columns);
    endResetModel();
    learnFrom(m_table.rows);
}

int ResultModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

const std::vector<storage::Value>* ResultModel::row(int index) const
{
    return &m_table.rows.at(static_cast<std::size_t>(index));
}

} // namespace vnscope::views::model
