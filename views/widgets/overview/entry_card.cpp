// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/overview/entry_card.hpp"

#include <algorithm>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "storage/base/duration_text.hpp"
#include "views/report/display.hpp"
#include "views/widgets/kit/theme.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::overview {
namespace {

using kit::toQString;

constexpr int kStripWidth = 5;

const report::Fact* find(const report::Entry& entry, std::string_view key)
{
    const auto found = std::ranges::find(entry.facts, key, &report::Fact::key);
    return found == entry.facts.end() || found->value.isNull() ? nullptr : &*found;
}

QString timeText(const base::TimeRange& range, const model::TimeController& time)
{
    if (range.length() <= 1) // A moment; the end is after the last event.
        return Tr::tr("At %1").arg(toQString(time.text(range.begin)));
    return Tr::tr("%1 to %2 (%3)")
        .arg(toQString(time.text(range.begin)), toQString(time.text(range.end)),
             toQString(base::formatDuration(range.length())));
}

/// What else the report says of it, in one line.
QString factsText(const report::Entry& entry, const std::optional<base::TimeRange>& range,
                  const model::TimeController& time)
{
    QStringList parts;
    if (range)
        parts.push_back(timeText(*range, time));
    for (const report::Fact& fact : entry.facts) {
        if (fact.unit != report::Unit::Time)
            parts.push_back(toQString(fact.title) + QStringLiteral(": ") +
                            kit::printable(report::displayValue(fact.value, fact.unit, time.whole().begin)));
    }
    return parts.join(QStringLiteral("   ·   "));
}

QLabel* plainLabel(const QString& text)
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QLabel* withColour(QLabel* label, const QColor& colour)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, colour);
    label->setPalette(palette);
    return label;
}

} // namespace

std::optional<base::TimeRange> rangeOf(const report::Entry& entry)
{
    const report::Fact* begin = find(entry, "begin_ns");
    const report::Fact* end = find(entry, "end_ns");
    if (begin != nullptr && end != nullptr && begin->value.integer() <= end->value.integer())
        return base::TimeRange{{begin->value.integer()}, {end->value.integer()}};
    if (const report::Fact* at = find(entry, "ts_ns"))
        return base::TimeRange{{at->value.integer()}, {at->value.integer()}};
    return std::nullopt;
}

EntryCard::EntryCard(const report::Entry& entry, const model::TimeController& time, QWidget* parent)
    : QFrame(parent), m_tone(entry.tone), m_range(rangeOf(entry))
{
    const kit::Theme theme(palette());
    setAccessibleName(kit::printable(entry.title));
    setAccessibleDescription(kit::printable(entry.badge + ". " + entry.text + " " + entry.advice));
    auto* title = plainLabel(kit::printable(entry.title));
    QFont bold = font();
    bold.setBold(true);
    title->setFont(bold);
    auto* badge = withColour(plainLabel(kit::printable(entry.badge)), toneColour());
    badge->setFont(bold);
    badge->setWordWrap(false);
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(badge, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kStripWidth + 11, 8, 12, 9);
    layout->setSpacing(3);
    layout->addLayout(head);
    for (const std::string& text : {entry.text, entry.advice}) {
        if (!text.empty())
            layout->addWidget(plainLabel(kit::printable(text)));
    }
    layout->addWidget(withColour(plainLabel(factsText(entry, m_range, time)), theme.faintText()));
    if (!m_range)
        return;
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setToolTip(Tr::tr("Show this time"));
}

QColor EntryCard::toneColour() const
{
    const kit::Theme theme(palette());
    switch (m_tone) {
    case report::Tone::Alarm: return theme.alarm();
    case report::Tone::Warning: return theme.warning();
    default: return theme.faintText();
    }
}

void EntryCard::paintEvent(QPaintEvent*)
{
    const kit::Theme theme(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(hasFocus() ? QPen(palette().color(QPalette::Highlight), 2) : QPen(theme.grid(), 1));
    painter.setBrush(theme.ground());
    painter.drawRoundedRect(area, 5, 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneColour());
    painter.drawRoundedRect(QRectF(area.left() + 1, area.top() + 1, kStripWidth, area.height() - 2), 2, 2);
}

void EntryCard::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_range && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit activated();
}

void EntryCard::keyPressEvent(QKeyEvent* event)
{
    const int key = event->key();
    if (m_range && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space))
        emit activated();
    else
        QFrame::keyPressEvent(event);
}

} // namespace vnscope::views::widgets::overview
