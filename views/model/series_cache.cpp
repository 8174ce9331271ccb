// SPDX-License-Identifier: Apache-2.0
#include "views/model/series_cache.hpp"

#include <algorithm>
#include <iterator>

namespace vnscope::views::model {
namespace {

std::int64_t tileOf(base::Timestamp time, base::Nanoseconds width)
{
    const base::Nanoseconds length = width * SeriesCache::kTileBins;
    return base::binBegin(time, length).ns / length;
}

base::TimeRange rangeOf(std::int64_t tile, base::Nanoseconds width)
{
    const base::Nanoseconds length = width * SeriesCache::kTileBins;
    return {{tile * length}, {(tile + 1) * length}};
}

/// Copies what of `values`, bins of `width` from `begin` on, lies in `bins`, whose width is a part of `width` or equal.
void put(std::vector<double>::const_iterator values, base::Timestamp begin, base::Nanoseconds width, std::size_t count,
         double factor, const base::TimeRange& where, chart::Bins& bins)
{
    const base::Timestamp first = std::max({begin, bins.begin, where.begin});
    const base::Timestamp end =
        std::min({begin + width * static_cast<base::Nanoseconds>(count), bins.range().end, where.end});
    for (base::Timestamp at = first; at < end; at = at + bins.bin)
        bins.values[static_cast<std::size_t>((at - bins.begin) / bins.bin)] =
            values[static_cast<std::ptrdiff_t>((at - begin) / width)] * factor;
}

} // namespace

SeriesCache::SeriesCache(StoreReader& reader, QObject* parent) : QObject(parent), m_reader(reader) {}

SeriesCache::Answer SeriesCache::bins(const series::Source& source, const base::TimeRange& range, std::size_t columns)
{
    const base::Nanoseconds width = series::widthFor(source, range, columns);
    Answer answer{{base::binBegin(range.begin, width), width, {}}, true};
    const base::Timestamp end = base::binBegin(range.end, width) + width;
    answer.bins.values.resize(static_cast<std::size_t>((end - answer.bins.begin) / width));
    const std::string name = source.key();
    for (std::int64_t index = tileOf(range.begin, width); index <= tileOf(range.end, width); ++index) {
        const Tile& tile = touch({name, width, index}, source);
        const base::TimeRange tileRange = rangeOf(index, width);
        if (tile.values.empty()) {
            answer.isComplete = false;
            fillFromCoarser(source, name, width, tileRange, answer.bins);
        } else {
            put(tile.values.begin(), tileRange.begin, width, tile.values.size(), 1, tileRange, answer.bins);
        }
    }
    return answer;
}

SeriesCache::Tile& SeriesCache::touch(const Key& key, const series::Source& source)
{
    if (const auto found = m_tiles.find(key); found != m_tiles.end()) {
        m_ages.splice(m_ages.end(), m_ages, found->second.age);
        return found->second;
    }
    m_ages.push_back(key);
    Tile& tile = m_tiles[key];
    tile.age = std::prev(m_ages.end());
    load(key, tile, source);
    dropOldest();
    return tile;
}

void SeriesCache::load(const Key& key, Tile& tile, const series::Source& source)
{
    const base::TimeRange range = rangeOf(key.index, key.width);
    tile.ticket = m_reader.ask(
        this,
        [source, width = key.width, range](const storage::Store& store, const Stop& stop) {
            return series::readBins(store, source, width, range, stop);
        },
        [this, key, range](base::Result<std::vector<chart::SparseBin>> read) {
            const auto found = m_tiles.find(key);
            if (found == m_tiles.end())
                return;
            // A store that can no longer be read shows what it showed; the window says why.
            found->second.values =
                chart::fillBins(range, key.width, read ? *read : std::vector<chart::SparseBin>()).values;
            emit changed();
        });
}

void SeriesCache::dropOldest()
{
    while (m_tiles.size() > kMostTiles) {
        m_tiles.erase(m_ages.front());
        m_ages.pop_front();
    }
}

/// A rate of a wide bin stands for the narrow ones in it until they come; a sum is spread over them.
void SeriesCache::fillFromCoarser(const series::Source& source, const std::string& name, base::Nanoseconds width,
                                  const base::TimeRange& range, chart::Bins& bins) const
{
    for (const base::Nanoseconds coarser : source.widths) {
        if (coarser <= width)
            continue;
        const std::int64_t index = tileOf(range.begin, coarser);
        const auto found = m_tiles.find({name, coarser, index});
        if (found == m_tiles.end() || found->second.values.empty())
            continue;
        const bool isSpread = !source.isPerSecond && source.joining == series::Joining::Sum;
        const double share = isSpread ? static_cast<double>(width) / static_cast<double>(coarser) : 1;
        put(found->second.values.begin(), rangeOf(index, coarser).begin, coarser, found->second.values.size(), share,
            range, bins);
        return;
    }
}

} // namespace vnscope::views::model
