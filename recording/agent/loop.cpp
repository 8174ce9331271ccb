// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/loop.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "storage/base/file_descriptor.hpp"

namespace vnscope::recording::agent {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

/// A device that came is looked up at once, but a host that changes all the time is not looked up all the time.
constexpr std::chrono::seconds kLeastBetweenRescans{1};

tl::unexpected<base::Error> systemError(const char* doing)
{
    return base::fail(base::ErrorCode::Io, fmt::format("{}: {}.", doing, std::strerror(errno)));
}

base::FileDescriptor openSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1})
        sigaddset(&signals, signal);
    // The threads of liblttng-ust block all signals by themselves.
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return base::FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

base::FileDescriptor openTimer(nanoseconds period)
{
    constexpr long kNsPerSecond = 1'000'000'000;
    base::FileDescriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    const timespec time{period.count() / kNsPerSecond, period.count() % kNsPerSecond};
    const itimerspec setting{time, time};
    if (timer.isValid())
        (void)::timerfd_settime(timer.get(), 0, &setting, nullptr);
    return timer;
}

class Loop final {
public:
    Loop(Agent& agent, const LoopOptions& options)
        : m_agent(agent), m_options(options), m_signals(openSignals()), m_timer(openTimer(options.period))
    {
    }

    base::Result<std::uint64_t> run()
    {
        if (!m_signals.isValid() || !m_timer.isValid())
            return systemError("Cannot wait for signals and time");
        rescan();
        m_agent.sample(Depth::All);
        while (!m_isDone) {
            std::array<pollfd, 2> waits{pollfd{m_signals.get(), POLLIN, 0}, pollfd{m_timer.get(), POLLIN, 0}};
            const int ready = ::poll(waits.data(), waits.size(), untilEnd());
            if (ready < 0 && errno != EINTR)
                return systemError("Cannot wait");
            if (waits[0].revents != 0)
                takeSignals();
            if (waits[1].revents != 0)
                takeTicks();
            if (m_options.duration && Clock::now() - m_begin >= *m_options.duration)
                m_isDone = true;
        }
        m_agent.sample(Depth::All);
        return m_missed;
    }

private:
    [[nodiscard]] int untilEnd() const
    {
        if (!m_options.duration)
            return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*m_options.duration - (Clock::now() - m_begin));
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
    }

    void takeSignals()
    {
        signalfd_siginfo signal{};
        while (::read(m_signals.get(), &signal, sizeof signal) == sizeof signal) {
            if (signal.ssi_signo == static_cast<std::uint32_t>(SIGUSR1))
                m_agent.sample(Depth::All);
            else
                m_isDone = true;
        }
    }

    void takeTicks()
    {
        std::uint64_t ticks = 0;
        if (m_isDone || ::read(m_timer.get(), &ticks, sizeof ticks) != sizeof ticks)
            return;
        m_missed += ticks - 1;
        m_agent.tick();
        const nanoseconds since = Clock::now() - m_scanned;
        if (since >= m_options.rescanPeriod || (m_agent.wantsRescan() && since >= kLeastBetweenRescans))
            rescan();
    }

    void rescan()
    {
        m_scanned = Clock::now();
        m_agent.rescan();
    }

    Agent& m_agent;
    LoopOptions m_options;
    base::FileDescriptor m_signals;
    base::FileDescriptor m_timer;
    Clock::time_point m_begin = Clock::now();
    Clock::time_point m_scanned{};
    std::uint64_t m_missed = 0;
    bool m_isDone = false;
};

} // namespace

base::Result<std::uint64_t> runLoop(Agent& agent, const LoopOptions& options)
{
    return Loop(agent, options).run();
}

} // namespace vnscope::recording::agent
