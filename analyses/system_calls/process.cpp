// SPDX-License-Identifier: Apache-2.0
#include "analyses/system_calls/process.hpp"

#include <algorithm>

namespace vnscope::analyses::system_calls {

namespace {

constexpr std::int64_t kAgain = -11; // EAGAIN of Linux.

std::size_t indexOf(Direction direction)
{
    return static_cast<std::size_t>(direction);
}

std::uint64_t positive(base::Nanoseconds time)
{
    return static_cast<std::uint64_t>(std::max<base::Nanoseconds>(time, 0));
}

} // namespace

Process::Process() : m_accounts(1) {}

void Process::addSocket(std::int32_t fd)
{
    if (m_sockets.size() < kMostSockets)
        m_sockets.try_emplace(fd);
}

bool Process::isNamed(std::int32_t fd) const
{
    const auto found = m_sockets.find(fd);
    return found != m_sockets.end() && found->second.account != 0;
}

void Process::name(std::int32_t fd, const Ends& ends)
{
    const auto socket = m_sockets.find(fd);
    if (socket == m_sockets.end() || !ends.isKnown())
        return;
    auto known = m_accountByEnds.find(ends);
    if (known == m_accountByEnds.end()) {
        if (m_accounts.size() > kMostPeers)
            return;
        known = m_accountByEnds.emplace(ends, m_accounts.size()).first;
        m_accounts.emplace_back().ends = ends;
    }
    const std::array blocked = socket->second.blocks;
    for (const Direction direction : {Direction::In, Direction::Out})
        unblock(socket->second, direction);
    socket->second.account = known->second;
    for (const Direction direction : {Direction::In, Direction::Out}) {
        if (const std::uint32_t tid = blocked[indexOf(direction)]; tid != 0)
            block(fd, direction, tid);
    }
    if (ends.role == Role::Accepted && m_service.empty())
        m_service = ends.local;
    if (ends.role == Role::Connected && !m_firstMade.isKnown())
        m_firstMade = ends;
}

std::string Process::identity() const
{
    const auto isLoopback = [](const std::string& address) {
        return address.starts_with("127.") || address.starts_with("[::1]");
    };
    if (!m_service.empty())
        return isLoopback(m_service) ? std::string() : m_service;
    const bool isTold = !m_firstMade.local.empty() && !isLoopback(m_firstMade.peer);
    return isTold ? m_firstMade.local + " to " + m_firstMade.peer : std::string();
}

void Process::setNonblocking(std::int32_t fd)
{
    if (const auto found = m_sockets.find(fd); found != m_sockets.end())
        found->second.isNonblocking = true;
}

void Process::close(std::int32_t fd)
{
    const auto found = m_sockets.find(fd);
    if (found == m_sockets.end())
        return;
    unblock(found->second, Direction::In);
    unblock(found->second, Direction::Out);
    m_sockets.erase(found);
}

void Process::block(std::int32_t fd, Direction direction, std::uint32_t tid)
{
    const auto found = m_sockets.find(fd);
    if (found == m_sockets.end() || tid == 0)
        return;
    Socket& socket = found->second;
    unblock(socket, direction);
    socket.blocks[indexOf(direction)] = tid;
    ++m_blocked[tid][{socket.account, direction}];
}

void Process::unblock(Socket& socket, Direction direction)
{
    std::uint32_t& tid = socket.blocks[indexOf(direction)];
    if (const auto thread = m_blocked.find(tid); tid != 0 && thread != m_blocked.end()) {
        const auto reason = thread->second.find({socket.account, direction});
        if (reason != thread->second.end() && --reason->second == 0)
            thread->second.erase(reason);
    }
    tid = 0;
}

void Process::spend(std::int32_t fd, Direction direction, base::Nanoseconds time)
{
    const auto found = m_sockets.find(fd);
    if (found == m_sockets.end())
        return;
    m_accounts.front().of(direction).timeNs += positive(time);
    if (const std::size_t account = found->second.account; account != 0)
        m_accounts[account].of(direction).timeNs += positive(time);
}

void Process::end(std::int32_t fd, Direction direction, std::uint32_t tid, const Outcome& outcome)
{
    const auto found = m_sockets.find(fd);
    if (found == m_sockets.end())
        return;
    Socket& socket = found->second;
    const auto count = [&](tracepoints::IoDirection& counters) {
        ++counters.calls;
        if (outcome.result > 0 && !outcome.isPeeking) {
            ++counters.packets;
            counters.bytes += static_cast<std::uint64_t>(outcome.result);
        }
    };
    count(m_accounts.front().of(direction));
    if (socket.account != 0)
        count(m_accounts[socket.account].of(direction));
    unblock(socket, direction);
    socket.isNonblocking = socket.isNonblocking || outcome.result == kAgain;
    // Event loops rather wait than repeat a call that moved less than it was asked for.
    const bool isShort = socket.isNonblocking && !outcome.isPeeking && outcome.result > 0 &&
                         static_cast<std::uint64_t>(outcome.result) < outcome.asked;
    if (outcome.result == kAgain || isShort)
        block(fd, direction, tid);
}

void Process::wait(std::uint32_t tid, base::Nanoseconds time)
{
    const auto thread = m_blocked.find(tid);
    bool isReading = false;
    bool isWriting = false;
    if (thread != m_blocked.end()) {
        for (const auto& [reason, sockets] : thread->second) {
            const auto& [account, direction] = reason;
            (direction == Direction::In ? isReading : isWriting) = true;
            if (account != 0)
                m_accounts[account].of(direction).waitNs += positive(time);
        }
    }
    // Each moment once; one in which something could not be written is one of writing.
    Account& all = m_accounts.front();
    if (isWriting)
        all.out.waitNs += positive(time);
    else if (isReading)
        all.in.waitNs += positive(time);
    else
        all.idleNs += positive(time);
}

void Process::forgetThread(std::uint32_t tid)
{
    if (m_blocked.erase(tid) == 0)
        return;
    for (auto& [fd, socket] : m_sockets) {
        for (std::uint32_t& blocker : socket.blocks)
            blocker = blocker == tid ? 0 : blocker;
    }
}

} // namespace vnscope::analyses::system_calls
