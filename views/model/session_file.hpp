// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <QByteArray>

#include "storage/base/result.hpp"
#include "views/model/time_controller.hpp"
#include "views/scope/subject.hpp"

namespace vnscope::views::model {

/// A moment that somebody wants to find again.
struct Bookmark {
    base::Timestamp at;
    std::string note;

    bool operator==(const Bookmark&) const = default;
};

/// How somebody looked at a store: written beside it as NAME.vns.session.json when it is closed, read when it is opened
/// again. The store itself is never written.
struct SessionState {
    std::optional<base::TimeRange> visible;
    std::optional<base::TimeRange> selection;
    std::optional<base::Timestamp> markerA;
    std::optional<base::Timestamp> markerB;
    TimeController::Format format = TimeController::Format::Relative;
    std::vector<Bookmark> bookmarks;
    std::vector<scope::Subject> filters; ///< What the views are narrowed to.
    QByteArray docks;                    ///< What QMainWindow::saveState() gave.

    bool operator==(const SessionState&) const = default;
};

[[nodiscard]] std::filesystem::path sessionFileOf(const std::filesystem::path& store);

/// Nothing where there is no file. A file that is none of ours is an error; what is missing or wrong in one of ours is
/// left out, as a session is worth less than an open store.
[[nodiscard]] base::Result<std::optional<SessionState>> readSession(const std::filesystem::path& file);
/// Whole or not at all.
[[nodiscard]] base::Result<void> writeSession(const std::filesystem::path& file, const SessionState& state);

/// What of `time` belongs into a session, and the way back.
void takeTime(const TimeController& time, SessionState& state);
void giveTime(const SessionState& state, TimeController& time);

} // namespace vnscope::views::model
