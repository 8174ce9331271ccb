// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <QPixmap>
#include <QTest>
#include <QWidget>

#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets {

/// Until all that a view or window asks the store for has come: what is painted may ask for more.
inline void settle(kit::Workspace& workspace, QWidget& widget)
{
    do {
        EXPECT_TRUE(workspace.reader.waitUntilIdle());
        widget.grab();
        QTest::qWait(1);
    } while (!workspace.reader.isIdle());
}

} // namespace vnscope::views::widgets
