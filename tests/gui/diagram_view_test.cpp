// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QAccessible>
#include <QImage>
#include <QLineEdit>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "views/diagram/anatomy.hpp"
#include "views/widgets/kit/diagram_view.hpp"

namespace vnscope::views::widgets::kit {
namespace {

namespace layout = vnscope::topology::layout;
using diagram::Diagram;
using diagram::Shape;
using diagram::Sureness;
using Item = DiagramView::Item;
using Kind = Item::Kind;

enum : std::size_t { kBridge, kGuest, kHostile, kHost };
enum : std::size_t { kToGuest, kToHostile, kToHost };

Diagram network()
{
    Diagram network;
    network.title = "Two guests";
    network.description = "1 bridge, 3 hosts.";
    network.boxes = {{"b", {"br0"}, Shape::Bridge},
                     {"g", {"vm1", "52:54:00:00:00:01"}},
                     {"x", {"<b>vm2</b>"}, Shape::Device, "", "veth & more"},
                     {"h", {"host"}, Shape::Station}};
    network.lines = {{kBridge, kGuest, "", "vnet1", "", 0}, {kBridge, kHostile}, {kBridge, kHost}};
    network.lines[kToHostile].sureness = Sureness::Inferred;
    network.lines[kToHost].sureness = Sureness::Ambiguous;
    network.styles = {"VLAN 10"};
    return network;
}

class DiagramViewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        m_placement = layout::place(layoutRequest(network()));
        m_view.resize(700, 460);
        m_view.setDiagram(network(), m_placement);
        m_view.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_view));
    }

    /// A point of the placement, in the widget: told by where a box is.
    QPointF inWidget(QPointF at)
    {
        const QPointF box(m_placement.nodes[kBridge].x, m_placement.nodes[kBridge].y);
        return m_view.boxRect(kBridge).center() + (at - box) * m_view.scale();
    }
    QPoint middleOf(std::size_t box) { return m_view.boxRect(box).center().toPoint(); }
    QPoint middleOfLine(std::size_t line)
    {
        return inWidget(toPath(m_placement.edges[line].route).pointAtPercent(0.5)).toPoint();
    }

    /// The share of a line's length on which its colour is found.
    double inkOf(const QImage& image, std::size_t line, QColor ground)
    {
        const QPainterPath path = toPath(m_placement.edges[line].route);
        constexpr int kSamples = 400;
        int ink = 0;
        for (int sample = 0; sample < kSamples; ++sample) {
            // Without the ends, which the boxes' outlines cover.
            const QPoint at = inWidget(path.pointAtPercent(0.1 + 0.45 * sample / kSamples)).toPoint();
            const QColor colour = image.pixelColor(at);
            ink += std::abs(colour.lightness() - ground.lightness()) > 40 ? 1 : 0;
        }
        return static_cast<double>(ink) / kSamples;
    }

    layout::Placement m_placement;
    DiagramView m_view;
};

TEST_F(DiagramViewTest, ShowsAllOfIt)
{
    for (std::size_t box = 0; box < network().boxes.size(); ++box)
        EXPECT_TRUE(QRectF(m_view.rect()).contains(m_view.boxRect(box))) << box;
}

TEST_F(DiagramViewTest, LargeDiagramsBeginReadable)
{
    Diagram chain;
    for (std::size_t box = 0; box < 30; ++box)
        chain.boxes.push_back({std::to_string(box), {"box"}});
    for (std::size_t box = 1; box < 30; ++box)
        chain.lines.push_back({box - 1, box});
    m_view.setDiagram(chain, layout::place(layoutRequest(chain)));
    EXPECT_GE(m_view.scale(), 0.7);
    QTest::keyClick(&m_view, Qt::Key_0);
    EXPECT_LT(m_view.scale(), 0.7);
    for (std::size_t box = 0; box < 30; ++box)
        EXPECT_TRUE(QRectF(m_view.rect()).contains(m_view.boxRect(box))) << box;
}

TEST_F(DiagramViewTest, ClickOnABoxChoosesIt)
{
    QSignalSpy activated(&m_view, &DiagramView::boxActivated);
    QTest::mouseClick(&m_view, Qt::LeftButton, {}, middleOf(kGuest));
    EXPECT_EQ(m_view.current(), (Item{Kind::Box, kGuest}));
    ASSERT_EQ(activated.count(), 1);
    EXPECT_EQ(activated[0][0].toULongLong(), kGuest);
    QTest::mouseClick(&m_view, Qt::LeftButton, {}, QPoint(2, 2));
    EXPECT_FALSE(m_view.current()) << "beside everything";
}

TEST_F(DiagramViewTest, ClickOnALineOrItsPortChoosesIt)
{
    QSignalSpy activated(&m_view, &DiagramView::lineActivated);
    QTest::mouseClick(&m_view, Qt::LeftButton, {}, middleOfLine(kToHostile));
    EXPECT_EQ(m_view.current(), (Item{Kind::Line, kToHostile}));
    const layout::Point port = m_placement.edges[kToGuest].fromLabel;
    QTest::mouseClick(&m_view, Qt::LeftButton, {}, inWidget({port.x + 12, port.y}).toPoint());
    EXPECT_EQ(m_view.current(), (Item{Kind::Line, kToGuest}));
    EXPECT_EQ(activated.count(), 2);
}

TEST_F(DiagramViewTest, DragMovesAndChoosesNothing)
{
    const QPointF before = m_view.boxRect(kGuest).center();
    QTest::mousePress(&m_view, Qt::LeftButton, {}, middleOf(kGuest));
    QTest::mouseMove(&m_view, before.toPoint() + QPoint(30, 10));
    QTest::mouseMove(&m_view, before.toPoint() + QPoint(60, 20));
    QTest::mouseRelease(&m_view, Qt::LeftButton, {}, before.toPoint() + QPoint(60, 20));
    EXPECT_FALSE(m_view.current());
    EXPECT_NEAR(m_view.boxRect(kGuest).center().x() - before.x(), 60, 1.5);
    EXPECT_NEAR(m_view.boxRect(kGuest).center().y() - before.y(), 20, 1.5);
}

TEST_F(DiagramViewTest, WheelZoomsAtThePointer)
{
    const QPointF pointer = m_view.boxRect(kGuest).center();
    const double scale = m_view.scale();
    QWheelEvent wheel(pointer, m_view.mapToGlobal(pointer), {}, {0, 120}, {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&m_view, &wheel);
    EXPECT_NEAR(m_view.scale(), scale * 1.2, 1e-9);
    EXPECT_NEAR(m_view.boxRect(kGuest).center().x(), pointer.x(), 0.01);
    EXPECT_NEAR(m_view.boxRect(kGuest).center().y(), pointer.y(), 0.01);
    QTest::keyClick(&m_view, Qt::Key_Plus);
    EXPECT_GT(m_view.scale(), scale * 1.2);
    QTest::keyClick(&m_view, Qt::Key_0);
    EXPECT_DOUBLE_EQ(m_view.scale(), scale);
}

TEST(DiagramView, TabGoesFromBoxToBoxAndOn)
{
    QWidget window;
    auto* layout = new QVBoxLayout(&window);
    auto* view = new DiagramView;
    auto* after = new QLineEdit;
    layout->addWidget(view);
    layout->addWidget(after);
    view->setDiagram(network(), layout::place(layoutRequest(network())));
    window.resize(700, 500);
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    after->setFocus();
    QTest::keyClick(after, Qt::Key_Tab);
    ASSERT_TRUE(view->hasFocus()) << "around from the last widget";
    QSignalSpy activated(view, &DiagramView::boxActivated);
    EXPECT_EQ(view->current(), (Item{Kind::Box, 0}));
    QTest::keyClick(view, Qt::Key_Tab);
    QTest::keyClick(view, Qt::Key_Tab);
    EXPECT_EQ(view->current(), (Item{Kind::Box, 2}));
    QTest::keyClick(view, Qt::Key_Backtab);
    EXPECT_EQ(view->current(), (Item{Kind::Box, 1}));
    QTest::keyClick(view, Qt::Key_Return);
    ASSERT_EQ(activated.count(), 1);
    EXPECT_EQ(activated[0][0].toULongLong(), 1U);
    QTest::keyClick(view, Qt::Key_L);
    EXPECT_EQ(view->current(), (Item{Kind::Line, kToGuest})) << "the line of the box";
    view->setCurrent(Item{Kind::Box, kHost});
    QTest::keyClick(view, Qt::Key_Tab);
    EXPECT_TRUE(after->hasFocus()) << "behind the last box";
}

TEST_F(DiagramViewTest, DashesTellHowSureALineIs)
{
    for (const bool isDark : {false, true}) {
        QPalette palette = m_view.palette();
        palette.setColor(QPalette::Base, isDark ? Qt::black : Qt::white);
        palette.setColor(QPalette::Text, isDark ? Qt::white : Qt::black);
        m_view.setPalette(palette);
        const QImage image = m_view.grab().toImage();
        const QColor ground = Theme(palette).ground();
        EXPECT_EQ(image.pixelColor(3, 3), ground);
        EXPECT_GT(inkOf(image, kToGuest, ground), 0.5) << "but for the port's label";
        const double dashed = inkOf(image, kToHostile, ground);
        EXPECT_GT(dashed, 0.4) << isDark;
        EXPECT_LT(dashed, 0.8) << isDark;
        EXPECT_LT(inkOf(image, kToHost, ground), 0.6) << "dots";
    }
}

TEST_F(DiagramViewTest, HeavyLinesAreWide)
{
    Diagram straight;
    straight.title = "line";
    straight.boxes = {{"a", {"a"}}, {"b", {"b"}}};
    straight.lines = {{0, 1}};
    m_placement = layout::place(layoutRequest(straight));
    m_view.setDiagram(straight, m_placement);
    const auto widthOfLine = [&] {
        const QImage image = m_view.grab().toImage();
        const QPoint at = middleOfLine(0);
        int ink = 0;
        for (int x = at.x() - 30; x < at.x() + 30; ++x)
            ink += image.pixelColor(x, at.y()).lightness() < 200 ? 1 : 0;
        return ink / m_view.scale();
    };
    EXPECT_NEAR(widthOfLine(), diagram::lineWidth(0), 1.1);
    m_view.setWeights({1.0});
    EXPECT_NEAR(widthOfLine(), diagram::lineWidth(1), 1.1);
}

TEST_F(DiagramViewTest, DimmedBoxesAreFainter)
{
    const auto inkOfBox = [&](std::size_t box) {
        const QImage image = m_view.grab(m_view.boxRect(box).toRect()).toImage();
        int darkest = 255;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                darkest = std::min(darkest, image.pixelColor(x, y).lightness());
        return darkest;
    };
    Emphasis emphasis;
    emphasis.dimBoxes = {false, true, false, false};
    EXPECT_LT(inkOfBox(kGuest), 100);
    m_view.setEmphasis(emphasis);
    EXPECT_GT(inkOfBox(kGuest), 150);
    EXPECT_LT(inkOfBox(kBridge), 100);
}

TEST_F(DiagramViewTest, LargePicturesAreTheSamePictureLarger)
{
    const auto paint = [&](QSize size) {
        QImage image(size, QImage::Format_RGB32);
        QPainter painter(&image);
        m_view.renderTo(painter, size);
        return image;
    };
    // The legend's rows stand at the foot: how high its ink is tells the size of its letters.
    const auto inkAtFoot = [&](const QImage& image) {
        const QColor ground = Theme(m_view.palette()).ground();
        int ink = 0;
        for (int y = image.height() * 9 / 10; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                ink += std::abs(image.pixelColor(x, y).lightness() - ground.lightness()) > 40 ? 1 : 0;
        return ink;
    };
    const int usual = inkAtFoot(paint({1280, 720}));
    const int large = inkAtFoot(paint({3840, 2160}));
    ASSERT_GT(usual, 200);
    EXPECT_NEAR(static_cast<double>(large) / usual, 9, 1.5) << "three times as wide and high";
}

TEST_F(DiagramViewTest, NamesAreNoMarkupInToolTips)
{
    const QString tip = m_view.toolTipOf({Kind::Box, kHostile});
    EXPECT_TRUE(tip.contains(QStringLiteral("&lt;b&gt;vm2&lt;/b&gt;"))) << tip.toStdString();
    EXPECT_TRUE(tip.contains(QStringLiteral("veth &amp; more")));
    EXPECT_FALSE(tip.contains(QStringLiteral("<b>")));
    EXPECT_TRUE(m_view.toolTipOf({Kind::Line, kToGuest}).contains(QStringLiteral("br0 (vnet1) – vm1, VLAN 10")));
}

TEST_F(DiagramViewTest, WhatIsChosenStaysInAnotherDiagram)
{
    m_view.setCurrent(Item{Kind::Box, kHost});
    Diagram later = network();
    later.lines.clear();
    later.boxes.erase(later.boxes.begin() + kGuest);
    m_view.setDiagram(later, layout::place(layoutRequest(later)));
    EXPECT_EQ(m_view.current(), (Item{Kind::Box, kHost - 1})) << "the same box at another index";
    QSignalSpy changed(&m_view, &DiagramView::currentChanged);
    later.boxes.pop_back();
    m_view.setDiagram(later, layout::place(layoutRequest(later)));
    EXPECT_FALSE(m_view.current());
    EXPECT_EQ(changed.count(), 1);
}

TEST_F(DiagramViewTest, TellsWhatItShowsToThoseWhoDoNotSeeIt)
{
    EXPECT_EQ(m_view.accessibleName(), QStringLiteral("Two guests"));
    EXPECT_EQ(m_view.accessibleDescription(), QStringLiteral("1 bridge, 3 hosts."));
    m_view.setCurrent(Item{Kind::Box, kGuest});
    EXPECT_TRUE(m_view.accessibleDescription().startsWith(QStringLiteral("vm1 · 52:54:00:00:00:01")));
}

TEST_F(DiagramViewTest, BoxesAreReachedByScreenReaders)
{
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(&m_view);
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view->text(QAccessible::Name), QStringLiteral("Two guests"));
    ASSERT_EQ(view->childCount(), 4);
    QAccessibleInterface* guest = view->child(kGuest);
    ASSERT_NE(guest, nullptr);
    EXPECT_TRUE(guest->isValid());
    EXPECT_EQ(guest->parent(), view);
    EXPECT_EQ(view->indexOfChild(guest), static_cast<int>(kGuest));
    EXPECT_EQ(view->child(kGuest), guest) << "the same each time";
    EXPECT_EQ(guest->text(QAccessible::Name), QStringLiteral("vm1"));
    EXPECT_EQ(guest->text(QAccessible::Value), QStringLiteral("vm1 · 52:54:00:00:00:01"));
    EXPECT_EQ(view->child(kHostile)->text(QAccessible::Description), QStringLiteral("veth & more"));
    const QPoint middle = m_view.mapToGlobal(middleOf(kGuest));
    EXPECT_TRUE(guest->rect().contains(middle));
    EXPECT_EQ(view->childAt(middle.x(), middle.y()), guest);
    EXPECT_FALSE(guest->state().focused);
    m_view.setFocus();
    ASSERT_NE(guest->actionInterface(), nullptr);
    guest->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    EXPECT_EQ(m_view.current(), (Item{Kind::Box, kGuest}));
    EXPECT_TRUE(guest->state().focused);
    EXPECT_EQ(view->focusChild(), guest);
    QAccessibleInterface* last = view->child(kHost);
    Diagram smaller = network();
    smaller.lines.clear();
    smaller.boxes.pop_back();
    m_view.setDiagram(smaller, layout::place(layoutRequest(smaller)));
    EXPECT_FALSE(last->isValid()) << "it is gone";
    EXPECT_TRUE(last->text(QAccessible::Name).isEmpty());
    EXPECT_EQ(view->childCount(), 3);
}

} // namespace
} // namespace vnscope::views::widgets::kit
