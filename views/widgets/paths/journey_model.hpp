// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QAbstractTableModel>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "storage/store.hpp"

namespace vnscope::views::widgets::paths {

/// One packet at one place.
struct Stop {
    base::Timestamp at;
    std::string place;
    std::optional<base::Nanoseconds> wait; ///< At the place before; none at the first.
    std::int64_t cpu = 0;
    std::int64_t bytes = 0;
    std::string join; ///< How it is known to be the same packet.
};

/// The way of one packet, in order; empty: there is no such packet.
[[nodiscard]] base::Result<std::vector<Stop>> readJourney(const storage::Store& store, std::int64_t packet);

/// The stops of a packet. The column Way has the time at the stop as a part of the whole way (JourneyModel::Part).
class JourneyModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Place, Way, Wait, Time, Cpu, Bytes, Join, kColumns };
    /// Shares of the whole way, 0..1.
    struct Part {
        double begin = 0;
        double end = 0;
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setJourney(std::vector<Stop> stops);
    [[nodiscard]] const std::vector<Stop>& stops() const { return m_stops; }
    [[nodiscard]] Part part(int row) const;
    [[nodiscard]] QString csv() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// How long the packet was at a stop; none at the last.
    [[nodiscard]] std::optional<base::Nanoseconds> stay(int row) const;

    std::vector<Stop> m_stops;
};

} // namespace vnscope::views::widgets::paths
