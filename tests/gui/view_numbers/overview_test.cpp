// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QLabel>

#include "tests/gui/view_numbers/shown.hpp"
#include "tests/support/imported_sample.hpp"
#include "views/widgets/overview/overview_view.hpp"

namespace vnscope::views::widgets::numbers {
namespace {

using tests::support::ImportedSample;

TEST(OverviewNumbers, CardsAreFindingsThenDefects)
{
    for (const char* name : {"bridge-vlan-migration", "ovs", "nic-router"}) {
        const ImportedSample sample(name);
        Shown<overview::OverviewView> shown(sample.path());
        const json findings = shown.query("SELECT title, detail FROM finding ORDER BY rank LIMIT 20");
        const json defects =
            shown.query("SELECT message AS title, advice AS detail FROM data_quality ORDER BY CASE "
                        "severity WHEN 'data_loss' THEN 0 WHEN 'defect' THEN 1 ELSE 2 END, quality_id");
        json all = findings;
        all.insert(all.end(), defects.begin(), defects.end());
        const auto& cards = shown.view().cards();
        ASSERT_EQ(cards.size(), all.size()) << name;
        for (std::size_t index = 0; index < cards.size(); ++index) {
            EXPECT_EQ(cards[index]->title().toStdString(), all[index]["title"]) << name;
            QStringList texts;
            for (const QLabel* label : cards[index]->template findChildren<QLabel*>())
                texts << label->text();
            EXPECT_TRUE(all[index]["detail"] == "" || texts.contains(QString::fromStdString(all[index]["detail"])))
                << name << ' ' << index;
        }
        QStringList headings;
        for (const QLabel* label : shown.view().template findChildren<QLabel*>())
            headings << label->text();
        const auto total = shown.query("SELECT count(*) AS n FROM finding")[0]["n"].get<int>();
        EXPECT_TRUE(headings.contains(QStringLiteral("Findings (%1)").arg(total))) << name;
        EXPECT_TRUE(headings.contains(QStringLiteral("Data quality (%1)").arg(defects.size()))) << name;
    }
}

} // namespace
} // namespace vnscope::views::widgets::numbers
