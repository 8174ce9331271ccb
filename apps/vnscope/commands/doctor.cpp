// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/doctor/print.hpp"

namespace vnscope::cli {
namespace {

class DoctorCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"doctor",
                "tell whether this host can record, and what is missing",
                "Looks at the kernel, tracefs, LTTng, perf, rights and disk space, changes nothing, and prints for "
                "each way of recording either the commands that record ten seconds, or the commands that make it "
                "possible. Fails (1) when the kernel's network events cannot be recorded in any way.",
                {{"doctor", "what can this host record?"}, {"doctor --json", "the same for a script"}},
                false};
    }

    void define(CLI::App& app) override { app.add_flag("--json", m_isJson, "print JSON"); }

    [[nodiscard]] base::Result<ExitCode> run(const Console& console) override
    {
        const doctor::Diagnosis diagnosis = doctor::diagnose(doctor::LocalHost());
        if (m_isJson)
            doctor::printJson(diagnosis, console.out);
        else
            doctor::printText(diagnosis, console.out);
        if (base::Result<void> flushed = flushStandardOutput(console.out); !flushed)
            return tl::unexpected(std::move(flushed).error());
        return diagnosis.canRecordKernel() ? ExitCode::Done : ExitCode::Failed;
    }

private:
    bool m_isJson = false;
};

} // namespace

std::unique_ptr<Command> makeDoctorCommand()
{
    return std::make_unique<DoctorCommand>();
}

} // namespace vnscope::cli
