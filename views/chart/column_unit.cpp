// SPDX-License-Identifier: Apache-2.0
#include "views/chart/column_unit.hpp"

#include <algorithm>
#include <array>

namespace vnscope::views::chart {
namespace {

/// Before `_ns`, these say a point in time; what else there is says how long something took.
constexpr std::array<std::string_view, 13> kMoments{"arrival", "begin",  "end",  "first", "from", "last", "left",
                                                    "read",    "return", "seen", "sent",  "to",   "ts"};

constexpr std::array<std::string_view, 11> kThings{"count", "drops", "events", "flows",           "length", "misses",
                                                   "paths", "polls", "rows",   "retransmissions", "streams"};

template <typename List> bool contains(const List& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// What of `name` is behind its last underscore.
std::string_view lastWord(std::string_view name)
{
    return name.substr(name.rfind('_') + 1); // npos + 1 is 0.
}

bool hasWord(std::string_view name, std::string_view word)
{
    for (std::size_t at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || name[at - 1] == '_') && (end == name.size() || name[end] == '_'))
            return true;
    }
    return false;
}

} // namespace

Unit unitOfColumn(std::string_view name)
{
    const std::string_view last = lastWord(name);
    if (last == "ns") {
        const std::string_view what = name.substr(0, name.size() - std::min(name.size(), last.size() + 1));
        // A hand-over of a packet is a moment; how long those took has a p50 or a max in its name.
        return contains(kMoments, lastWord(what)) || what == "upcall" ? Unit::Time : Unit::Nanoseconds;
    }
    if (last == "at")
        return Unit::Time;
    if (last == "bps")
        return Unit::BitsPerSecond;
    if (last == "percent")
        return Unit::Percent;
    if (last == "ratio" || last == "share" || last == "score")
        return Unit::Ratio;
    if (hasWord(name, "bytes"))
        return Unit::Bytes;
    if (hasWord(name, "packets"))
        return Unit::Packets;
    return contains(kThings, last) || hasWord(name, "retransmissions") ? Unit::Count : Unit::None;
}

} // namespace vnscope::views::chart
