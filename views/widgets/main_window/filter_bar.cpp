// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/filter_bar.hpp"

#include <QLabel>

#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::main_window {
namespace {

constexpr int kMostLetters = 60; ///< Of a button: several fit into a line.

QString shortened(const QString& text)
{
    return text.size() <= kMostLetters ? text : text.left(kMostLetters - 1) + QChar(0x2026);
}

} // namespace

FilterBar::FilterBar(QWidget* parent) : QToolBar(Tr::tr("Filters"), parent)
{
    setObjectName(QStringLiteral("filter_bar"));
    setAccessibleName(Tr::tr("What all views are filtered by"));
    setMovable(false);
    toggleViewAction()->setVisible(false); // Shown where there is something to show.
    hide();
}

void FilterBar::follow(model::CrossFilter* filter)
{
    m_filter = filter;
    if (filter != nullptr)
        connect(filter, &model::CrossFilter::changed, this, &FilterBar::rebuild);
    rebuild();
}

void FilterBar::rebuild()
{
    clear();
    m_buttons.clear();
    const bool isEmpty = m_filter == nullptr || m_filter->subjects().empty();
    setVisible(!isEmpty);
    if (isEmpty)
        return;
    auto* label = new QLabel(Tr::tr("All views are filtered by:"));
    label->setContentsMargins(6, 0, 6, 0);
    addWidget(label);
    for (const scope::Subject& subject : m_filter->subjects()) {
        const QString name = kit::describe(subject);
        auto* button = new QToolButton;
        // An & would underline the letter after it.
        button->setText(QStringLiteral("%1  ✕").arg(shortened(name).replace(QLatin1Char('&'), QLatin1String("&&"))));
        button->setToolTip(QStringLiteral("<p>%1</p>").arg(Tr::tr("Filter no longer by %1").arg(name).toHtmlEscaped()));
        button->setAccessibleName(Tr::tr("Filter no longer by %1").arg(name));
        button->setFocusPolicy(Qt::StrongFocus);
        // Queued: the button is gone when the filter changes.
        connect(
            button, &QToolButton::clicked, m_filter, [filter = m_filter, subject] { filter->remove(subject); },
            Qt::QueuedConnection);
        addWidget(button);
        m_buttons.push_back(button);
    }
    addSeparator();
    addAction(Tr::tr("Clear all"), m_filter, &model::CrossFilter::clear);
}

} // namespace vnscope::views::widgets::main_window
