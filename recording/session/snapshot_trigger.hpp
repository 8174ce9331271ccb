// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vnscope::recording::session {

/// While it lives, SIGUSR1, and SIGQUIT (Ctrl-\), ask for a snapshot. One at a time.
class SnapshotTrigger final {
public:
    SnapshotTrigger();
    SnapshotTrigger(const SnapshotTrigger&) = delete;
    SnapshotTrigger& operator=(const SnapshotTrigger&) = delete;
    ~SnapshotTrigger();

    /// Whether one was asked for since the last call.
    [[nodiscard]] static bool take();
};

} // namespace vnscope::recording::session
