// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAccessible>
#include <QRect>
#include <QString>

class QWidget;

namespace vnscope::views::widgets::kit {

/// A widget that paints things people can point at, but that are no widgets: screen readers get them as children.
/// A widget derives from this and calls enablePaintedParts() when it is made.
class PaintedParts {
public:
    struct Part {
        QString name;
        QString description;
        QString value;
        QRect place; ///< In the widget; empty: not to be seen now.
        QAccessible::Role role = QAccessible::ListItem;
        bool isCurrent = false; ///< Has the focus if the widget has it.
    };

    virtual ~PaintedParts() = default;

    [[nodiscard]] virtual int partCount() const = 0;
    /// `index` is less than partCount().
    [[nodiscard]] virtual Part part(int index) const = 0;
    /// As a click on it.
    virtual void pressPart(int index) = 0;
};

/// Lets QAccessible find the parts of widgets that have some.
void enablePaintedParts();

/// Tells screen readers that the parts are others now.
void tellPartsChanged(QWidget& widget);
/// Tells them that this part has the focus now.
void tellPartFocused(QWidget& widget, int index);

} // namespace vnscope::views::widgets::kit
