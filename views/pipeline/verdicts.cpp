// SPDX-License-Identifier: Apache-2.0
#include "views/pipeline/verdicts.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "analyses/perfsight/rule_book.hpp"

namespace vnscope::views::pipeline {
namespace {

using analyses::perfsight::LossScope;
using analyses::perfsight::Rule;
using analyses::perfsight::RuleBook;

std::vector<std::string> split(std::string_view text, std::string_view separator)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        if (end != 0)
            parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    }
    return parts;
}

std::string_view scopeText(LossScope scope)
{
    switch (scope) {
    case LossScope::Any: return "any";
    case LossScope::Aggregated: return "aggregated";
    case LossScope::Individual: return "individual";
    }
    return "any";
}

std::optional<FiredRule> ruleOf(const Shortage& shortage)
{
    static const RuleBook kBook = RuleBook::standard();
    static const std::size_t kOfPaper = RuleBook::table1().rules().size();
    const auto& rules = kBook.rules();
    const auto fired = std::ranges::find_if(rules, [&](const Rule& rule) {
        return rule.resource == shortage.resource && rule.dropPlace == shortage.dropPlace;
    });
    if (fired == rules.end())
        return std::nullopt;
    const auto index = static_cast<std::size_t>(fired - rules.begin());
    return FiredRule{index + 1, index < kOfPaper, std::string(scopeText(fired->scope)), !fired->conditions.empty()};
}

/// "cpu_utilisation = 0.97 (cpu_utilisation >= 0.9)" was asked for; "lost_packets = 120" was not. A full link's
/// condition is told the same way.
void addEvidence(const std::string& evidence, Shortage& shortage)
{
    for (const std::string& item : split(evidence, "; ")) {
        const std::size_t equals = item.find(" = ");
        const std::size_t open = item.find(" (", equals == std::string::npos ? 0 : equals);
        if (equals == std::string::npos || open == std::string::npos || !item.ends_with(')')) {
            shortage.others.push_back(item);
            continue;
        }
        shortage.checks.push_back(
            {item.substr(open + 2, item.size() - open - 3), item.substr(equals + 3, open - equals - 3)});
    }
}

bool isRelated(const Shortage& shortage, ElementId id, const Element& element)
{
    if (shortage.element == id)
        return true;
    return shortage.host == element.host && shortage.dropPlace == element.kind &&
           (shortage.vm.empty() || shortage.vm == element.vm);
}

} // namespace

std::vector<Cause> Verdicts::causesOf(ElementId element) const
{
    std::vector<Cause> its;
    std::ranges::copy_if(causes, std::back_inserter(its), [&](const Cause& cause) { return cause.element == element; });
    return its;
}

std::vector<Shortage> Verdicts::shortagesOf(ElementId id, const Element& element) const
{
    std::vector<Shortage> its;
    std::ranges::copy_if(shortages, std::back_inserter(its),
                         [&](const Shortage& shortage) { return isRelated(shortage, id, element); });
    return its;
}

base::Result<Verdicts> readVerdicts(const storage::Store& store, const base::TimeRange& range)
{
    const std::vector<storage::Select::Condition> touching{{"valid_from_ns", "<", range.end},
                                                           {"valid_to_ns", ">", range.begin}};
    const auto causes = rowsOf(store, {"root_cause",
                                       {"element_id", "label", "valid_from_ns", "valid_to_ns", "windows", "confidence",
                                        "waiting", "reasoning"},
                                       touching,
                                       {"valid_from_ns", "element_id"}});
    if (!causes)
        return tl::unexpected(causes.error());
    const auto shortages =
        rowsOf(store, {"resource_shortage",
                       {"host", "resource", "scope", "drop_place", "element_id", "vm", "valid_from_ns", "valid_to_ns",
                        "windows", "lost_packets", "confidence", "evidence", "not_measured"},
                       touching,
                       {"-lost_packets", "valid_from_ns"}});
    if (!shortages)
        return tl::unexpected(shortages.error());
    Verdicts verdicts;
    for (const auto& row : causes->rows)
        verdicts.causes.push_back({row[0].integer(),
                                   row[1].text(),
                                   {{row[2].integer()}, {row[3].integer()}},
                                   row[4].integer(),
                                   row[5].text(),
                                   row[6].text(),
                                   split(row[7].text(), "\n")});
    for (const auto& row : shortages->rows) {
        Shortage shortage;
        shortage.host = row[0].text();
        shortage.resource = row[1].text();
        shortage.scope = row[2].text();
        shortage.dropPlace = row[3].text();
        shortage.element = row[4].integer();
        shortage.vm = row[5].text();
        shortage.when = {{row[6].integer()}, {row[7].integer()}};
        shortage.windows = row[8].integer();
        shortage.lostPackets = row[9].integer();
        shortage.confidence = row[10].text();
        shortage.rule = ruleOf(shortage);
        addEvidence(row[11].text(), shortage);
        for (std::string& demand : split(row[12].text(), "; "))
            shortage.checks.push_back({std::move(demand), {}});
        verdicts.shortages.push_back(std::move(shortage));
    }
    return verdicts;
}

} // namespace vnscope::views::pipeline
