// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QImage>
#include <QPainter>
#include <QTest>

#include "tests/support/made_store.hpp"
#include "views/widgets/bandwidth/bandwidth_view.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/open_store.hpp"

namespace vnscope::views::widgets {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000'000'000; // A multiple of every width.
constexpr std::int64_t kSecond = 1'000'000'000;

/// Ten seconds, two devices. Rx of the first: 8 Mbit/s from 2 s to 4 s and 4 Mbit/s from 6 s to 7 s. Tx: nothing.
void fillTwoDevices(storage::StoreWriter& writer)
{
    writer.meta("begin_ns", kBegin);
    writer.meta("end_ns", kBegin + 10 * kSecond);
    writer.table("analysis", {"analysis", "version", "title", "question", "state", "missing_events", "advice"})
        .append("bandwidth", 1, "", "", "complete", "", "");
    auto device =
        writer.table("device", {"device_id", "host", "netns", "ifindex", "name", "label", "mac", "kind", "peer_id",
                                "lower_id", "bridge_id", "ambiguous", "evidence", "first_seen_ns", "last_seen_ns"});
    auto traffic = writer.table("device_traffic", {"device_id", "rx_packets", "rx_bytes", "rx_l3_bytes", "tx_packets",
                                                   "tx_bytes", "tx_l3_bytes", "rx_basis", "tx_basis"});
    for (int id = 0; id < 2; ++id)
        device.append(id, "h", nullptr, nullptr, id == 0 ? "eth0" : "<b>eth1</b>", id == 0 ? "eth0" : "<b>eth1</b>",
                      nullptr, "nic", nullptr, nullptr, nullptr, 0, "", kBegin, kBegin + 10 * kSecond);
    traffic.append(0, 250, 2'500'000, 2'400'000, 0, 0, 0, "exact", "exact");
    traffic.append(1, 1, 100, 86, 0, 0, 0, "exact", "exact");
    auto bins =
        writer.table("bandwidth", {"device_id", "direction", "begin_ns", "bin_ns", "packets", "bytes", "l3_bytes"});
    for (const std::int64_t width : {kSecond / 1000, kSecond / 100, kSecond / 10, kSecond, 10 * kSecond}) {
        const auto fill = [&](double from, double to, double bytesPerSecond) {
            const auto first = static_cast<std::int64_t>(from * 1e9) / width * width;
            for (std::int64_t at = first; at < static_cast<std::int64_t>(to * 1e9); at += width) {
                const auto bytes = static_cast<std::int64_t>(bytesPerSecond * static_cast<double>(width) / 1e9);
                bins.append(0, "rx", kBegin + at, width, 1, bytes, bytes / 2);
            }
        };
        if (width == 10 * kSecond) {
            bins.append(0, "rx", kBegin, width, 250, 2'500'000, 1'250'000);
            continue;
        }
        fill(2, 4, 1e6);
        fill(6, 7, 0.5e6);
    }
}

class BandwidthViewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        static_cast<void>(tests::makeStore(m_folder.path() / "two.vns", fillTwoDevices));
        auto opened = main_window::OpenStore::open(m_folder.path() / "two.vns");
        ASSERT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<bandwidth::BandwidthView>(workspace());
        settle();
    }

    kit::Workspace& workspace() { return m_open->workspace(); }

    /// What the view looks like when everything it asks for has come.
    QImage settle()
    {
        QImage image(1150, 600, QImage::Format_RGB32);
        do {
            EXPECT_TRUE(workspace().reader.waitUntilIdle());
            QPainter painter(&image);
            m_view->renderTo(painter, image.size());
        } while (!workspace().reader.isIdle());
        return image;
    }

    /// How many pixels of the column at `time` have the colour that means of Rx are drawn in.
    int barHeight(const QImage& image, double second)
    {
        const QRgb colour = kit::Theme(m_view->palette()).series(0).rgb();
        kit::TrackView& tracks = m_view->tracks();
        const QPoint origin = tracks.viewport()->mapTo(m_view.get(), QPoint());
        const base::Timestamp at{kBegin + static_cast<std::int64_t>(second * 1e9)};
        const int x = origin.x() + tracks.labelWidth() + static_cast<int>(tracks.scale().x(at));
        int height = 0;
        const int top = origin.y() + static_cast<int>(tracks.trackTop(0));
        const int bottom = top + static_cast<int>(tracks.trackHeight(0));
        for (int y = top; y < bottom; ++y)
            height += image.pixel(x, y) == colour ? 1 : 0;
        return height;
    }

    tests::TemporaryDirectory m_folder;
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<bandwidth::BandwidthView> m_view;
};

TEST_F(BandwidthViewTest, BarsAreAsHighAsTheRate)
{
    const QImage image = settle();
    const int full = barHeight(image, 3);
    EXPECT_GT(full, 40);
    EXPECT_NEAR(barHeight(image, 6.5), full / 2.0, 2);
    EXPECT_EQ(barHeight(image, 1), 0);
    EXPECT_EQ(barHeight(image, 5), 0);
    EXPECT_EQ(barHeight(image, 9), 0);
}

TEST_F(BandwidthViewTest, ZoomShowsTheSameRateFiner)
{
    workspace().time.show({{kBegin + 6 * kSecond + kSecond / 2}, {kBegin + 7 * kSecond + kSecond / 2}});
    const QImage image = settle();
    EXPECT_GT(barHeight(image, 6.75), 40) << "the highest that is visible fills the row";
    EXPECT_EQ(barHeight(image, 7.25), 0);
    const QString tip = m_view->tracks().track(0).tip({kBegin + 6'750'000'000}, {workspace().time.visible(), 1000});
    EXPECT_EQ(tip, QStringLiteral("Rx 4.00 Mbit/s (in 1.00 ms)\nTx 0 bit/s (in 1.00 ms)"));
}

TEST_F(BandwidthViewTest, BusiestDeviceIsFirst)
{
    ASSERT_EQ(m_view->tracks().trackCount(), 2U);
    EXPECT_EQ(m_view->tracks().track(0).title(), QStringLiteral("eth0"));
    EXPECT_EQ(m_view->tracks().track(1).title(), QStringLiteral("<b>eth1</b>"))
        << "as it is: nothing reads it as markup";
}

TEST_F(BandwidthViewTest, MouseAndKeysMoveTheOneTimeAxis)
{
    kit::TrackView& tracks = m_view->tracks();
    m_view->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
    const chart::TimeScale scale = tracks.scale();
    const auto pixel = [&](double second) {
        const base::Timestamp at{kBegin + static_cast<std::int64_t>(second * 1e9)};
        return QPoint(tracks.labelWidth() + static_cast<int>(scale.x(at)), 60);
    };
    QTest::mousePress(tracks.viewport(), Qt::LeftButton, {}, pixel(2));
    QTest::mouseMove(tracks.viewport(), pixel(3));
    QTest::mouseMove(tracks.viewport(), pixel(4));
    QTest::mouseRelease(tracks.viewport(), Qt::LeftButton, {}, pixel(4));
    const auto& selection = workspace().time.selection();
    ASSERT_TRUE(selection);
    EXPECT_NEAR(static_cast<double>(selection->begin.ns - kBegin), 2e9, 0.02e9);
    EXPECT_NEAR(static_cast<double>(selection->length()), 2e9, 0.02e9);
    QTest::keyClick(tracks.viewport(), Qt::Key_Z);
    EXPECT_EQ(workspace().time.visible(), *selection);
    QTest::keyClick(tracks.viewport(), Qt::Key_D);
    EXPECT_GT(workspace().time.visible().begin, selection->begin);
    QTest::keyClick(tracks.viewport(), Qt::Key_Home);
    EXPECT_EQ(workspace().time.visible(), workspace().time.whole());
    QTest::keyClick(tracks.viewport(), Qt::Key_Escape);
    EXPECT_FALSE(workspace().time.selection());
}

TEST(EveryView, IsMadeOfAStoreWithoutAnything)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "nothing.vns", tests::fillWithoutAnalyses));
    auto opened = main_window::OpenStore::open(folder.path() / "nothing.vns");
    ASSERT_TRUE(opened);
    kit::Workspace& workspace = (*opened)->workspace();
    for (const kit::ViewInfo& info : main_window::viewCatalog()) {
        const std::unique_ptr<kit::View> view(info.create(workspace));
        view->resize(800, 400);
        EXPECT_TRUE(workspace.reader.waitUntilIdle());
        QImage image(view->size(), QImage::Format_RGB32);
        QPainter painter(&image);
        view->renderTo(painter, view->size());
        EXPECT_FALSE(view->accessibleName().isEmpty()) << info.id;
    }
}

} // namespace
} // namespace vnscope::views::widgets
