// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <iostream>

#include <QApplication>

#include "apps/reference/bash_completion.hpp"
#include "apps/reference/man_page.hpp"
#include "apps/vnscope_gui/command_line.hpp"
#include "apps/vnscope_gui/screenshot.hpp"
#include "views/widgets/kit/appearance.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/main_window.hpp"

namespace {

using namespace vnscope;
using gui::ExitCode;

ExitCode printed(const std::string& text)
{
    return (std::cout << text << std::flush) ? ExitCode::Done : ExitCode::Failed;
}

ExitCode failed(const base::Error& error)
{
    std::cerr << "vnscope-gui: " << error.text() << '\n';
    return ExitCode::Failed;
}

std::vector<std::string> viewNames()
{
    std::vector<std::string> names;
    for (const views::widgets::kit::ViewInfo& info : views::widgets::main_window::viewCatalog())
        names.emplace_back(info.id);
    return names;
}

QStringList toQStrings(const std::vector<std::string>& texts)
{
    QStringList list;
    for (const std::string& text : texts)
        list.push_back(QString::fromStdString(text));
    return list;
}

ExitCode showWindow(const gui::Options& options)
{
    views::widgets::main_window::MainWindow window;
    // What cannot be opened is told where somebody waits for it: in the terminal.
    const QStringList paths = toQStrings(options.paths);
    const bool isStore = paths.size() == 1 && views::model::looksLikeStore(paths.front());
    if (isStore) {
        if (const auto opened = window.openStore(options.paths.front()); !opened)
            return failed(opened.error());
    }
    window.show();
    if (!isStore && !options.paths.empty())
        window.importTraces({paths, views::model::storeBeside(paths.first())});
    return QApplication::exec() == 0 ? ExitCode::Done : ExitCode::Failed;
}

/// Qt ends the program with SIGABRT where there is none.
bool hasDisplay()
{
    for (const char* name : {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0')
            return true;
    }
    return false;
}

ExitCode run(int argc, char** argv)
{
    gui::CommandLine commandLine(viewNames());
    if (const auto early = commandLine.parse(argc, argv, std::cout, std::cerr))
        return *early;
    const gui::Options& options = commandLine.options();
    if (options.generate == "man")
        return printed(reference::programManPage(commandLine.model()));
    if (options.generate == "completion")
        return printed(reference::bashCompletion(commandLine.model()));
    // A picture needs no display, so none is looked for.
    if (!options.view.empty())
        ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    else if (!hasDisplay())
        return failed(base::Error{base::ErrorCode::Usage,
                                  "there is no display (DISPLAY and WAYLAND_DISPLAY are not set); --screenshot makes "
                                  "pictures without one",
                                  {}});
    int onlyTheName = 1;
    const QApplication application(onlyTheName, argv);
    QApplication::setOrganizationName(QStringLiteral("vnscope"));
    QApplication::setApplicationName(QStringLiteral("vnscope-gui"));
    QApplication::setApplicationVersion(QStringLiteral(VNSCOPE_VERSION));
    views::widgets::kit::applyAppearance(options.isDark);
    if (options.view.empty())
        return showWindow(options);
    const auto made = gui::makeScreenshot(options);
    return made ? ExitCode::Done : failed(made.error());
}

} // namespace

int main(int argc, char** argv)
{
    return static_cast<int>(run(argc, argv));
}
