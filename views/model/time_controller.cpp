// SPDX-License-Identifier: Apache-2.0
#include "views/model/time_controller.hpp"

#include <algorithm>

#include "views/chart/format.hpp"
#include "views/chart/time_view.hpp"

namespace vnscope::views::model {
namespace {

/// Steps back that are kept.
constexpr std::size_t kMostHistory = 200;

/// What takes less than this part of the screen is hard to see.
constexpr base::Nanoseconds kLeastShown = 50;

/// Decimals of a second that tell moments of neighbouring pixels apart.
int digitsFor(base::Nanoseconds visible)
{
    constexpr base::Nanoseconds kPixels = 1000;
    int digits = 0;
    for (base::Nanoseconds step = base::kNsPerSecond; digits < 9 && step > visible / kPixels; step /= 10)
        ++digits;
    return std::max(3, digits);
}

} // namespace

TimeController::TimeController(const base::TimeRange& whole, QObject* parent)
    : QObject(parent), m_whole(whole), m_visible(whole), m_history{whole}
{
}

const std::optional<base::Timestamp>& TimeController::marker(Marker which) const
{
    return m_markers.at(static_cast<std::size_t>(which));
}

std::optional<base::Nanoseconds> TimeController::markerDelta() const
{
    const auto& a = marker(Marker::A);
    const auto& b = marker(Marker::B);
    return a && b ? std::optional(*b - *a) : std::nullopt;
}

void TimeController::show(const base::TimeRange& range)
{
    if (!range.isEmpty())
        move(chart::fitInto(range, m_whole), false);
}

void TimeController::reveal(const base::TimeRange& range)
{
    const bool isInside = m_visible.begin <= range.begin && range.end <= m_visible.end;
    if (isInside && range.length() >= m_visible.length() / kLeastShown)
        return;
    const base::Nanoseconds room = std::max(chart::kNarrowest, range.length());
    show({range.begin - room, range.end + room});
}

void TimeController::goTo(base::Timestamp at)
{
    if (m_visible.contains(at))
        return;
    const base::Nanoseconds half = m_visible.length() / 2;
    show({at - half, at + half});
}

void TimeController::zoomToSelection()
{
    if (m_selection)
        show(*m_selection);
}

void TimeController::zoom(double factor, base::Timestamp about)
{
    move(chart::zoomed(m_visible, factor, about, m_whole), true);
}

void TimeController::pan(double share)
{
    move(chart::panned(m_visible, share, m_whole), true);
}

void TimeController::back()
{
    if (!canGoBack())
        return;
    m_isGradual = false;
    setVisible(m_history[--m_at]);
    emit historyChanged();
}

void TimeController::forward()
{
    if (!canGoForward())
        return;
    m_isGradual = false;
    setVisible(m_history[++m_at]);
    emit historyChanged();
}

void TimeController::move(const base::TimeRange& range, bool isGradual)
{
    if (range == m_visible)
        return;
    const bool continues = isGradual && m_isGradual && !canGoForward();
    if (continues) {
        m_history[m_at] = range;
    } else {
        m_history.resize(m_at + 1);
        if (m_history.size() == kMostHistory)
            m_history.erase(m_history.begin());
        m_history.push_back(range);
        m_at = m_history.size() - 1;
    }
    m_isGradual = isGradual;
    setVisible(range);
    if (!continues)
        emit historyChanged();
}

void TimeController::setVisible(const base::TimeRange& range)
{
    if (range == m_visible)
        return;
    m_visible = range;
    emit visibleChanged();
}

void TimeController::select(const std::optional<base::TimeRange>& range)
{
    std::optional<base::TimeRange> wanted = range;
    if (wanted) {
        wanted->begin = std::max(wanted->begin, m_whole.begin);
        wanted->end = std::min(wanted->end, m_whole.end);
        if (wanted->isEmpty())
            wanted.reset();
    }
    if (wanted == m_selection)
        return;
    m_selection = wanted;
    emit selectionChanged();
}

void TimeController::setMarker(Marker which, const std::optional<base::Timestamp>& at)
{
    auto& marker = m_markers.at(static_cast<std::size_t>(which));
    std::optional<base::Timestamp> wanted = at;
    if (wanted)
        wanted = std::clamp(*wanted, m_whole.begin, m_whole.end);
    if (wanted == marker)
        return;
    marker = wanted;
    emit markersChanged();
}

void TimeController::setFormat(Format format)
{
    if (format == m_format)
        return;
    m_format = format;
    emit formatChanged();
}

std::string TimeController::text(base::Timestamp time) const
{
    if (m_format == Format::Utc)
        return chart::formatTime(time, digitsFor(m_visible.length()));
    const auto& a = marker(Marker::A);
    const base::Timestamp origin = m_format == Format::Delta && a ? *a : m_whole.begin;
    return chart::formatOffset(time, origin);
}

} // namespace vnscope::views::model
