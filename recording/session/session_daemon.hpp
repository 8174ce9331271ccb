// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// LTTng's session daemon: the one that runs (root's, or the user's), else one that we start. A lock file beside the
/// daemon's sockets counts who records: whoever records holds a shared lock on it, and the last to leave ends the
/// daemon if one of us started it and nobody else has a session in it.
class SessionDaemon final {
public:
    /// Fails when there is no daemon and none can be started.
    [[nodiscard]] static base::Result<SessionDaemon> use();

    SessionDaemon(SessionDaemon&& other) noexcept = default;
    SessionDaemon& operator=(SessionDaemon&&) = delete;
    ~SessionDaemon();

    [[nodiscard]] bool isOurs() const { return m_isOurs; }

    /// Ends a daemon that one of us started, when nobody uses it.
    static void endIfUnused();

private:
    SessionDaemon(base::FileDescriptor lock, bool isOurs);

    base::FileDescriptor m_lock;
    bool m_isOurs = false;
};

} // namespace vnscope::recording::session
