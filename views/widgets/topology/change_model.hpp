// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <QAbstractTableModel>

#include "views/model/time_controller.hpp"
#include "views/widgets/topology/map_data.hpp"

namespace vnscope::views::widgets::topology {

/// The changes of the map, by time.
class ChangeModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, What, Subject, From, To, Detail, kColumns };

    explicit ChangeModel(const model::TimeController& time, QObject* parent = nullptr);

    void setData(std::shared_ptr<const MapData> data);
    [[nodiscard]] const vnscope::topology::Change& change(int row) const;
    /// The last change until `time`; -1: none.
    [[nodiscard]] int rowAt(base::Timestamp time) const;
    /// With exact times besides those that are shown.
    [[nodiscard]] QString csv() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(int row, int column) const;

    const model::TimeController& m_time;
    std::shared_ptr<const MapData> m_data;
};

} // namespace vnscope::views::widgets::topology
