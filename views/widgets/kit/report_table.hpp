// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>

#include "views/model/report_table_model.hpp"

namespace vnscope::views::widgets::kit {

/// A table of a report with its caption, sorted by a click on a column's head. Times are as the TimeController writes
/// them.
class ReportTable final : public QWidget {
    Q_OBJECT

public:
    explicit ReportTable(const model::TimeController& time, QWidget* parent = nullptr);

    void setTable(report::Table table);
    [[nodiscard]] const report::Table& table() const { return m_model->table(); }
    [[nodiscard]] QTableView& view() { return *m_view; }
    /// The row of table() at a place of the view's viewport; without a place, the current one.
    [[nodiscard]] std::optional<std::size_t> rowAt(const std::optional<QPoint>& at) const;
    /// Chooses a row of table() and scrolls to it.
    void setCurrentRow(std::size_t row);
    /// The values themselves, in the order of the report, below the names that its JSON has.
    [[nodiscard]] QString csv() const;
    /// As high as its rows, within limits.
    [[nodiscard]] QSize sizeHint() const override;

signals:
    /// A row of table() was clicked, or reached with the keyboard.
    void rowChosen(std::size_t row);

private:
    void fitColumns();

    model::ReportTableModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QLabel* m_caption;
    QTableView* m_view;
};

} // namespace vnscope::views::widgets::kit
