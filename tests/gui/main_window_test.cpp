// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>

#include <QDockWidget>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>

#include "tests/support/made_store.hpp"
#include "tests/support/sample_case.hpp"
#include "views/widgets/help/help_window.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/main_window.hpp"

namespace vnscope::views::widgets {
namespace {

namespace fs = std::filesystem;
using main_window::MainWindow;
using model::TraceImport;

const QString kProgram = QStringLiteral(VNSCOPE_BINARY_DIR "/bin/vnscope");

class MainWindowTest : public ::testing::Test {
protected:
    fs::path sampleStore()
    {
        const fs::path file = m_folder.path() / "sample.vns";
        if (!fs::exists(file))
            static_cast<void>(tests::makeStore(file, tests::fillSample));
        return file;
    }

    tests::TemporaryDirectory m_folder;
};

TEST_F(MainWindowTest, EveryViewOpensOverAndOverAgain)
{
    MainWindow window;
    window.show();
    constexpr int kOpenings = 200;
    const std::size_t views = main_window::viewCatalog().size();
    for (std::size_t opened = 0; opened < kOpenings; opened += views) {
        ASSERT_TRUE(window.openStore(sampleStore()));
        for (const kit::ViewInfo& info : main_window::viewCatalog())
            ASSERT_NE(window.showView(info.id), nullptr) << info.id;
        if (opened % (4 * views) == 0) {
            EXPECT_TRUE(window.store().workspace().reader.waitUntilIdle());
        }
        window.closeStore();
    }
    EXPECT_TRUE(window.findChildren<QDockWidget*>().isEmpty());
}

TEST_F(MainWindowTest, RefusesWhatIsNoStoreAndKeepsWhatIsOpen)
{
    MainWindow window;
    ASSERT_TRUE(window.openStore(sampleStore()));
    const fs::path wrong = m_folder.path() / "wrong.vns";
    std::ofstream(wrong) << "SQLite format 3 it is not";
    const auto refused = window.openStore(wrong);
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().text().empty());
    EXPECT_TRUE(window.hasStore());
    EXPECT_EQ(window.store().path(), sampleStore());
}

TEST_F(MainWindowTest, GoesOnWhenTheStoreIsDeletedOrDamaged)
{
    MainWindow window;
    ASSERT_TRUE(window.openStore(sampleStore()));
    window.show();
    ASSERT_TRUE(window.store().workspace().reader.waitUntilIdle());
    std::fstream(sampleStore(), std::ios::in | std::ios::out | std::ios::binary).seekp(4096)
        << std::string(200'000, 'x');
    fs::remove(sampleStore());
    auto& time = window.store().workspace().time;
    for (const kit::ViewInfo& info : main_window::viewCatalog()) {
        window.showView(info.id);
        time.zoom(0.7, time.whole().begin);
        EXPECT_TRUE(window.store().workspace().reader.waitUntilIdle()) << info.id;
    }
}

TEST_F(MainWindowTest, ComesBackAsItWasLeft)
{
    base::TimeRange shown;
    {
        MainWindow window;
        ASSERT_TRUE(window.openStore(sampleStore()));
        auto& time = window.store().workspace().time;
        time.zoom(0.1, time.whole().begin);
        time.setMarker(model::TimeController::Marker::A, time.visible().begin + 5);
        time.setFormat(model::TimeController::Format::Utc);
        shown = time.visible();
    }
    MainWindow window;
    ASSERT_TRUE(window.openStore(sampleStore()));
    const auto& time = window.store().workspace().time;
    EXPECT_EQ(time.visible(), shown);
    EXPECT_EQ(time.marker(model::TimeController::Marker::A), shown.begin + 5);
    EXPECT_EQ(time.format(), model::TimeController::Format::Utc);

    std::ofstream(model::sessionFileOf(sampleStore())) << "[1, 2, 3]";
    MainWindow other;
    EXPECT_TRUE(other.openStore(sampleStore())) << "a session that cannot be read costs the session, not the store";
}

TEST_F(MainWindowTest, TheUserGuideIsThereWithItsPictures)
{
    help::HelpWindow help;
    EXPECT_GT(help.headings().count(), 10);
    help.show();
    help.showHeading(QStringLiteral("The window"));
    EXPECT_EQ(help.text().textCursor().block().text(), QStringLiteral("The window"));
    QTest::keyClicks(&help.searchBox(), QStringLiteral("Ctrl+wheel"));
    QTest::keyClick(&help.searchBox(), Qt::Key_Return);
    EXPECT_EQ(help.text().textCursor().selectedText(), QStringLiteral("Ctrl+wheel"));
    const QVariant picture =
        help.text().document()->resource(QTextDocument::ImageResource, QUrl(QStringLiteral("pictures/topology.png")));
    EXPECT_GT(picture.value<QImage>().width(), 300);
}

TEST_F(MainWindowTest, WhatIsNoStoreIsImported)
{
    const auto isStore = [](const fs::path& path) {
        return model::looksLikeStore(QString::fromStdString(path.string()));
    };
    EXPECT_TRUE(isStore(sampleStore()));
    const fs::path renamed = m_folder.path() / "renamed";
    fs::copy_file(sampleStore(), renamed);
    EXPECT_TRUE(isStore(renamed));
    const fs::path log = m_folder.path() / "qemu.log";
    std::ofstream(log) << "virtqueue_pop vq 0x1 elem 0x2";
    EXPECT_FALSE(isStore(log));
    EXPECT_FALSE(isStore(m_folder.path()));
    EXPECT_TRUE(isStore(m_folder.path() / "missing.vns")) << "opening it says that it is not there";
}

TEST(TraceImportTest, MakesAStoreAndTellsHowFarItIs)
{
    const tests::TemporaryDirectory folder;
    const tests::support::SampleCase sample("nic-router");
    const QString target = QString::fromStdString((folder.path() / "made.vns").string());
    TraceImport import(kProgram);
    QSignalSpy finished(&import, &TraceImport::finished);
    QSignalSpy failed(&import, &TraceImport::failed);
    QSignalSpy progressed(&import, &TraceImport::progressed);
    import.start({QString::fromStdString(sample.trace().string())}, target);
    ASSERT_TRUE(finished.wait(50'000)) << failed.count();
    EXPECT_EQ(finished.count(), 1);
    const auto opened = main_window::OpenStore::open(target.toStdString());
    ASSERT_TRUE(opened);
    EXPECT_GT((*opened)->workspace().session.store().count({"event"}).value_or(0), 100'000)
        << "the window shows events";
}

TEST(TraceImportTest, SaysInASentenceWhyItFailed)
{
    const tests::TemporaryDirectory folder;
    TraceImport import(kProgram);
    QSignalSpy failed(&import, &TraceImport::failed);
    import.start({QString::fromStdString(folder.path().string())},
                 QString::fromStdString((folder.path() / "made.vns").string()));
    ASSERT_TRUE(failed.wait(20'000));
    const QString reason = failed.first().first().toString();
    EXPECT_TRUE(reason.contains(QString::fromStdString(folder.path().string()))) << reason.toStdString();
    EXPECT_FALSE(reason.startsWith(QLatin1String("vnscope:")));

    TraceImport nobody(QStringLiteral("/nowhere/vnscope"));
    QSignalSpy notStarted(&nobody, &TraceImport::failed);
    nobody.start({QStringLiteral("/")}, QStringLiteral("/nowhere/made.vns"));
    EXPECT_TRUE(notStarted.count() == 1 || notStarted.wait(5'000));
}

TEST(TraceImportTest, CancelIsAtOnceAndLeavesNothing)
{
    const tests::TemporaryDirectory folder;
    const tests::support::SampleCase sample("nic-router");
    TraceImport import(kProgram);
    QSignalSpy cancelled(&import, &TraceImport::cancelled);
    QSignalSpy ended(&import, &TraceImport::ended);
    QSignalSpy finished(&import, &TraceImport::finished);
    import.start({QString::fromStdString(sample.trace().string())},
                 QString::fromStdString((folder.path() / "made.vns").string()));
    QTest::qWait(50);
    QElapsedTimer clock;
    clock.start();
    import.cancel();
    EXPECT_EQ(cancelled.count(), 1);
    EXPECT_LT(clock.elapsed(), 200);
    ASSERT_TRUE(ended.count() == 1 || ended.wait(10'000));
    EXPECT_EQ(finished.count(), 0);
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

} // namespace
} // namespace vnscope::views::widgets
