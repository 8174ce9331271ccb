// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/subject_menu.hpp"

#include <algorithm>
#include <utility>

#include <QAbstractScrollArea>
#include <QContextMenuEvent>
#include <QMenu>
#include <QShortcut>

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

using Kind = scope::Subject::Kind;

/// A menu takes the letter after a & for its key.
QString inMenu(QString text)
{
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

QString describe(const scope::Subject& subject)
{
    const QString label = printable(subject.label);
    switch (subject.kind) {
    case Kind::Device: return Tr::tr("device %1").arg(label);
    case Kind::Stream: return Tr::tr("stream %1").arg(label);
    case Kind::Vlan: return Tr::tr("VLAN %1").arg(label);
    case Kind::Function: return Tr::tr("network function %1").arg(label);
    case Kind::Element: return Tr::tr("element %1").arg(label);
    case Kind::Pattern: return Tr::tr("pattern %1").arg(label);
    }
    return label;
}

SubjectMenu::SubjectMenu(Workspace& workspace, QWidget* where, Find find)
    : SubjectMenu(workspace, where, FindAll([find = std::move(find)](const std::optional<QPoint>& at) {
                      const auto found = find(at);
                      return found ? std::vector{*found} : std::vector<scope::Subject>();
                  }))
{
}

SubjectMenu::SubjectMenu(Workspace& workspace, QWidget* where, FindAll find)
    : QObject(where), m_workspace(workspace), m_where(where), m_find(std::move(find))
{
    m_where->installEventFilter(this);
    // The keyboard's focus is at the scroll area, the mouse at its viewport.
    QWidget* keys = m_where;
    if (auto* area = qobject_cast<QAbstractScrollArea*>(m_where->parentWidget())) {
        keys = area;
        area->installEventFilter(this);
    }
    auto* shortcut = new QShortcut(QKeySequence(Qt::Key_F), keys);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, [this] {
        if (const auto subjects = m_find(std::nullopt); !subjects.empty())
            toggle(subjects.front());
    });
}

void SubjectMenu::toggle(const scope::Subject& subject)
{
    model::CrossFilter& filter = m_workspace.filter;
    if (filter.has(subject))
        filter.remove(subject);
    else
        filter.add(subject);
}

void SubjectMenu::fill(QMenu& menu, const scope::Subject& subject)
{
    const bool isFirst = menu.isEmpty();
    if (!isFirst)
        menu.addSeparator();
    const QString name = inMenu(describe(subject));
    QAction* toggling = menu.addAction(m_workspace.filter.has(subject) ? Tr::tr("&Filter no longer by %1").arg(name)
                                                                       : Tr::tr("&Filter all views by %1").arg(name),
                                       this, [this, subject] { toggle(subject); });
    if (isFirst)
        toggling->setShortcut(Qt::Key_F);
    menu.addSeparator();
    const auto shows = [](const model::Guide::Place& place, scope::Subject::Kind kind) {
        return std::ranges::find(place.kinds, kind) != place.kinds.end();
    };
    for (const model::Guide::Place& place : m_workspace.guide.places()) {
        if (!shows(place, subject.kind))
            continue;
        menu.addAction(Tr::tr("Show in %1").arg(inMenu(place.title)), this,
                       [this, view = place.view, subject] { m_workspace.guide.show(view, subject); });
    }
    const bool hasStreams = subject.kind == Kind::Device || subject.kind == Kind::Vlan;
    for (const model::Guide::Place& place : m_workspace.guide.places()) {
        if (!hasStreams || !shows(place, Kind::Stream))
            continue;
        menu.addAction(Tr::tr("Filter, and show what is left in %1").arg(inMenu(place.title)), this,
                       [this, view = place.view, subject] {
                           m_workspace.filter.add(subject);
                           m_workspace.guide.show(view);
                       });
    }
}

bool SubjectMenu::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ContextMenu)
        return QObject::eventFilter(watched, event);
    const auto* wanted = static_cast<QContextMenuEvent*>(event);
    const bool isMouse = wanted->reason() == QContextMenuEvent::Mouse;
    const auto at = isMouse ? std::optional(m_where->mapFromGlobal(wanted->globalPos())) : std::nullopt;
    const auto subjects = m_find(at);
    if (subjects.empty())
        return false;
    auto* menu = new QMenu(m_where);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const scope::Subject& subject : subjects)
        fill(*menu, subject);
    menu->popup(wanted->globalPos());
    return true;
}

} // namespace vnscope::views::widgets::kit
