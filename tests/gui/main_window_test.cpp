// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QLabel>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>

#include "tests/support/made_store.hpp"
#include "tests/support/sample_case.hpp"
#include "views/widgets/help/help_window.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/import_dialog.hpp"
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

class ImportDialogTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        m_dialog.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_dialog));
    }
    void drop(const QStringList& paths)
    {
        QMimeData dragged;
        QList<QUrl> urls;
        for (const QString& path : paths)
            urls.append(QUrl::fromLocalFile(path));
        dragged.setUrls(urls);
        QDragEnterEvent entering(QPoint(5, 5), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&m_dialog, &entering);
        QDropEvent event(QPointF(5, 5), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&m_dialog, &event);
    }

    main_window::ImportDialog m_dialog;
};

TEST_F(ImportDialogTest, SeveralTracesAreOneSession)
{
    EXPECT_FALSE(m_dialog.importButton().isEnabled()) << "there is nothing to import";
    m_dialog.addTraces({QStringLiteral("/traces/host-a")});
    drop({QStringLiteral("/traces/guest"), QStringLiteral("/traces/host-a"), QStringLiteral("/logs/qemu.log")});
    const model::ImportRequest all = m_dialog.request();
    EXPECT_EQ(all.traces, (QStringList{QStringLiteral("/traces/host-a"), QStringLiteral("/traces/guest"),
                                       QStringLiteral("/logs/qemu.log")}));
    EXPECT_EQ(all.store, QStringLiteral("/traces/host-a.vns"));
    EXPECT_TRUE(all.keepsEvents);
    EXPECT_EQ(all.symbols, QString());

    m_dialog.traces().setFocus();
    m_dialog.traces().setCurrentRow(0);
    QTest::keyClick(&m_dialog.traces(), Qt::Key_Delete);
    EXPECT_EQ(m_dialog.request().traces.size(), 2);
    EXPECT_EQ(m_dialog.request().store, QStringLiteral("/traces/guest.vns")) << "follows the first";
    QTest::mouseClick(&m_dialog.importButton(), Qt::LeftButton);
    EXPECT_EQ(m_dialog.result(), QDialog::Accepted);
}

TEST_F(ImportDialogTest, AStoreThatWasWrittenStays)
{
    m_dialog.addTraces({QStringLiteral("/traces/host-a")});
    m_dialog.store().setFocus();
    m_dialog.store().selectAll();
    QTest::keyClick(&m_dialog.store(), Qt::Key_Backspace);
    EXPECT_FALSE(m_dialog.importButton().isEnabled()) << "nowhere to write";
    QTest::keyClicks(&m_dialog.store(), QStringLiteral("/stores/mine.vns"));
    m_dialog.traces().setCurrentRow(0);
    m_dialog.traces().setFocus();
    QTest::keyClick(&m_dialog.traces(), Qt::Key_Delete);
    m_dialog.addTraces({QStringLiteral("/traces/guest")});
    QTest::keyClicks(&m_dialog.symbols(), QStringLiteral("/traces/kallsyms.xz"));
    m_dialog.keepEvents().click();
    const model::ImportRequest request = m_dialog.request();
    EXPECT_EQ(request.store, QStringLiteral("/stores/mine.vns"));
    EXPECT_EQ(request.symbols, QStringLiteral("/traces/kallsyms.xz"));
    EXPECT_FALSE(request.keepsEvents);
}

TEST_F(ImportDialogTest, EveryKeyIsOnePlaces)
{
    std::map<QChar, QString> keys;
    const auto add = [&](const QString& text) {
        const QKeySequence key = QKeySequence::mnemonic(text);
        if (key.isEmpty())
            return;
        const QChar letter = key.toString().back().toLower();
        EXPECT_TRUE(keys.emplace(letter, text).second) << text.toStdString() << " and " << keys[letter].toStdString();
    };
    for (const auto* button : m_dialog.findChildren<QAbstractButton*>())
        add(button->text());
    for (const auto* label : m_dialog.findChildren<QLabel*>())
        add(label->text());
    EXPECT_GE(keys.size(), 10U);
}

TEST(TraceImportTest, TakesSymbolsAndLeavesEventsOut)
{
    const tests::TemporaryDirectory folder;
    const tests::support::SampleCase sample("nic-router");
    const tests::support::ScratchDirectory scratch;
    const auto import = [&](const model::ImportRequest& request) {
        TraceImport process(kProgram);
        QSignalSpy ended(&process, &TraceImport::ended);
        process.start(request);
        EXPECT_TRUE(ended.wait(50'000));
        const auto opened = main_window::OpenStore::open(request.store.toStdString());
        EXPECT_TRUE(opened);
        const storage::Store& store = (*opened)->workspace().session.store();
        return std::pair(store.count({.table = "event"}).value_or(-1),
                         store.count({.table = "data_quality", .where = {{"kind", "=", "no_symbols"}}}).value_or(-1));
    };
    const QString trace = QString::fromStdString(sample.trace().string());
    const QString store = QString::fromStdString((folder.path() / "made.vns").string());
    const QString symbols = QString::fromStdString(sample.kallsyms(scratch).string());
    EXPECT_EQ(import({{trace}, store, symbols, false}), std::pair(std::int64_t{0}, std::int64_t{0}));
    EXPECT_EQ(import({{trace}, store, {}, false}), std::pair(std::int64_t{0}, std::int64_t{1}));
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
    import.start({{QString::fromStdString(sample.trace().string())}, target});
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
    import.start({{QString::fromStdString(folder.path().string())},
                  QString::fromStdString((folder.path() / "made.vns").string())});
    ASSERT_TRUE(failed.wait(20'000));
    const QString reason = failed.first().first().toString();
    EXPECT_TRUE(reason.contains(QString::fromStdString(folder.path().string()))) << reason.toStdString();
    EXPECT_FALSE(reason.startsWith(QLatin1String("vnscope:")));

    TraceImport nobody(QStringLiteral("/nowhere/vnscope"));
    QSignalSpy notStarted(&nobody, &TraceImport::failed);
    nobody.start({{QStringLiteral("/")}, QStringLiteral("/nowhere/made.vns")});
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
    import.start({{QString::fromStdString(sample.trace().string())},
                  QString::fromStdString((folder.path() / "made.vns").string())});
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
