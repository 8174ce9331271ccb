// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMimeData>
#include <QStringList>
#include <QUrl>

namespace vnscope::views::widgets::main_window {

/// The paths of files and folders of this machine in what is dragged.
[[nodiscard]] inline QStringList localFiles(const QMimeData& dragged)
{
    QStringList paths;
    const QList<QUrl> urls = dragged.urls();
    for (const QUrl& url : urls)
        if (url.isLocalFile())
            paths.push_back(url.toLocalFile());
    return paths;
}

} // namespace vnscope::views::widgets::main_window
