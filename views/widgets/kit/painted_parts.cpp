// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/painted_parts.hpp"

#include <unordered_map>

#include <QAccessibleWidget>
#include <QPointer>
#include <QWidget>

namespace vnscope::views::widgets::kit {
namespace {

/// nullptr: it has none, or is being destroyed and has none any more.
PaintedParts* partsOf(QObject* object)
{
    return dynamic_cast<PaintedParts*>(object);
}

int countParts(QObject* object)
{
    const PaintedParts* parts = partsOf(object);
    return parts == nullptr ? 0 : parts->partCount();
}

/// One part. Says that it is no longer valid when its widget or it is gone.
class PartInterface final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    PartInterface(QWidget* widget, int index) : m_widget(widget), m_index(index) {}

    [[nodiscard]] int index() const { return m_index; }

    bool isValid() const override { return m_index < countParts(m_widget.data()); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_widget.data()); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        const PaintedParts::Part part = partsOf(m_widget.data())->part(m_index);
        switch (kind) {
        case QAccessible::Name: return part.name;
        case QAccessible::Description: return part.description;
        case QAccessible::Value: return part.value;
        default: return {};
        }
    }
    void setText(QAccessible::Text, const QString&) override {}

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect place = partsOf(m_widget.data())->part(m_index).place;
        return {m_widget->mapToGlobal(place.topLeft()), place.size()};
    }
    QAccessible::Role role() const override
    {
        return isValid() ? partsOf(m_widget.data())->part(m_index).role : QAccessible::NoRole;
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        if (!isValid())
            return state;
        const PaintedParts::Part part = partsOf(m_widget.data())->part(m_index);
        state.focusable = true;
        state.selectable = true;
        state.selected = part.isCurrent;
        state.focused = part.isCurrent && m_widget->hasFocus();
        state.invisible = part.place.isEmpty() || !m_widget->isVisible();
        state.offscreen = !m_widget->rect().intersects(part.place);
        return state;
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString& name) override
    {
        if (isValid() && name == pressAction())
            partsOf(m_widget.data())->pressPart(m_index);
    }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    QPointer<QWidget> m_widget;
    int m_index;
};

/// The widget: its parts, then what child widgets it has.
class PartsInterface final : public QAccessibleWidget {
public:
    explicit PartsInterface(QWidget* widget) : QAccessibleWidget(widget, QAccessible::List) {}
    PartsInterface(const PartsInterface&) = delete;
    PartsInterface& operator=(const PartsInterface&) = delete;

    int childCount() const override { return countParts(object()) + QAccessibleWidget::childCount(); }
    QAccessibleInterface* child(int index) const override
    {
        const int count = countParts(object());
        return index < 0 || index >= count ? QAccessibleWidget::child(index - count) : partInterface(index);
    }
    int indexOfChild(const QAccessibleInterface* child) const override
    {
        if (const auto* part = dynamic_cast<const PartInterface*>(child))
            return part->index();
        const int index = QAccessibleWidget::indexOfChild(child);
        return index < 0 ? index : index + countParts(object());
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        const QPoint at = widget()->mapFromGlobal(QPoint(x, y));
        for (int index = countParts(object()) - 1; index >= 0; --index)
            if (partsOf(object())->part(index).place.contains(at))
                return partInterface(index);
        return QAccessibleWidget::childAt(x, y);
    }
    QAccessibleInterface* focusChild() const override
    {
        if (widget()->hasFocus())
            for (int index = 0; index < countParts(object()); ++index)
                if (partsOf(object())->part(index).isCurrent)
                    return partInterface(index);
        return QAccessibleWidget::focusChild();
    }

protected:
    ~PartsInterface() override
    {
        for (const auto& [index, id] : m_ids)
            QAccessible::deleteAccessibleInterface(id);
    }

private:
    [[nodiscard]] QAccessibleInterface* partInterface(int index) const
    {
        const auto known = m_ids.find(index);
        if (known != m_ids.end())
            return QAccessible::accessibleInterface(known->second);
        auto* part = new PartInterface(widget(), index); // QAccessible owns it from here on.
        m_ids[index] = QAccessible::registerAccessibleInterface(part);
        return part;
    }

    mutable std::unordered_map<int, QAccessible::Id> m_ids; ///< Made when they are asked for.
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* widget = qobject_cast<QWidget*>(object);
    return widget != nullptr && partsOf(widget) != nullptr ? new PartsInterface(widget) : nullptr;
}

} // namespace

void enablePaintedParts()
{
    QAccessible::installFactory(makeInterface); // Once, however often it is asked for.
}

void tellPartsChanged(QWidget& widget)
{
    QAccessibleEvent event(&widget, QAccessible::ObjectReorder);
    QAccessible::updateAccessibility(&event);
}

void tellPartFocused(QWidget& widget, int index)
{
    QAccessibleEvent event(&widget, QAccessible::Focus);
    event.setChild(index);
    QAccessible::updateAccessibility(&event);
}

} // namespace vnscope::views::widgets::kit
