// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include <QObject>

#include "storage/base/time.hpp"

namespace vnscope::views::model {

/// The only owner of what time is looked at: visible range, selection, markers and how times are written. Views keep no
/// copies; they ask, and follow the signals. GUI thread only. A signal is sent only when its value changed.
class TimeController final : public QObject {
    Q_OBJECT

public:
    enum class Marker { A, B };
    enum class Format {
        Relative, ///< Since the session's begin.
        Utc,      ///< Time of day with zone.
        Delta,    ///< Since marker A; as Relative while there is none.
    };

    explicit TimeController(const base::TimeRange& whole, QObject* parent = nullptr);

    /// What there is to see; views never show anything outside.
    [[nodiscard]] const base::TimeRange& whole() const { return m_whole; }
    [[nodiscard]] const base::TimeRange& visible() const { return m_visible; }
    [[nodiscard]] const std::optional<base::TimeRange>& selection() const { return m_selection; }
    [[nodiscard]] const std::optional<base::Timestamp>& marker(Marker which) const;
    /// From A to B; nothing while one is missing.
    [[nodiscard]] std::optional<base::Nanoseconds> markerDelta() const;
    /// The selection, or what is visible where nothing is selected: what sums are made over.
    [[nodiscard]] base::TimeRange focus() const { return m_selection.value_or(m_visible); }

    /// Shows `range`, cut to what there is, as a step that back() takes back.
    void show(const base::TimeRange& range);
    void showAll() { show(m_whole); }
    /// Makes `range` visible: nothing happens where it is and can be seen well, else it is shown with room around it.
    void reveal(const base::TimeRange& range);
    /// Makes a moment visible, as closely as things are shown now.
    void goTo(base::Timestamp at);
    void zoomToSelection();
    /// Steps of a wheel, a drag or a held key: those that follow each other at once are one step of the history.
    void zoom(double factor, base::Timestamp about);
    void pan(double share);

    [[nodiscard]] bool canGoBack() const { return m_at > 0; }
    [[nodiscard]] bool canGoForward() const { return m_at + 1 < m_history.size(); }
    void back();
    void forward();

    /// Nothing, or an empty range: clears it.
    void select(const std::optional<base::TimeRange>& range);
    void setMarker(Marker which, const std::optional<base::Timestamp>& at);

    [[nodiscard]] Format format() const { return m_format; }
    void setFormat(Format format);
    /// A moment as the format says, exact to the nanosecond where the visible range is that short.
    [[nodiscard]] std::string text(base::Timestamp time) const;

signals:
    void visibleChanged();
    void selectionChanged();
    void markersChanged();
    void historyChanged();
    void formatChanged();

private:
    void move(const base::TimeRange& range, bool isGradual);
    void setVisible(const base::TimeRange& range);

    base::TimeRange m_whole;
    base::TimeRange m_visible;
    std::optional<base::TimeRange> m_selection;
    std::array<std::optional<base::Timestamp>, 2> m_markers;
    Format m_format = Format::Relative;
    std::vector<base::TimeRange> m_history; ///< Ranges shown; m_at is the present one.
    std::size_t m_at = 0;
    bool m_isGradual = false; ///< The present entry was made by steps that belong together.
};

} // namespace vnscope::views::model
