// SPDX-License-Identifier: Apache-2.0
#include "recording/session/snapshot_trigger.hpp"

#include <signal.h>

#include <atomic>

namespace vnscope::recording::session {
namespace {

std::atomic<bool> g_isAsked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void ask(int)
{
    g_isAsked = true;
}

void handle(void (*handler)(int))
{
    struct sigaction action {};
    action.sa_handler = handler;
    for (const int number : {SIGUSR1, SIGQUIT})
        sigaction(number, &action, nullptr);
}

} // namespace

SnapshotTrigger::SnapshotTrigger()
{
    g_isAsked = false;
    handle(ask);
}

SnapshotTrigger::~SnapshotTrigger()
{
    handle(SIG_DFL);
}

bool SnapshotTrigger::take()
{
    return g_isAsked.exchange(false);
}

} // namespace vnscope::recording::session
