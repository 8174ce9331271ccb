// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope_gui/screenshot.hpp"

#include <QWidget>

#include "views/widgets/kit/picture_file.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/open_store.hpp"

namespace vnscope::gui {

base::Result<void> makeScreenshot(const Options& options)
{
    namespace widgets = views::widgets;
    auto store = widgets::main_window::OpenStore::open(options.paths.front());
    if (!store)
        return tl::unexpected(std::move(store).error());
    // Noted moments are part of what is shown; how somebody last looked at it is not.
    if (const auto kept = views::model::readSession(views::model::sessionFileOf((*store)->path())); kept && *kept)
        (*store)->workspace().bookmarks.setAll((*kept)->bookmarks);
    const widgets::kit::ViewInfo* info = widgets::main_window::findView(options.view);
    const std::unique_ptr<widgets::kit::View> view(info->create((*store)->workspace()));
    const QSize size(options.size.width, options.size.height);
    view->resize(size);
    return widgets::kit::writePicture(*view, size, options.output, (*store)->workspace().reader);
}

} // namespace vnscope::gui
