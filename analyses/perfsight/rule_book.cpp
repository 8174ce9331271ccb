// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/rule_book.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "embedded/vnscope_analyses_perfsight_kLinux.hpp"
#include "embedded/vnscope_analyses_perfsight_kTable1.hpp"

namespace vnscope::analyses::perfsight {

namespace {

using Comparison = Condition::Comparison;

/// Longer spellings first: "<=" begins with "<".
constexpr std::array<std::pair<std::string_view, Comparison>, 5> kComparisons{{
    {"<=", Comparison::LessOrEqual},
    {">=", Comparison::GreaterOrEqual},
    {"<", Comparison::Less},
    {">", Comparison::Greater},
    {"=", Comparison::Equal},
}};

constexpr std::array<std::pair<std::string_view, LossScope>, 3> kScopes{{
    {"any", LossScope::Any},
    {"aggregated", LossScope::Aggregated},
    {"individual", LossScope::Individual},
}};

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// The text before the next separator; `rest` moves behind it.
std::string_view nextPart(std::string_view& rest, std::string_view separator)
{
    const std::size_t end = rest.find(separator);
    const std::string_view part = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + separator.size());
    return part;
}

base::Result<Condition> parseCondition(std::string_view text)
{
    for (const auto& [spelling, comparison] : kComparisons) {
        const std::size_t at = text.find(spelling);
        if (at == std::string_view::npos)
            continue;
        Condition condition{std::string(trimmed(text.substr(0, at))), comparison, 0};
        const std::string_view number = trimmed(text.substr(at + spelling.size()));
        const auto parsed = std::from_chars(number.data(), number.data() + number.size(), condition.bound);
        if (condition.evidence.empty() || parsed.ec != std::errc() || parsed.ptr != number.data() + number.size() ||
            !std::isfinite(condition.bound))
            break;
        return condition;
    }
    return base::fail(base::ErrorCode::Usage,
                      fmt::format("'{}' is no condition: write a name, one of < <= > >= =, and a number", text));
}

base::Result<LossScope> parseScope(std::string_view text)
{
    for (const auto& [spelling, scope] : kScopes) {
        if (spelling == text)
            return scope;
    }
    return base::fail(base::ErrorCode::Usage,
                      fmt::format("'{}' is no scope: write any, aggregated or individual", text));
}

base::Result<Rule> parseRule(std::string_view line)
{
    Rule rule;
    rule.resource = nextPart(line, "|");
    rule.dropPlace = nextPart(line, "|");
    const auto scope = parseScope(nextPart(line, "|"));
    if (rule.resource.empty() || rule.dropPlace.empty())
        return base::fail(base::ErrorCode::Usage, "a rule needs a resource and a drop place");
    if (!scope)
        return tl::unexpected(scope.error());
    rule.scope = *scope;
    for (line = trimmed(line); !line.empty();) {
        auto condition = parseCondition(nextPart(line, " and "));
        if (!condition)
            return tl::unexpected(condition.error());
        rule.conditions.push_back(std::move(*condition));
    }
    return rule;
}

} // namespace

std::optional<bool> Condition::holds(const Evidence& measured) const
{
    const auto found = measured.find(evidence);
    if (found == measured.end())
        return std::nullopt;
    const double value = found->second;
    switch (comparison) {
    case Comparison::Less: return value < bound;
    case Comparison::LessOrEqual: return value <= bound;
    case Comparison::Greater: return value > bound;
    case Comparison::GreaterOrEqual: return value >= bound;
    case Comparison::Equal: return value == bound;
    }
    return std::nullopt;
}

std::string Condition::text() const
{
    for (const auto& [spelling, known] : kComparisons) {
        if (known == comparison)
            return fmt::format("{} {} {}", evidence, spelling, bound);
    }
    return evidence;
}

RuleBook RuleBook::table1()
{
    RuleBook book;
    [[maybe_unused]] const auto read = book.extend(embedded::kTable1);
    assert(read);
    return book;
}

RuleBook RuleBook::standard()
{
    RuleBook book = table1();
    [[maybe_unused]] const auto read = book.extend(embedded::kLinux);
    assert(read);
    return book;
}

base::Result<void> RuleBook::extend(std::string_view text)
{
    std::vector<Rule> added;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = nextPart(text, "\n");
        if (line.empty() || line.front() == '#')
            continue;
        auto rule = parseRule(line);
        if (!rule)
            return base::failDuring(std::move(rule.error()), fmt::format("reading line {} of the rule book", number));
        added.push_back(std::move(*rule));
    }
    m_rules.insert(m_rules.end(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
    return {};
}

} // namespace vnscope::analyses::perfsight
