// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <QFrame>

#include "storage/base/time.hpp"
#include "views/model/time_controller.hpp"
#include "views/report/document.hpp"

namespace vnscope::views::widgets::overview {

/// When it happened, as far as the entry says; empty for a moment.
[[nodiscard]] std::optional<base::TimeRange> rangeOf(const report::Entry& entry);

/// One entry of the report as a card: its tone as a colour and a word, title, text, advice and facts. A card that has a
/// time goes there when it is clicked, or with Enter or the space bar.
class EntryCard final : public QFrame {
    Q_OBJECT

public:
    EntryCard(const report::Entry& entry, const model::TimeController& time, QWidget* parent = nullptr);

    [[nodiscard]] const std::optional<base::TimeRange>& range() const { return m_range; }
    [[nodiscard]] QString title() const { return accessibleName(); }

signals:
    void activated();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QColor toneColour() const;

    report::Tone m_tone;
    std::optional<base::TimeRange> m_range;
};

} // namespace vnscope::views::widgets::overview
