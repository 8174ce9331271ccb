// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyses/system_calls/connection.hpp"
#include "storage/base/time.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::system_calls {

enum class Direction : std::uint8_t { In, Out };

/// What a process counted of one peer, or of all.
struct Account {
    Ends ends; ///< Not known: of all peers together.
    tracepoints::IoDirection in;
    tracepoints::IoDirection out;
    std::uint64_t idleNs = 0;
    bool isTouched = false; ///< Since it was told last.

    [[nodiscard]] tracepoints::IoDirection& of(Direction direction)
    {
        isTouched = true;
        return direction == Direction::In ? in : out;
    }
};

/// How a read or write ended.
struct Outcome {
    std::int64_t result = 0; ///< Bytes; negative: errno.
    std::uint64_t asked = 0; ///< Bytes; 0: not known.
    bool isPeeking = false;
};

/// The sockets of one process, and what its threads did with them. Counts as vnscope_preload does
/// (tracepoints/preload/README.md): time in calls; after a call that would have blocked, what its thread waits until
/// the call is repeated; time in waits of which nothing of that kind is the reason.
class Process final {
public:
    /// Beyond it, peers count for all only.
    static constexpr std::size_t kMostPeers = 4'096;
    static constexpr std::size_t kMostSockets = 1U << 20U;

    Process();

    /// `fd` is a socket; one that is known already keeps what is known.
    void addSocket(std::int32_t fd);
    [[nodiscard]] bool isSocket(std::int32_t fd) const { return m_sockets.contains(fd); }
    void name(std::int32_t fd, const Ends& ends);
    [[nodiscard]] bool isNamed(std::int32_t fd) const;
    void setNonblocking(std::int32_t fd);
    void close(std::int32_t fd);
    /// Whoever reads or writes it next has waited for it until then: of connections in progress.
    void block(std::int32_t fd, Direction direction, std::uint32_t tid);

    /// A call of `tid` on `fd` spent `time`; it has not returned yet, or see end().
    void spend(std::int32_t fd, Direction direction, base::Nanoseconds time);
    void end(std::int32_t fd, Direction direction, std::uint32_t tid, const Outcome& outcome);
    /// `tid` spent `time` waiting for whatever it is blocked by.
    void wait(std::uint32_t tid, base::Nanoseconds time);
    void forgetThread(std::uint32_t tid);

    /// The first is of all peers.
    [[nodiscard]] std::vector<Account>& accounts() { return m_accounts; }
    [[nodiscard]] bool hasPeers() const { return m_accounts.size() > 1; }
    /// What it has in common with those that its peers cannot tell from it: the address where it accepts connections,
    /// or else both ends of the first that it made. Empty: nothing; addresses of the loopback are of many namespaces.
    [[nodiscard]] std::string identity() const;

private:
    struct Socket {
        std::size_t account = 0;
        bool isNonblocking = false;
        std::array<std::uint32_t, 2> blocks{}; ///< By direction: the thread whose call would have blocked; 0: none.
    };
    using Reason = std::pair<std::size_t, Direction>; ///< Of a thread to wait.

    void unblock(Socket& socket, Direction direction);

    std::unordered_map<std::int32_t, Socket> m_sockets;
    std::vector<Account> m_accounts;
    std::map<Ends, std::size_t> m_accountByEnds;
    std::unordered_map<std::uint32_t, std::map<Reason, std::size_t>> m_blocked; ///< By thread: sockets of each reason.
    std::string m_service;                                                      ///< Where it accepts connections.
    Ends m_firstMade;                                                           ///< The first connection that it made.
};

} // namespace vnscope::analyses::system_calls
