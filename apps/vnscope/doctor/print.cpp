// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/doctor/print.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vnscope::cli::doctor {
namespace {

const Check& find(const Diagnosis& diagnosis, const std::string& id)
{
    return *std::find_if(diagnosis.checks.begin(), diagnosis.checks.end(), [&](const Check& c) { return c.id == id; });
}

/// What to do first; or, when something stands in the way that no command removes, that alone.
void printObstacles(const Diagnosis& diagnosis, const RecordingWay& way, std::ostream& out)
{
    std::vector<std::string> fixes;
    for (const std::string& id : way.missing) {
        const Check& check = find(diagnosis, id);
        if (check.fix.empty()) {
            out << fmt::format("\n{}: not possible on this host\n    {}: {}\n", way.title, check.id, check.detail);
            return;
        }
        // One package may bring several things.
        if (std::find(fixes.begin(), fixes.end(), check.fix) == fixes.end())
            fixes.push_back(check.fix);
    }
    out << fmt::format("\n{}: not possible yet; first do\n    {}\n", way.title, fmt::join(fixes, "\n    "));
}

void printWay(const Diagnosis& diagnosis, const RecordingWay& way, std::ostream& out)
{
    if (way.isPossible())
        out << fmt::format("\n{}: possible now\n    {}\n", way.title, fmt::join(way.commands, "\n    "));
    else
        printObstacles(diagnosis, way, out);
}

} // namespace

void printText(const Diagnosis& diagnosis, std::ostream& out)
{
    for (const Check& check : diagnosis.checks) {
        out << fmt::format("{:<8} {:<21} {}\n", toText(check.state), check.id, check.detail);
        if (check.state != CheckState::Ok && !check.fix.empty())
            out << fmt::format("{:<30} fix: {}\n", "", check.fix);
    }
    for (const RecordingWay& way : diagnosis.ways)
        printWay(diagnosis, way, out);
    out << (diagnosis.canRecordKernel() ? "\nThis host can record the kernel's network events.\n"
                                        : "\nThis host cannot record the kernel's network events yet.\n");
}

void printJson(const Diagnosis& diagnosis, std::ostream& out)
{
    nlohmann::ordered_json root{{"can_record_kernel", diagnosis.canRecordKernel()}};
    for (const Check& check : diagnosis.checks)
        root["checks"].push_back(
            {{"id", check.id}, {"state", toText(check.state)}, {"detail", check.detail}, {"fix", check.fix}});
    for (const RecordingWay& way : diagnosis.ways)
        root["ways"].push_back({{"id", way.id},
                                {"title", way.title},
                                {"records_kernel", way.recordsKernel},
                                {"possible", way.isPossible()},
                                {"missing", way.missing},
                                {"commands", way.commands}});
    out << root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

} // namespace vnscope::cli::doctor
