// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QWidget>

#include "views/widgets/topology/change_slider.hpp"

namespace vnscope::views::widgets::topology {

/// Which moment of the map is shown: the slider, the steps from change to change, and playing them.
class TimeBar final : public QWidget {
    Q_OBJECT

public:
    explicit TimeBar(QWidget* parent = nullptr);

    [[nodiscard]] ChangeSlider& slider() { return *m_slider; }
    [[nodiscard]] QPushButton& playButton() { return *m_play; }
    [[nodiscard]] QString text() const { return m_text->text(); }
    /// The moment in words.
    void setText(const QString& text) { m_text->setText(text); }
    /// As the button does.
    void togglePlaying() { m_play->toggle(); }
    void stop() { m_play->setChecked(false); }

signals:
    void chosen(vnscope::base::Timestamp moment);
    /// To the next change (1) or the previous one (-1).
    void stepped(int by);
    /// Playing begins; ticked() follows at once.
    void started();
    /// It is time for the next change.
    void ticked();

private:
    void play(bool isOn);

    ChangeSlider* m_slider;
    QPushButton* m_play;
    QLabel* m_text;
    QTimer m_timer;
};

} // namespace vnscope::views::widgets::topology
