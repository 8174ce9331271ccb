// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <QApplication>
#include <QImage>
#include <QPainter>

#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/open_store.hpp"

/// How soon a window shows a store, and how long its frames take while somebody pans at every zoom. Prints JSON.
namespace vnscope::bench::window {
namespace {

using Clock = std::chrono::steady_clock;
using views::widgets::kit::View;
using views::widgets::main_window::OpenStore;

const QSize kScreen(1920, 1080);
constexpr double kZoom = 4;                 ///< From one zoom to the next.
constexpr int kFrames = 60;                 ///< At each zoom: a second of panning.
constexpr double kStep = 0.02;              ///< Of the visible range, from frame to frame.
constexpr std::int64_t kNarrowest = 10'000; ///< Nanoseconds: below it, there is less than one event a pixel.

double millisecondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double peakMemoryMib()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

double percentile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

/// Milliseconds from opening the store until a view shows all that it wants to.
nlohmann::ordered_json firstPictures(const std::string& store)
{
    nlohmann::ordered_json times;
    for (const auto& info : views::widgets::main_window::viewCatalog()) {
        const auto begin = Clock::now();
        const auto opened = OpenStore::open(store);
        if (!opened)
            throw std::runtime_error(opened.error().text());
        const std::unique_ptr<View> view(info.create((*opened)->workspace()));
        view->resize(kScreen);
        QImage screen(kScreen, QImage::Format_RGB32);
        do {
            view->render(&screen);
            (*opened)->workspace().reader.waitUntilIdle(600'000);
        } while (!(*opened)->workspace().reader.isIdle());
        view->render(&screen);
        times[info.id] = millisecondsSince(begin);
    }
    return times;
}

/// What this thread has worked, whatever else the machine does.
double threadMilliseconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Frames of one view while it is panned at all zooms, and what Qt does between them: answers come in, views ask again.
nlohmann::ordered_json frames(View& view, views::model::TimeController& time)
{
    QImage screen(kScreen, QImage::Format_RGB32);
    std::vector<double> walls;
    std::vector<double> works;
    const auto whole = time.whole();
    for (double length = static_cast<double>(whole.length()); length >= static_cast<double>(kNarrowest);
         length /= kZoom) {
        const auto half = static_cast<std::int64_t>(length / 2);
        const auto middle = whole.begin + whole.length() / 2;
        time.show({middle - half, middle + half});
        for (int frame = 0; frame < kFrames; ++frame) {
            const auto begin = Clock::now();
            const double before = threadMilliseconds();
            time.pan(frame < kFrames / 2 ? kStep : -kStep);
            QCoreApplication::processEvents();
            view.render(&screen);
            works.push_back(threadMilliseconds() - before);
            walls.push_back(millisecondsSince(begin));
        }
    }
    return {{"frames", walls.size()},
            {"cpu_p50_ms", percentile(works, 0.5)},
            {"cpu_p99_ms", percentile(works, 0.99)},
            {"wall_p50_ms", percentile(walls, 0.5)},
            {"wall_p99_ms", percentile(walls, 0.99)},
            {"wall_max_ms", percentile(walls, 1)}};
}

nlohmann::ordered_json panned(const std::string& store, const std::string& only)
{
    const auto opened = OpenStore::open(store);
    if (!opened)
        throw std::runtime_error(opened.error().text());
    auto& workspace = (*opened)->workspace();
    nlohmann::ordered_json views;
    for (const auto& info : views::widgets::main_window::viewCatalog()) {
        if (!only.empty() && only != info.id)
            continue;
        workspace.time.showAll();
        const std::unique_ptr<View> view(info.create(workspace));
        view->resize(kScreen); // Not shown: it would be painted by Qt, and once more by us.
        workspace.reader.waitUntilIdle(600'000);
        views[info.id] = frames(*view, workspace.time);
        workspace.reader.waitUntilIdle(600'000);
    }
    return views;
}

} // namespace
} // namespace vnscope::bench::window

int main(int argc, char** argv)
{
    std::string store;
    std::string view;
    bool isPanning = false;
    CLI::App app{"Measures the window's views on a store, without a display."};
    app.add_option("store", store, "a .vns file")->required()->check(CLI::ExistingFile);
    app.add_flag("--pan", isPanning, "frames while panning at all zooms, instead of first pictures");
    app.add_option("--view", view, "pan this view only");
    CLI11_PARSE(app, argc, argv);
    ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    int onlyTheName = 1;
    const QApplication application(onlyTheName, argv);
    namespace window = vnscope::bench::window;
    try {
        nlohmann::ordered_json told;
        told["views"] = isPanning ? window::panned(store, view) : window::firstPictures(store);
        told["peak_memory_mib"] = window::peakMemoryMib();
        std::cout << told.dump(1) << '\n';
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
