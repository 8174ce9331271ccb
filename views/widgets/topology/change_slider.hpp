// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QSlider>

#include "storage/base/time.hpp"
#include "topology/change.hpp"
#include "views/chart/time_view.hpp"

namespace vnscope::views::widgets::topology {

/// Chooses a moment of a range; a stroke at every change, and a diamond at every move.
class ChangeSlider final : public QSlider {
    Q_OBJECT

public:
    explicit ChangeSlider(QWidget* parent = nullptr);

    void setChanges(const std::vector<vnscope::topology::Change>& changes);
    /// Does not send chosen().
    void setMoment(const base::TimeRange& range, base::Timestamp moment);
    /// Pixels from the left.
    [[nodiscard]] double xOf(base::Timestamp moment) const;

    [[nodiscard]] QSize sizeHint() const override { return {400, 34}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {80, 34}; }

signals:
    /// The user moved it.
    void chosen(base::Timestamp moment);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    struct Mark {
        base::Timestamp at;
        bool isMove = false;
    };

    [[nodiscard]] chart::TimeScale scale() const;
    void chooseAt(double x);

    std::vector<Mark> m_marks;
    base::TimeRange m_range;
    base::Timestamp m_moment;
    bool m_isSetting = false; ///< By us, not by the user.
};

} // namespace vnscope::views::widgets::topology
