// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <ctime>
#include <iostream>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "topology/layout/fold.hpp"
#include "topology/layout/layout.hpp"

namespace vnscope::topology::layout {
namespace {

constexpr double kTolerance = 1.5; // Graphviz rounds to whole points in places.

bool overlap(const Rect& a, const Rect& b)
{
    return std::min(a.right, b.right) - std::max(a.left, b.left) > kTolerance &&
           std::min(a.bottom, b.bottom) - std::max(a.top, b.top) > kTolerance;
}

bool isInside(const Rect& inner, const Rect& outer)
{
    return inner.left >= outer.left - kTolerance && inner.top >= outer.top - kTolerance &&
           inner.right <= outer.right + kTolerance && inner.bottom <= outer.bottom + kTolerance;
}

/// Distance of a point from the border of a rectangle.
double fromBorder(Point point, const Rect& rect)
{
    const double dx = std::max({rect.left - point.x, 0.0, point.x - rect.right});
    const double dy = std::max({rect.top - point.y, 0.0, point.y - rect.bottom});
    if (dx > 0 || dy > 0)
        return std::hypot(dx, dy);
    return std::min({point.x - rect.left, rect.right - point.x, point.y - rect.top, rect.bottom - point.y});
}

std::vector<Rect> solids(const Request& request, const Placement& placement)
{
    std::vector<Rect> rects;
    for (std::size_t index = 0; index < request.nodes.size(); ++index)
        rects.push_back(rectAround(placement.nodes[index], request.nodes[index].size));
    for (std::size_t index = 0; index < request.edges.size(); ++index) {
        const Edge& edge = request.edges[index];
        const EdgePlacement& placed = placement.edges[index];
        for (const auto& [size, at] : {std::pair(edge.label, placed.label), std::pair(edge.fromLabel, placed.fromLabel),
                                       std::pair(edge.toLabel, placed.toLabel)}) {
            if (size)
                rects.push_back(rectAround(at, *size));
        }
    }
    return rects;
}

void expectFrames(const Request& request, const Placement& placement)
{
    for (std::size_t group = 0; group < request.groups.size(); ++group) {
        for (std::size_t index = 0; index < request.nodes.size(); ++index) {
            const Rect box = rectAround(placement.nodes[index], request.nodes[index].size);
            if (request.nodes[index].group == group)
                EXPECT_TRUE(isInside(box, placement.groups[group])) << index << " is out of its frame";
            else
                EXPECT_FALSE(overlap(box, placement.groups[group])) << index << " is in the frame of others";
        }
        for (std::size_t other = 0; other < group; ++other)
            EXPECT_FALSE(overlap(placement.groups[group], placement.groups[other])) << group << ' ' << other;
    }
}

/// All that must hold of any placement.
void expectSound(const Request& request, const Placement& placement)
{
    ASSERT_EQ(placement.nodes.size(), request.nodes.size());
    ASSERT_EQ(placement.edges.size(), request.edges.size());
    ASSERT_EQ(placement.groups.size(), request.groups.size());
    const Rect whole{0, 0, placement.size.width, placement.size.height};
    const std::vector<Rect> rects = solids(request, placement);
    for (std::size_t index = 0; index < rects.size(); ++index) {
        EXPECT_TRUE(isInside(rects[index], whole)) << index;
        for (std::size_t other = 0; other < index; ++other)
            ASSERT_FALSE(overlap(rects[index], rects[other])) << index << " overlaps " << other;
    }
    for (std::size_t index = 0; index < request.edges.size(); ++index) {
        const Edge& edge = request.edges[index];
        const Route& route = placement.edges[index].route;
        ASSERT_GE(route.size(), 4U);
        ASSERT_EQ(route.size() % 3, 1U);
        EXPECT_LE(fromBorder(route.front(), rects[edge.from]), kTolerance) << index << " begins elsewhere";
        EXPECT_LE(fromBorder(route.back(), rects[edge.to]), kTolerance) << index << " ends elsewhere";
        for (const Point& point : route)
            EXPECT_TRUE(std::isfinite(point.x) && std::isfinite(point.y));
    }
    expectFrames(request, placement);
}

Request nodes(std::size_t count)
{
    Request request;
    for (std::size_t index = 0; index < count; ++index)
        request.nodes.push_back(
            {{60.0 + static_cast<double>(index % 5) * 17, 30.0 + static_cast<double>(index % 3) * 9}, {}});
    return request;
}

Edge edge(std::size_t from, std::size_t to)
{
    return {from, to, false, {}, {}, {}};
}

Request randomRequest(unsigned seed)
{
    std::mt19937 random(seed);
    const auto upTo = [&](std::size_t most) { return static_cast<std::size_t>(random()) % (most + 1); };
    Request request = nodes(1 + upTo(30));
    for (std::size_t index = 0, groups = upTo(4); index < groups; ++index)
        request.groups.push_back({14});
    for (Node& node : request.nodes) {
        if (!request.groups.empty() && upTo(2) > 0)
            node.group = upTo(request.groups.size() - 1);
    }
    for (std::size_t index = 0, edges = upTo(45); index < edges; ++index) {
        Edge one = edge(upTo(request.nodes.size() - 1), upTo(request.nodes.size() - 1));
        one.isDirected = upTo(1) == 1;
        for (auto* label : {&one.label, &one.fromLabel, &one.toLabel}) {
            if (upTo(2) == 0)
                *label = Size{12.0 + static_cast<double>(upTo(60)), 14};
        }
        request.edges.push_back(one);
    }
    request.direction = upTo(1) == 0 ? Direction::Down : Direction::Right;
    return request;
}

/// Bridges in a tree, each with ports to its stations; a host's frame around some.
Request map(std::size_t count, std::size_t bridges)
{
    Request request = nodes(count);
    for (std::size_t index = 1; index < count; ++index) {
        Edge one = edge(index < bridges ? (index - 1) / 3 : index % bridges, index);
        one.fromLabel = Size{40, 14};
        request.edges.push_back(one);
    }
    return request;
}

/// Processor time, as other tests may run beside.
double seconds(const Request& request, Engine engine, Placement& placement)
{
    const std::clock_t begin = std::clock();
    placement = place(request, engine);
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

class Layout : public testing::TestWithParam<Engine> {
protected:
    static Placement sound(const Request& request)
    {
        Placement placement = place(request, GetParam());
        expectSound(request, placement);
        return placement;
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, Layout, testing::Values(Engine::Automatic, Engine::BuiltIn),
                         [](const auto& tested) { return tested.param == Engine::Automatic ? "Graphviz" : "BuiltIn"; });

TEST_P(Layout, NothingAndOne)
{
    EXPECT_EQ(sound({}).size, Size{});
    EXPECT_EQ(sound(nodes(1)).size, (Size{60, 30}));
}

TEST_P(Layout, DisconnectedIsNotOneRow)
{
    const Placement placement = sound(nodes(100));
    EXPECT_LT(placement.size.width, 3 * placement.size.height);
    EXPECT_LT(placement.size.height, 3 * placement.size.width);
}

TEST_P(Layout, LooseBoxesOfAGroupAreNotOneRow)
{
    Request request = nodes(64);
    request.groups.push_back({14});
    for (Node& node : request.nodes)
        node.group = 0;
    EXPECT_LT(sound(request).size.width, 8 * 128 + 9 * 40);
}

TEST_P(Layout, LoopsAndParallels)
{
    Request request = nodes(2);
    request.edges = {edge(0, 1), edge(0, 1), edge(1, 0), edge(0, 0), edge(0, 0), edge(1, 1)};
    request.edges[4].label = Size{70, 14};
    request.edges[5].fromLabel = request.edges[5].toLabel = Size{30, 14};
    const Placement placement = sound(request);
    EXPECT_NE(placement.edges[0].route, placement.edges[1].route);
    EXPECT_NE(placement.edges[3].route, placement.edges[4].route);
}

TEST_P(Layout, DirectedLinesLeadDownOrRight)
{
    Request request = nodes(3);
    request.edges = {edge(2, 1), edge(1, 0)};
    for (Edge& one : request.edges)
        one.isDirected = true;
    Placement placement = sound(request);
    EXPECT_LT(placement.nodes[2].y, placement.nodes[1].y);
    EXPECT_LT(placement.nodes[1].y, placement.nodes[0].y);
    request.direction = Direction::Right;
    placement = sound(request);
    EXPECT_LT(placement.nodes[2].x, placement.nodes[1].x);
    EXPECT_LT(placement.nodes[1].x, placement.nodes[0].x);
}

TEST_P(Layout, LabelsStandAtTheirEnds)
{
    Request request = nodes(2);
    request.edges = {edge(1, 0)};
    request.edges[0].fromLabel = request.edges[0].label = request.edges[0].toLabel = Size{30, 14};
    const Placement placement = sound(request);
    const auto far = [&](Point label, std::size_t node) {
        return std::hypot(label.x - placement.nodes[node].x, label.y - placement.nodes[node].y);
    };
    const EdgePlacement& placed = placement.edges[0];
    EXPECT_LT(far(placed.fromLabel, 1), far(placed.label, 1));
    EXPECT_LT(far(placed.label, 1), far(placed.toLabel, 1));
}

TEST_P(Layout, RandomGraphsAreSoundAndTheSameEachTime)
{
    for (unsigned seed = 0; seed < 150; ++seed) {
        SCOPED_TRACE(seed);
        const Request request = randomRequest(seed);
        const Placement placement = sound(request);
        const Placement again = place(request, GetParam());
        EXPECT_TRUE(placement.nodes == again.nodes);
        for (std::size_t index = 0; index < request.edges.size(); ++index)
            EXPECT_TRUE(placement.edges[index].route == again.edges[index].route) << index;
        if (HasFatalFailure())
            return;
    }
}

TEST_P(Layout, FiveHundredBoxesInTimeAndShape)
{
    for (const std::size_t bridges : {1U, 5U, 20U, 60U, 250U}) {
        SCOPED_TRACE(bridges);
        const Request request = map(500, bridges);
        Placement placement;
        const double took = seconds(request, GetParam(), placement);
        expectSound(request, placement);
        EXPECT_LT(took, 3.0);
        RecordProperty("ms_" + std::to_string(bridges), static_cast<int>(took * 1000));
        std::cout << bridges << " bridges: " << took << " s, " << placement.size.width << " x " << placement.size.height
                  << " by Graphviz: " << placement.isByGraphviz << '\n';
    }
}

TEST_P(Layout, NoGraphTakesTooLong)
{
    for (const auto& [count, edges] :
         {std::pair(20U, 215U), std::pair(60U, 255U), std::pair(100U, 295U), std::pair(60U, 400U), std::pair(60U, 700U),
          std::pair(100U, 900U), std::pair(150U, 400U), std::pair(300U, 900U), std::pair(400U, 800U),
          std::pair(900U, 1000U), std::pair(1500U, 1600U), std::pair(2000U, 20000U)}) {
        std::mt19937 random(7);
        Request request = nodes(count);
        for (unsigned index = 0; index < edges; ++index)
            request.edges.push_back(edge(random() % count, random() % count));
        if (edges < 300) {
            for (Edge& one : request.edges)
                one.label = one.fromLabel = Size{40, 14};
        }
        Placement placement;
        const double took = seconds(request, GetParam(), placement);
        EXPECT_LT(took, 3.0) << count << " boxes, " << edges << " lines";
        std::cout << count << " boxes, " << edges << " lines: " << took << " s by Graphviz: " << placement.isByGraphviz
                  << '\n';
    }
}

/// `length` boxes in a row, in frames of three, with labels on the way; every eighth has a branch, and one goes back.
Request longChain(std::size_t length)
{
    Request request;
    request.direction = Direction::Right;
    for (std::size_t index = 0; index < length; ++index) {
        if (index % 3 == 0)
            request.groups.push_back({14});
        request.nodes.push_back({{80, 36}, request.groups.size() - 1});
        if (index > 0)
            request.edges.push_back({index - 1, index, true, Size{100, 16}, {}, {}});
    }
    for (std::size_t index = 0; index + 1 < length; index += 8) {
        request.nodes.push_back({{60, 36}, {}});
        request.edges.push_back({index, request.nodes.size() - 1, true, {}, {}, {}});
    }
    request.edges.push_back({length - 1, 0, true, {}, {}, {}});
    return request;
}

TEST(Fold, LongDrawingsBecomeRowsThatAreSound)
{
    constexpr double kShape = 2.4;
    const Request request = longChain(30);
    const Placement straight = place(request);
    const Placement folded = fold(request, straight, kShape);
    EXPECT_LT(heightNeeded(folded.size, kShape), heightNeeded(straight.size, kShape) / 2);
    expectSound(request, folded);
    for (std::size_t edge = 0; edge < request.edges.size(); ++edge)
        EXPECT_EQ(folded.edges[edge].route.size() % 3, 1U) << "whole Béziers";
    EXPECT_GT(folded.nodes[29].y, folded.nodes[3].y + 36) << "the end is in a later row; the circle is broken before 3";
    for (std::size_t group = 0; group < request.groups.size(); ++group)
        EXPECT_NEAR(folded.groups[group].right - folded.groups[group].left,
                    straight.groups[group].right - straight.groups[group].left, 0.01)
            << "frames stay whole";
}

TEST(Fold, RandomGraphsStaySound)
{
    int folds = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        Request request = randomRequest(seed);
        request.direction = Direction::Right;
        const Placement straight = place(request);
        const Placement folded = fold(request, straight, 0.5);
        folds += folded.size == straight.size ? 0 : 1;
        expectSound(request, folded);
    }
    EXPECT_GT(folds, 10);
}

TEST(Fold, WhatGainsNothingStays)
{
    const Request request = longChain(4);
    const Placement straight = place(request);
    EXPECT_EQ(fold(request, straight, 10).size, straight.size);
    EXPECT_EQ(fold({}, {}, 2).nodes.size(), 0U);
}

TEST(LayoutEngines, GraphvizIsUsedWhereItCan)
{
    Request request = nodes(3);
    request.edges = {edge(0, 1), edge(1, 2)};
    EXPECT_TRUE(place(request).isByGraphviz);
    EXPECT_FALSE(place(request, Engine::BuiltIn).isByGraphviz);
}

TEST(LayoutEngines, ThreadsWaitForEachOther)
{
    const Request request = map(60, 12);
    const Placement alone = place(request);
    std::vector<std::thread> threads;
    std::vector<Placement> placements(4);
    for (Placement& placement : placements)
        threads.emplace_back([&request, &placement] { placement = place(request); });
    for (std::thread& thread : threads)
        thread.join();
    for (const Placement& placement : placements)
        EXPECT_EQ(placement.nodes, alone.nodes);
}

TEST(LayoutEngines, GraphvizSaysNothing)
{
    testing::internal::CaptureStderr();
    for (unsigned seed = 0; seed < 30; ++seed)
        static_cast<void>(place(randomRequest(seed)));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

} // namespace
} // namespace vnscope::topology::layout
