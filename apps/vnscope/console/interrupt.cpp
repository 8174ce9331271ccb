// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/console/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>

#include <unistd.h>

namespace vnscope::cli {
namespace {

std::atomic<int> g_signalNumber{0};
bool g_isTooLate = false; ///< Of the main thread.
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

constexpr std::array kRemembered{SIGINT, SIGTERM, SIGHUP};

void remember(int signalNumber)
{
    int none = 0;
    g_signalNumber.compare_exchange_strong(none, signalNumber);
}

void setHandler(int signalNumber, void (*handler)(int))
{
    struct sigaction action {};
    action.sa_handler = handler;
    // No SA_RESTART: a blocking wait must return, so that the flag is looked at.
    sigaction(signalNumber, &action, nullptr);
}

} // namespace

Interrupt::Interrupt()
{
    for (const int signalNumber : kRemembered)
        setHandler(signalNumber, remember);
    setHandler(SIGPIPE, SIG_IGN);
}

Interrupt::~Interrupt()
{
    if (!g_isTooLate) {
        for (const int signalNumber : kRemembered)
            setHandler(signalNumber, SIG_DFL);
    }
    setHandler(SIGPIPE, SIG_DFL);
}

int Interrupt::signalNumber()
{
    return g_signalNumber.load();
}

void Interrupt::forget()
{
    g_signalNumber = 0;
}

void Interrupt::tooLate()
{
    g_isTooLate = true;
    for (const int signalNumber : kRemembered)
        setHandler(signalNumber, SIG_IGN);
    forget();
}

void Interrupt::noteClosedPipe()
{
    remember(SIGPIPE);
}

void endBySignal(int signalNumber)
{
    setHandler(signalNumber, SIG_DFL);
    std::raise(signalNumber);
    _exit(128 + signalNumber);
}

} // namespace vnscope::cli
