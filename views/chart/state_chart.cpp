// SPDX-License-Identifier: Apache-2.0
#include "views/chart/state_chart.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace vnscope::views::chart {
namespace {

/// Collects spans in order of time and joins what is too short to be seen.
class Coarsener final {
public:
    explicit Coarsener(base::Nanoseconds finest) : m_finest(finest) {}

    void add(const StateSpan& span)
    {
        const bool isShort = span.when.length() < m_finest;
        if (m_group && (!isShort || span.when.begin - m_group->when.end >= m_finest))
            endGroup();
        if (!isShort) {
            append(span);
            return;
        }
        if (!m_group) {
            m_group = span;
        } else {
            m_group->when.end = span.when.end;
            m_group->kind = std::max(m_group->kind, span.kind);
            m_group->states += span.states;
        }
        if (m_group->when.length() >= m_finest)
            endGroup();
    }

    std::vector<StateSpan> finish()
    {
        if (m_group)
            endGroup();
        return std::move(m_spans);
    }

private:
    void endGroup()
    {
        append(*m_group);
        m_group.reset();
    }

    void append(const StateSpan& span)
    {
        if (!m_spans.empty() && m_spans.back().kind == span.kind && m_spans.back().when.end == span.when.begin) {
            m_spans.back().when.end = span.when.end;
            m_spans.back().states += span.states;
            return;
        }
        m_spans.push_back(span);
    }

    base::Nanoseconds m_finest;
    std::optional<StateSpan> m_group; ///< Short spans, not yet long enough together.
    std::vector<StateSpan> m_spans;
};

} // namespace

std::vector<StateSpan> coarsen(std::span<const StateSpan> spans, const base::TimeRange& range, base::Nanoseconds finest)
{
    Coarsener coarsener(finest);
    base::Timestamp from = range.begin;
    for (StateSpan span : spans) {
        span.when = {std::max(span.when.begin, from), std::min(span.when.end, range.end)};
        if (span.when.isEmpty())
            continue;
        from = span.when.end;
        coarsener.add(span);
    }
    return coarsener.finish();
}

std::vector<std::size_t> kindsThatOccur(const StateChart& chart)
{
    std::set<std::size_t> kinds;
    for (const StateRow& row : chart.rows)
        for (const StateSpan& span : row.spans)
            kinds.insert(span.kind);
    return {kinds.begin(), kinds.end()};
}

} // namespace vnscope::views::chart
