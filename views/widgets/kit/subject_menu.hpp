// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QObject>
#include <QPoint>
#include <QWidget>

#include "views/widgets/kit/view.hpp"

class QMenu;

namespace vnscope::views::widgets::kit {

/// What can be done with a subject wherever it is shown: narrow all views to it, or show it in another view. A menu at
/// the right mouse button and the menu key; F narrows to it, and F again takes that back.
class SubjectMenu final : public QObject {
    Q_OBJECT

public:
    /// What is at a place of `where`, in its coordinates; without a place, what the keyboard is at. Nothing: nothing.
    using Find = std::function<std::optional<scope::Subject>(const std::optional<QPoint>& at)>;
    /// The same where a place may be about several: F is for the first.
    using FindAll = std::function<std::vector<scope::Subject>(const std::optional<QPoint>& at)>;

    /// Belongs to `where`: a widget that shows subjects. Its viewport, where it is a scroll area.
    SubjectMenu(Workspace& workspace, QWidget* where, Find find);
    SubjectMenu(Workspace& workspace, QWidget* where, FindAll find);

    /// Narrows all views to `subject`, or no longer.
    void toggle(const scope::Subject& subject);
    /// Adds a subject's entries to the menu; for whoever shows it, and tests.
    void fill(QMenu& menu, const scope::Subject& subject);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Workspace& m_workspace;
    QWidget* m_where;
    FindAll m_find;
};

/// "device eth0", for people.
[[nodiscard]] QString describe(const scope::Subject& subject);

} // namespace vnscope::views::widgets::kit
