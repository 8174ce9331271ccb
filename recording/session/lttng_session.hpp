// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "recording/session/options.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::session {

/// What the tracer could not keep.
struct LttngLosses {
    std::uint64_t discardedEvents = 0;
    std::uint64_t lostPackets = 0; ///< Overwritten ones: in Mode::Snapshot, that is what a ring does.
};

/// A recording session of the session daemon, through liblttng-ctl. Destroyed when the object goes.
class LttngSession final {
public:
    /// Writes to `folder`/{kernel,ust}; in Mode::Snapshot to `folder`/snapshot-N, when asked.
    [[nodiscard]] static base::Result<LttngSession> create(const std::string& name, const std::filesystem::path& folder,
                                                           const Options& options);

    LttngSession(LttngSession&& other) noexcept;
    LttngSession& operator=(LttngSession&&) = delete;
    ~LttngSession();

    /// To be called before start().
    [[nodiscard]] base::Result<void> recordUser(const std::vector<std::string>& events);
    /// Fails when the daemon has no kernel tracer.
    [[nodiscard]] base::Result<void> recordKernel(const std::vector<std::string>& events,
                                                  const std::vector<std::string>& syscalls);
    [[nodiscard]] base::Result<void> start();
    /// Waits until all that was recorded is written.
    [[nodiscard]] base::Result<void> stop();
    [[nodiscard]] base::Result<void> takeSnapshot();
    [[nodiscard]] LttngLosses losses() const;
    /// Whether the daemon and its consumers are there and answer.
    [[nodiscard]] bool isHealthy() const;

    /// Stops and destroys a session by its name; nothing happens when there is none.
    static void destroy(const std::string& name);

private:
    enum class Domain { Kernel, User };

    LttngSession(std::string name, const Options& options);
    [[nodiscard]] base::Result<void> addChannel(Domain domain) const;
    [[nodiscard]] base::Result<void> addCallers() const;
    [[nodiscard]] base::Result<void> enable(Domain domain, const std::string& event, bool isSyscall) const;
    [[nodiscard]] base::Result<void> rotate(const Rotation& rotation) const;

    std::string m_name;
    Mode m_mode = Mode::Continuous;
    std::uint64_t m_bufferBytes = 0;
    std::vector<Domain> m_domains;
};

} // namespace vnscope::recording::session
