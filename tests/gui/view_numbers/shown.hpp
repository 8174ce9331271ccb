// SPDX-License-Identifier: Apache-2.0
//
// The numbers of every view against what `vnscope query` prints of the same store. Streams, devices and events have
// theirs in sample_views_test, cross_filter_test and events_view_test.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <QTest>

#include <nlohmann/json.hpp>

#include "tests/gui/settle.hpp"
#include "tests/support/printed_query.hpp"
#include "views/report/document.hpp"
#include "views/widgets/kit/track.hpp"
#include "views/widgets/main_window/open_store.hpp"

namespace vnscope::views::widgets::numbers {

using base::TimeRange;
using base::Timestamp;
using nlohmann::json;

inline constexpr std::int64_t kMs = base::kNsPerMs;
inline constexpr std::int64_t kSecond = base::kNsPerSecond;

/// A cell of the window as `vnscope query` prints it.
[[nodiscard]] json toJson(const storage::Value& value);

/// Rows of a report's table by the keys of its columns.
[[nodiscard]] std::vector<std::map<std::string, json>> rowsOf(const report::Table& table);

/// "Rx 1.25 Mbit/s (in 10 ms)": a value as it is written, and the width of the bin that it is of.
struct Told {
    std::string value;
    std::int64_t width = 0;
};

/// By the names of the lines of a tip.
[[nodiscard]] std::map<std::string, Told> parseTip(const QString& tip);

/// Screens that show a range in coarse and in fine bins.
[[nodiscard]] std::vector<chart::TimeScale> zoomsOf(const TimeRange& whole, Timestamp about);

/// A view on a store, in a window of its own.
template <typename View> class Shown final {
public:
    explicit Shown(const std::filesystem::path& store) : m_store(store)
    {
        auto opened = main_window::OpenStore::open(store);
        EXPECT_TRUE(opened) << opened.error().text();
        m_open = std::move(*opened);
        m_view = std::make_unique<View>(workspace());
        m_view->resize(1280, 720);
        m_view->show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(m_view.get()));
        settle();
    }

    View& view() { return *m_view; }
    kit::Workspace& workspace() { return m_open->workspace(); }
    model::TimeController& time() { return workspace().time; }
    /// One object per row, by the names of the columns.
    [[nodiscard]] json query(const std::string& sql) const
    {
        return json::parse(tests::support::printedQuery(m_store, sql, "json"));
    }
    void settle() { widgets::settle(workspace(), *m_view); }
    /// What a track says of a moment, when all that it wants has been read.
    QString tip(kit::Track& track, Timestamp at, const chart::TimeScale& scale)
    {
        static_cast<void>(track.tip(at, scale));
        EXPECT_TRUE(workspace().reader.waitUntilIdle());
        return track.tip(at, scale);
    }

private:
    std::filesystem::path m_store;
    std::unique_ptr<main_window::OpenStore> m_open;
    std::unique_ptr<View> m_view;
};

} // namespace vnscope::views::widgets::numbers
