// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/time_bar.hpp"

#include <QHBoxLayout>

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::topology {
namespace {

constexpr int kPlayInterval = 1200; ///< Milliseconds for which a change is shown.

} // namespace

TimeBar::TimeBar(QWidget* parent)
    : QWidget(parent), m_slider(new ChangeSlider), m_play(new QPushButton(Tr::tr("Play"))), m_text(new QLabel)
{
    auto* previous = new QPushButton(Tr::tr("Previous"));
    auto* next = new QPushButton(Tr::tr("Next"));
    previous->setToolTip(Tr::tr("Previous change (P)"));
    next->setToolTip(Tr::tr("Next change (N)"));
    m_play->setToolTip(Tr::tr("Show the changes one after the other (Space)"));
    m_play->setCheckable(true);
    previous->setAccessibleName(Tr::tr("Previous change"));
    next->setAccessibleName(Tr::tr("Next change"));
    m_slider->setAccessibleName(Tr::tr("Moment of the map"));
    m_text->setTextFormat(Qt::PlainText);
    m_timer.setInterval(kPlayInterval);
    connect(previous, &QPushButton::clicked, this, [this] { emit stepped(-1); });
    connect(next, &QPushButton::clicked, this, [this] { emit stepped(1); });
    connect(m_play, &QPushButton::toggled, this, &TimeBar::play);
    connect(&m_timer, &QTimer::timeout, this, &TimeBar::ticked);
    connect(m_slider, &ChangeSlider::chosen, this, &TimeBar::chosen);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->addWidget(previous);
    layout->addWidget(m_play);
    layout->addWidget(next);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_text);
}

void TimeBar::play(bool isOn)
{
    m_play->setText(isOn ? Tr::tr("Pause") : Tr::tr("Play"));
    if (!isOn) {
        m_timer.stop();
        return;
    }
    emit started();
    m_timer.start();
    emit ticked();
}

} // namespace vnscope::views::widgets::topology
