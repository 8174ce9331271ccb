// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "views/model/session_file.hpp"

namespace vnscope::views::model {

/// Moments that somebody wants to find again, with a note, in the order of time. GUI thread only.
class Bookmarks final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Note, kColumns };

    /// Times are written as `time` says.
    explicit Bookmarks(const TimeController& time, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<Bookmark>& all() const { return m_all; }
    void setAll(std::vector<Bookmark> bookmarks);
    /// Its row.
    int add(Bookmark bookmark);
    void remove(int row);
    /// Nothing: there is none after `at`, or before it.
    [[nodiscard]] std::optional<Bookmark> after(base::Timestamp at) const;
    [[nodiscard]] std::optional<Bookmark> before(base::Timestamp at) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// Notes are edited in place.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QString csv() const;

signals:
    /// all() is another list.
    void changed();

private:
    const TimeController& m_time;
    std::vector<Bookmark> m_all;
};

} // namespace vnscope::views::model
