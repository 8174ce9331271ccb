// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <QAbstractTableModel>

#include "storage/value.hpp"
#include "views/chart/format.hpp"
#include "views/model/time_controller.hpp"

namespace vnscope::views::model {

/// Cells of the store as people read them: with the unit that the column's name tells, times as the TimeController
/// writes them, the exact value in the tool tip, numbers at the right. Where the cells are is for those who derive.
class CellModel : public QAbstractTableModel {
    Q_OBJECT

public:
    explicit CellModel(const TimeController& time, QObject* parent = nullptr);

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    /// Names as the store has them, which is how filters and SQL name them.
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// nullptr: the row is not here (yet).
    [[nodiscard]] virtual const std::vector<storage::Value>* row(int index) const = 0;
    [[nodiscard]] const std::vector<std::string>& columns() const { return m_columns; }
    /// Moments to the nanosecond: where rows follow each other that closely.
    void showExactTimes();

protected:
    /// To be called where the model is being reset.
    void setColumns(std::vector<std::string> columns);
    /// Columns with numbers in these rows have their names and what is missing at the right too, as their numbers.
    void learnFrom(const std::vector<std::vector<storage::Value>>& rows);

private:
    [[nodiscard]] QVariant text(const storage::Value& value, chart::Unit unit) const;
    [[nodiscard]] std::string timeText(base::Timestamp time) const;
    void updateTimes();

    const TimeController& m_time;
    std::vector<std::string> m_columns;
    std::vector<chart::Unit> m_units;
    std::vector<bool> m_areNumbers; ///< By column.
    bool m_hasExactTimes = false;
};

/// A cell as other programs want it: numbers with all their digits and no unit, nothing for NULL.
[[nodiscard]] QString plainText(const storage::Value& value);
/// The same for a row, with tabs between, which spreadsheets take.
[[nodiscard]] QString tabbed(const std::vector<storage::Value>& row);

} // namespace vnscope::views::model
