// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <QObject>

#include "views/chart/bins.hpp"
#include "views/model/store_reader.hpp"
#include "views/series/series.hpp"

namespace vnscope::views::model {

/// Quantities over time for painting: what is asked for is there at once, as well as it is known, and better when
/// changed() says so. Holds tiles of kTileBins bins in every width that was looked at, the latest kMostTiles; so its
/// memory does not grow with the store, and a picture that is moved needs little that is not here. GUI thread only.
class SeriesCache final : public QObject {
    Q_OBJECT

public:
    static constexpr std::int64_t kTileBins = 512;
    static constexpr std::size_t kMostTiles = 8192; ///< 32 MiB of bins.

    explicit SeriesCache(StoreReader& reader, QObject* parent = nullptr);

    struct Answer {
        chart::Bins bins;        ///< Covers the range; zero where nothing is known.
        bool isComplete = false; ///< False: some of it is coarser than it could be, or not known yet.
    };
    /// Bins over `range`, at least `columns` of them where the store is that fine. What is missing is asked for.
    [[nodiscard]] Answer bins(const series::Source& source, const base::TimeRange& range, std::size_t columns);

    [[nodiscard]] std::size_t tiles() const { return m_tiles.size(); }

signals:
    /// Bins that were asked for have come.
    void changed();

private:
    struct Key {
        std::string source;
        base::Nanoseconds width = 0;
        std::int64_t index = 0; ///< Tiles are counted from the epoch.

        auto operator<=>(const Key&) const = default;
    };
    struct Tile {
        std::vector<double> values; ///< Empty: not here yet.
        Ticket ticket;
        std::list<Key>::iterator age;
    };

    Tile& touch(const Key& key, const series::Source& source);
    void load(const Key& key, Tile& tile, const series::Source& source);
    void dropOldest();
    void fillFromCoarser(const series::Source& source, const std::string& name, base::Nanoseconds width,
                         const base::TimeRange& range, chart::Bins& bins) const;

    StoreReader& m_reader;
    std::map<Key, Tile> m_tiles;
    std::list<Key> m_ages; ///< The longest unused first.
};

} // namespace vnscope::views::model
