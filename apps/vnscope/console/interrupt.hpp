// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vnscope::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP do not end the process but are remembered, so that destructors run and
/// nothing is left behind; SIGPIPE is ignored, so that a closed pipe is seen as a failed write. One at a time, made by
/// main().
class Interrupt final {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    ~Interrupt();

    /// Any thread may ask.
    [[nodiscard]] static bool isRequested() { return signalNumber() != 0; }
    /// The first signal that arrived; 0 when none did.
    [[nodiscard]] static int signalNumber();
    /// The signal was the ordinary way to end what ran, and all of it is done.
    static void forget();
    /// What was asked for is in its place: signals change nothing any more, until the process ends.
    static void tooLate();
    /// Notes that whoever read our standard output has gone: handled like a SIGPIPE, after cleaning up.
    static void noteClosedPipe();
};

/// Ends the process by `signalNumber` itself, so that a shell, a makefile or a CI runner sees what happened
/// (exit status 128 + number) and a loop around us ends too. Call it when everything is cleaned up.
[[noreturn]] void endBySignal(int signalNumber);

} // namespace vnscope::cli
