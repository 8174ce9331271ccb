// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include "views/widgets/kit/appearance.hpp"

/// Owns the application that widgets need, and settings that are nobody's.
int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    // CTest asks for the names of the tests without the environment that they run in.
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    const QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("vnscope"));
    QApplication::setApplicationName(QStringLiteral("vnscope-gui-test"));
    vnscope::views::widgets::kit::applyAppearance(false);
    return RUN_ALL_TESTS();
}
