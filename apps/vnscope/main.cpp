// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <unistd.h>

#include "apps/vnscope/commands/command_line.hpp"
#include "apps/vnscope/console/interrupt.hpp"

int main(int argc, char** argv)
{
    using namespace vnscope::cli;
    std::ios::sync_with_stdio(false);
    ExitCode code = ExitCode::Failed;
    {
        const Interrupt interrupt;
        const Console console{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
        code = CommandLine().run(argc, argv, console);
    }
    if (Interrupt::signalNumber() != 0)
        endBySignal(Interrupt::signalNumber());
    return static_cast<int>(code);
}
