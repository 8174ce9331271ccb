// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include <QSize>
#include <QWidget>

#include "views/model/bookmarks.hpp"
#include "views/model/cross_filter.hpp"
#include "views/model/guide.hpp"
#include "views/model/series_cache.hpp"
#include "views/model/session.hpp"
#include "views/model/store_reader.hpp"
#include "views/model/time_controller.hpp"

namespace vnscope::views::widgets::kit {

class TablePanel;

/// What every view works with. Lives as long as a store is open; views are made for it and go before it.
struct Workspace {
    const model::Session& session;
    model::StoreReader& reader;
    model::TimeController& time;
    model::SeriesCache& series;
    model::CrossFilter& filter;
    model::Bookmarks& bookmarks;
    model::Guide& guide;
};

/// One view of an open store, shown in a dock. Follows workspace().time and workspace().filter; never keeps a range or
/// a filter of its own.
class View : public QWidget {
    Q_OBJECT

public:
    explicit View(Workspace& workspace, QWidget* parent = nullptr) : QWidget(parent), m_workspace(workspace) {}

    /// The picture or list as a picture in a file: what is asked for when a view is exported. Paints the widget as it
    /// is unless a view can do better.
    virtual void renderTo(QPainter& painter, const QSize& size);
    /// The table twin as rows of comma-separated values, with a header; empty: the view has none, or too large a one
    /// for that, which tablePanel() exports.
    [[nodiscard]] virtual QString csv() const { return {}; }
    [[nodiscard]] virtual TablePanel* tablePanel() { return nullptr; }
    /// Makes a subject easy to see, because another view sends the reader here; as soon as it has been read.
    void pointAt(const scope::Subject& subject);
    /// workspace().filter leaves out some of what the view would show.
    [[nodiscard]] virtual bool isNarrowed() const { return false; }

signals:
    /// isNarrowed() may be another: because of what was read since, not because the filter changed.
    void narrowingKnown();

protected:
    [[nodiscard]] Workspace& workspace() const { return m_workspace; }
    /// Scrolls to a subject and chooses it, if the view shows such. False: what it shows is not here yet; it calls
    /// pointAgain() then.
    virtual bool showSubject(const scope::Subject& subject);
    void pointAgain();

private:
    Workspace& m_workspace;
    std::optional<scope::Subject> m_pointed; ///< To be shown.
};

/// A set of kinds of subjects.
template <typename... Kinds> [[nodiscard]] constexpr unsigned kinds(Kinds... all)
{
    return (0U | ... | (1U << static_cast<unsigned>(all)));
}

/// One entry of the catalogue of views.
struct ViewInfo {
    const char* id;       ///< Stable: in commands, saved sessions, file names.
    const char* title;    ///< To be translated.
    const char* question; ///< What it answers.
    View* (*create)(Workspace& workspace);
    unsigned pointsAt = 0; ///< Kinds of subjects that View::pointAt() knows: made with kinds().
};

} // namespace vnscope::views::widgets::kit
