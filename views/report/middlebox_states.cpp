// SPDX-License-Identifier: Apache-2.0
#include "views/report/middlebox_states.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "views/report/time_series.hpp"

namespace vnscope::views::report {
namespace {

using chart::StateInk;
using Element = std::int64_t;

constexpr std::size_t kShownRows = 40;

/// The states of table element_state; the last three are causes.
const std::vector<chart::StateKind>& stateKinds()
{
    static const std::vector<chart::StateKind> kKinds{{"unknown", "not known", '?', 7, StateInk::Outline},
                                                      {"idle", "idle", '.', 7, StateInk::Thin},
                                                      {"running", "running", '=', 2, StateInk::Light},
                                                      {"read_blocked", "read-blocked", 'r', 0, StateInk::Falling},
                                                      {"write_blocked", "write-blocked", 'w', 6, StateInk::Rising},
                                                      {"underloaded", "underloaded", 'U', 4, StateInk::Solid},
                                                      {"overloaded", "overloaded", 'O', 1, StateInk::Solid},
                                                      {"cycle", "cycle", 'C', 3, StateInk::Solid}};
    return kKinds;
}

/// Index into stateKinds(); that of "unknown" for what is none of them.
std::size_t kindOf(std::string_view state)
{
    const std::vector<chart::StateKind>& kinds = stateKinds();
    const auto found = std::ranges::find(kinds, state, &chart::StateKind::key);
    return found == kinds.end() ? 0 : static_cast<std::size_t>(found - kinds.begin());
}

using Rows = std::map<Element, chart::StateRow>;

base::Result<Rows> readRows(const ReportContext& context, const ElementNames& names, const base::TimeRange& range)
{
    const auto states = context.read({"element_state",
                                      {"element_id", "state", "valid_from_ns", "valid_to_ns"},
                                      {},
                                      {"element_id", "valid_from_ns"}});
    if (!states)
        return tl::unexpected(states.error());
    Rows rows;
    for (const auto& state : states->rows) {
        const auto name = names.find(state[0].integer());
        if (name == names.end())
            continue;
        chart::StateRow& row = rows[name->first];
        row.key = fmt::format("element_{}", name->first);
        row.name = name->second;
        row.spans.push_back({{{state[2].integer()}, {state[3].integer()}}, kindOf(state[1].text()), 1});
    }
    // Finer than any screen; the document stays small however often states change.
    const base::Nanoseconds finest = range.length() / static_cast<base::Nanoseconds>(kMaxBins);
    for (auto& [element, row] : rows)
        row.spans = chart::coarsen(row.spans, range, finest);
    std::erase_if(rows, [](const auto& row) { return row.second.spans.empty(); });
    return rows;
}

base::Result<void> addMarks(const ReportContext& context, Rows& rows)
{
    const auto causes = context.read({"root_cause",
                                      {"element_id", "label", "valid_from_ns", "valid_to_ns", "confidence", "waiting"},
                                      {},
                                      {"element_id", "valid_from_ns"}});
    if (!causes)
        return tl::unexpected(causes.error());
    for (const auto& cause : causes->rows) {
        const auto row = rows.find(cause[0].integer());
        if (row == rows.end())
            continue;
        row->second.marks.push_back(
            {{{cause[2].integer()}, {cause[3].integer()}},
             fmt::format("others wait for it ({}, {}): {}", cause[1].text(), cause[4].text(), cause[5].text())});
    }
    return {};
}

/// Who sends to whom; of two that sent both ways, the way of more windows.
using Links = std::multimap<Element, Element>;

base::Result<Links> readLinks(const ReportContext& context)
{
    const auto rows = context.read({"chain_link", {"from_id", "to_id", "windows"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::pair<Element, Element>, std::int64_t> windows;
    for (const auto& row : rows->rows)
        windows[{row[0].integer(), row[1].integer()}] = row[2].integer();
    Links links;
    for (const auto& [ends, count] : windows) {
        const auto back = windows.find({ends.second, ends.first});
        if (back == windows.end() || count > back->second)
            links.emplace(ends.first, ends.second);
    }
    return links;
}

/// How many others the longest way to each element goes through. Those behind a circle have none.
std::map<Element, std::size_t> depths(const Links& links)
{
    std::map<Element, std::size_t> senders;
    for (const auto& [from, to] : links) {
        senders.try_emplace(from, 0);
        ++senders[to];
    }
    std::map<Element, std::size_t> depth;
    std::queue<Element> ready;
    for (const auto& [element, count] : senders)
        if (count == 0)
            ready.push(element);
    for (; !ready.empty(); ready.pop()) {
        const Element from = ready.front();
        const std::size_t here = depth[from];
        const auto [first, last] = links.equal_range(from);
        for (auto link = first; link != last; ++link) {
            depth[link->second] = std::max(depth[link->second], here + 1);
            if (--senders[link->second] == 0)
                ready.push(link->second);
        }
    }
    return depth;
}

/// One element's number for all that are connected.
std::map<Element, Element> chains(const Links& links)
{
    Links both = links;
    for (const auto& [from, to] : links)
        both.emplace(to, from);
    std::map<Element, Element> chain;
    for (const auto& link : links) {
        std::queue<Element> open;
        open.push(link.first);
        for (; !open.empty(); open.pop()) {
            if (!chain.try_emplace(open.front(), link.first).second)
                continue;
            const auto [first, last] = both.equal_range(open.front());
            for (auto next = first; next != last; ++next)
                open.push(next->second);
        }
    }
    return chain;
}

/// Chain by chain, senders first; those of no chain are last.
std::vector<chart::StateRow> inOrder(Rows rows, const Links& links)
{
    const std::map<Element, std::size_t> depth = depths(links);
    const std::map<Element, Element> chain = chains(links);
    const auto placeOf = [&](const Element& element, const std::string& name) {
        const auto mine = chain.find(element);
        const auto way = depth.find(element);
        return std::tuple(mine == chain.end(), mine == chain.end() ? 0 : mine->second,
                          way == depth.end() ? rows.size() : way->second, name, element);
    };
    std::map<decltype(placeOf(0, "")), Element> places;
    for (const auto& [element, row] : rows)
        places.emplace(placeOf(element, row.name), element);
    std::vector<chart::StateRow> ordered;
    for (const auto& [place, element] : places)
        ordered.push_back(std::move(rows[element]));
    return ordered;
}

/// The most severe state of a row.
std::size_t severityOf(const chart::StateRow& row)
{
    return std::ranges::max(row.spans, {}, &chart::StateSpan::kind).kind;
}

/// Leaves the rows with the most severe states, in their order. Returns what there is to say about it.
std::string limitRows(std::vector<chart::StateRow>& rows)
{
    if (rows.size() <= kShownRows)
        return {};
    std::vector<std::size_t> chosen(rows.size());
    std::iota(chosen.begin(), chosen.end(), 0);
    std::ranges::stable_sort(chosen, std::greater<>{}, [&](std::size_t row) { return severityOf(rows[row]); });
    chosen.resize(kShownRows);
    std::ranges::sort(chosen);
    std::vector<chart::StateRow> shown;
    for (const std::size_t row : chosen)
        shown.push_back(std::move(rows[row]));
    const std::size_t total = std::exchange(rows, std::move(shown)).size();
    return fmt::format("{} of {} middleboxes are drawn: first those that others wait for, then those that wait. Table "
                       "element_state of the store has all.",
                       rows.size(), total);
}

} // namespace

base::Result<ElementNames> readElementNames(const ReportContext& context)
{
    const auto rows = context.read({"element", {"element_id", "host", "name"}});
    if (!rows)
        return tl::unexpected(rows.error());
    ElementNames names;
    for (const auto& row : rows->rows)
        names[row[0].integer()] = context.withHost(row[1].text(), row[2].text());
    return names;
}

base::Result<Timeline> buildMiddleboxStates(const ReportContext& context, const ElementNames& names,
                                            const base::TimeRange& range, Table twin)
{
    base::Result<Rows> rows = readRows(context, names, range);
    if (!rows)
        return tl::unexpected(rows.error());
    if (auto marked = addMarks(context, *rows); !marked)
        return tl::unexpected(marked.error());
    const base::Result<Links> links = readLinks(context);
    if (!links)
        return tl::unexpected(links.error());
    Timeline timeline{twin.id, twin.caption, {}, "", std::move(twin)};
    timeline.chart = {timeline.heading,
                      "What each middlebox did when, senders above those that they send to. A red line above a row "
                      "marks when others waited for it.",
                      range,
                      context.window().begin,
                      stateKinds(),
                      inOrder(std::move(*rows), *links),
                      context.lossMarks()};
    timeline.remark = limitRows(timeline.chart.rows);
    return timeline;
}

} // namespace vnscope::views::report
