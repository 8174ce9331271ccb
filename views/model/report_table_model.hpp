// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>

#include "views/model/time_controller.hpp"
#include "views/report/document.hpp"

namespace vnscope::views::model {

/// A table of a report as an item model: the same rows and the same texts as in the report, but for times, which are as
/// the TimeController writes them. For tables that a person reads to the end. UserRole gives the value itself, for
/// sorting.
class ReportTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    explicit ReportTableModel(const TimeController& time, QObject* parent = nullptr);

    /// Where the rows are about the same things as before (their first cells say so), they stay: who chose one has it
    /// still. False: all is new.
    bool setTable(report::Table table);
    [[nodiscard]] const report::Table& table() const { return m_table; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString shown(const storage::Value& value, chart::Unit unit) const;
    void updateTimes();

    const TimeController& m_time;
    report::Table m_table;
};

} // namespace vnscope::views::model
