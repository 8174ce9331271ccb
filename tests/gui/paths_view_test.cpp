// SPDX-License-Identifier: Apache-2.0
//
// Ways of packets whose cables are known: ABOUT.md of the sample says what is plugged in where.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "views/widgets/main_window/open_store.hpp"
#include "views/widgets/paths/paths_view.hpp"

namespace vnscope::views::widgets::paths {
namespace {

/// A view on a store, and what it needs.
class Shown {
public:
    explicit Shown(const std::filesystem::path& store)
    {
        auto opened = main_window::OpenStore::open(store);
        EXPECT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<PathsView>(workspace());
        m_view->resize(1280, 720);
        settle();
    }

    kit::Workspace& workspace() { return m_open->workspace(); }
    PathsView& view() { return *m_view; }
    void settle() { EXPECT_TRUE(workspace().reader.waitUntilIdle()); }

private:
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<PathsView> m_view;
};

/// The devices of the places, one after the other.
std::vector<std::string> devicesOf(const std::vector<Stop>& stops)
{
    std::vector<std::string> devices;
    for (const Stop& stop : stops) {
        const std::string device = stop.place.substr(0, stop.place.find(' '));
        if (devices.empty() || devices.back() != device)
            devices.push_back(device);
    }
    return devices;
}

TEST(PathsViewTest, PingTakesTheWayOfTheCables)
{
    const tests::support::ImportedSample sample("bridge-vlan-migration");
    Shown shown(sample.path());
    const QAbstractItemModelTester tester(&shown.view().journey(),
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    // ping[vm1_vm2]: five requests and their answers, while both machines are on br0.
    const int ping = shown.view().streams().findText(QStringLiteral("icmp 10.10.0.1 – 10.10.0.2, 10 packets"));
    ASSERT_GE(ping, 0);
    shown.view().streams().setCurrentIndex(ping);
    shown.settle();
    ASSERT_EQ(shown.view().packets().count(), 10);
    for (int packet = 0; packet < 10; ++packet) {
        shown.view().packets().setCurrentIndex(packet);
        shown.settle();
        std::vector<std::string> devices = devicesOf(shown.view().journey().stops());
        ASSERT_FALSE(devices.empty());
        if (devices.front() == "vm2-eth0") // An answer.
            std::ranges::reverse(devices);
        EXPECT_EQ(devices, (std::vector<std::string>{"vm1-eth0", "vnet1", "vnet2", "vm2-eth0"})) << packet;
    }
    const JourneyModel& journey = shown.view().journey();
    EXPECT_EQ(journey.part(0).begin, 0);
    for (int row = 1; row < journey.rowCount(); ++row)
        EXPECT_NEAR(journey.part(row).begin, journey.part(row - 1).end, 1e-9) << "one stop after the other";
    EXPECT_NEAR(journey.part(journey.rowCount() - 1).end, 1, 1e-9);
    EXPECT_EQ(shown.view().csv().count(QLatin1Char('\n')), journey.rowCount() + 1);
}

TEST(PathsViewTest, OneConversationIsAPartOfAllWays)
{
    const tests::support::ImportedSample sample("bridge-vlan-migration");
    Shown shown(sample.path());
    const auto frames = [&] {
        std::vector<std::string> groups;
        for (const diagram::Box& box : shown.view().picture().diagram().boxes)
            groups.push_back(box.group + ' ' + box.lines.front());
        return groups;
    };
    const auto has = [](const std::vector<std::string>& groups, const std::string& device) {
        return std::ranges::any_of(groups, [&](const std::string& group) { return group.starts_with(device); });
    };
    EXPECT_TRUE(has(frames(), "vm3-eth0")) << "vm3 sends the most UDP packets";
    const int ping = shown.view().streams().findText(QStringLiteral("icmp 10.10.0.1 – 10.10.0.2, 10 packets"));
    shown.view().streams().setCurrentIndex(ping);
    shown.settle();
    EXPECT_FALSE(has(frames(), "vm3-eth0"));
    EXPECT_TRUE(has(frames(), "vm2-eth0"));
}

TEST(PathsViewTest, EmptyStoreSaysWhatToRecord)
{
    const tests::TemporaryDirectory folder;
    static_cast<void>(tests::makeStore(folder.path() / "nothing.vns", tests::fillWithoutAnalyses));
    Shown shown(folder.path() / "nothing.vns");
    ASSERT_TRUE(shown.view().content().isNotice());
    EXPECT_TRUE(shown.view().content().notice().contains(QStringLiteral("lttng enable-event -k event_of_paths")));
}

} // namespace
} // namespace vnscope::views::widgets::paths
