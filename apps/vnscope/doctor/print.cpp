// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/doctor/print.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vnscope::cli::doctor {
namespace {

std::string fixOf(const Diagnosis& diagnosis, const std::string& id)
{
    const auto check =
        std::find_if(diagnosis.checks.begin(), diagnosis.checks.end(), [&](const Check& c) { return c.id == id; });
    if (check == diagnosis.checks.end())
        return id;
    return check->fix.empty() ? fmt::format("# {}: {}", check->id, check->detail) : check->fix;
}

void printWay(const Diagnosis& diagnosis, const RecordingWay& way, std::ostream& out)
{
    out << fmt::format("\n{}: {}\n", way.title, way.isPossible() ? "possible now" : "not possible yet; first do");
    if (way.isPossible()) {
        for (const std::string& command : way.commands)
            out << "    " << command << '\n';
        return;
    }
    std::vector<std::string> fixes;
    for (const std::string& id : way.missing) {
        const std::string fix = fixOf(diagnosis, id);
        // One package may bring several things.
        if (std::find(fixes.begin(), fixes.end(), fix) == fixes.end())
            fixes.push_back(fix);
    }
    for (const std::string& fix : fixes)
        out << "    " << fix << '\n';
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
