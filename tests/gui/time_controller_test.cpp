// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QSignalSpy>

#include "views/model/time_controller.hpp"

namespace vnscope::views::model {
namespace {

constexpr base::TimeRange kWhole{{1'000'000'000}, {11'000'000'000}}; // Ten seconds.

base::TimeRange seconds(double begin, double end)
{
    const auto at = [](double second) {
        return base::Timestamp{1'000'000'000 + static_cast<std::int64_t>(second * 1e9)};
    };
    return {at(begin), at(end)};
}

TEST(TimeController, ShowsNothingOutsideOfTheSession)
{
    TimeController time(kWhole);
    time.show(seconds(8, 12));
    EXPECT_EQ(time.visible(), seconds(6, 10)) << "as long as asked for, moved inside";
    time.show(seconds(-100, 100));
    EXPECT_EQ(time.visible(), kWhole);
}

TEST(TimeController, ZoomKeepsTheMomentUnderThePointer)
{
    TimeController time(kWhole);
    time.zoom(0.5, seconds(2, 2).begin);
    EXPECT_EQ(time.visible(), seconds(1, 6)) << "2 s was and is at a fifth of the width";
    for (int step = 0; step < 200; ++step)
        time.zoom(0.5, seconds(2, 2).begin);
    EXPECT_EQ(time.visible().length(), 1'000);
    for (int step = 0; step < 200; ++step)
        time.zoom(2, seconds(2, 2).begin);
    EXPECT_EQ(time.visible(), kWhole);
}

TEST(TimeController, GradualStepsAreOneStepOfTheHistory)
{
    TimeController time(kWhole);
    time.show(seconds(0, 4));
    time.pan(0.25);
    time.pan(0.25);
    EXPECT_EQ(time.visible(), seconds(2, 6));
    time.back();
    EXPECT_EQ(time.visible(), seconds(0, 4));
    time.back();
    EXPECT_EQ(time.visible(), kWhole);
    EXPECT_FALSE(time.canGoBack());
    time.forward();
    time.forward();
    EXPECT_EQ(time.visible(), seconds(2, 6));
    EXPECT_FALSE(time.canGoForward());
}

TEST(TimeController, TellsOnlyWhatChanged)
{
    TimeController time(kWhole);
    QSignalSpy visible(&time, &TimeController::visibleChanged);
    QSignalSpy selection(&time, &TimeController::selectionChanged);
    time.show(kWhole);
    EXPECT_EQ(visible.count(), 0);
    time.select(seconds(1, 2));
    time.select(seconds(1, 2));
    EXPECT_EQ(selection.count(), 1);
    time.select(seconds(3, 3));
    EXPECT_FALSE(time.selection()) << "an empty range selects nothing";
    EXPECT_EQ(selection.count(), 2);
    EXPECT_EQ(time.focus(), kWhole);
}

TEST(TimeController, MarkersGiveADelta)
{
    TimeController time(kWhole);
    EXPECT_FALSE(time.markerDelta());
    time.setMarker(TimeController::Marker::A, seconds(4, 4).begin);
    time.setMarker(TimeController::Marker::B, seconds(1.5, 2).begin);
    EXPECT_EQ(time.markerDelta(), -2'500'000'000);
    time.setFormat(TimeController::Format::Delta);
    EXPECT_EQ(time.text(seconds(5, 6).begin), "+1.000 s");
    time.setFormat(TimeController::Format::Relative);
    EXPECT_EQ(time.text(seconds(5, 6).begin), "+5.000 s");
}

} // namespace
} // namespace vnscope::views::model
