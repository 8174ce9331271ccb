// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <QAbstractScrollArea>

#include "views/model/bookmarks.hpp"
#include "views/model/time_controller.hpp"
#include "views/widgets/kit/painted_parts.hpp"
#include "views/widgets/kit/track.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::kit {

/// Tracks one below the other on one time axis: a ruler above, names at the left. Follows a TimeController and moves
/// it:
///
///   wheel              scroll rows; with Ctrl: zoom at the pointer; with Shift: move in time
///   drag               select a range; with Shift or the middle button: move in time
///   double click       zoom to the selection, or closer
///   W S, + -           zoom in, out; A D, left right: move; Home: everything; Z: zoom to the selection
///   Shift+A, Shift+B   place marker A, B at the pointer (or the middle); Esc: drop the selection
///   click on a name    make it the current track; up, down: the one before, the next
class TrackView final : public QAbstractScrollArea, public PaintedParts {
    Q_OBJECT

public:
    static constexpr int kRulerHeight = 26;

    explicit TrackView(model::TimeController& time, QWidget* parent = nullptr);
    /// One that is painted again when series come, and shows lost data and bookmarks of the open store.
    explicit TrackView(Workspace& workspace, QWidget* parent = nullptr);
    ~TrackView() override;

    void setTracks(std::vector<std::unique_ptr<Track>> tracks);
    [[nodiscard]] std::size_t trackCount() const { return m_tracks.size(); }
    [[nodiscard]] Track& track(std::size_t index) { return *m_tracks.at(index); }
    /// Moments at which data was lost: drawn across everything.
    void setLossMarks(std::vector<base::Timestamp> marks);

    /// Where times are: from the left of the viewport.
    [[nodiscard]] chart::TimeScale scale() const;
    [[nodiscard]] int labelWidth() const { return m_labelWidth; }
    /// Top of a track in the viewport.
    [[nodiscard]] double trackTop(std::size_t index) const;
    /// What it asks for, or more where there is room.
    [[nodiscard]] double trackHeight(std::size_t index) const;
    /// Which one is that many pixels below the top of the viewport.
    [[nodiscard]] std::optional<std::size_t> trackAt(double y) const;
    /// The track that the keyboard is at.
    [[nodiscard]] const std::optional<std::size_t>& current() const { return m_current; }
    /// Scrolls so that it can be seen.
    void setCurrent(std::optional<std::size_t> index);
    void scrollTo(std::size_t index);

    /// Tracks, for screen readers: their value is what they have in the middle of the time in focus.
    [[nodiscard]] int partCount() const override { return static_cast<int>(m_tracks.size()); }
    [[nodiscard]] Part part(int index) const override;
    void pressPart(int index) override { setCurrent(static_cast<std::size_t>(index)); }

    /// As high as its content, within limits: a splitter gives the rest to who stands below.
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void currentChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    enum class Drag { None, Select, Move };

    void paintRuler(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme) const;
    void paintLabel(QPainter& painter, const QRectF& area, const Track& track, bool isCurrent,
                    const Theme& theme) const;
    void paintBookmarks(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme) const;
    void paintOverlays(QPainter& painter, const QRectF& area, const chart::TimeScale& scale, const Theme& theme) const;
    void paintAll(QPainter& painter);
    [[nodiscard]] double contentHeight() const;
    [[nodiscard]] base::Timestamp timeAt(double x) const;
    [[nodiscard]] base::Timestamp pointed() const;
    [[nodiscard]] QString tipAt(QPointF position);
    void layOut();
    void step(int by);

    model::TimeController& m_time;
    const model::Bookmarks* m_bookmarks = nullptr;
    std::vector<std::unique_ptr<Track>> m_tracks;
    std::vector<base::Timestamp> m_lossMarks;
    std::optional<std::size_t> m_current;
    int m_labelWidth = 150;
    double m_growth = 1; ///< Of heights.
    Drag m_drag = Drag::None;
    double m_dragX = 0;
    base::Timestamp m_dragTime;
    std::optional<double> m_pointer; ///< Pixels from the left of the viewport.
};

} // namespace vnscope::views::widgets::kit
