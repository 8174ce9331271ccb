// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/threshold/judge.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::cli::threshold {
namespace {

using base::Result;

/// Whether a part of the condition holds (nullopt: unknown), and what was seen that makes it so.
struct Truth {
    std::optional<bool> holds;
    std::vector<std::string> evidence;
};

bool compare(double left, Relation relation, double right)
{
    switch (relation) {
    case Relation::Less: return left < right;
    case Relation::LessOrEqual: return left <= right;
    case Relation::Greater: return left > right;
    case Relation::GreaterOrEqual: return left >= right;
    case Relation::Equal: return left <= right && left >= right;
    case Relation::NotEqual: return left < right || left > right;
    }
    return false;
}

Result<Measurement> measureOperand(const Operand& operand, MetricSource& source, std::vector<std::string>& seen)
{
    if (const auto* number = std::get_if<double>(&operand))
        return Measurement{*number, {}};
    const auto& call = std::get<MetricCall>(operand);
    Result<Measurement> measurement = source.measure(call);
    if (!measurement)
        return measurement;
    seen.push_back(measurement->value
                       ? fmt::format("{} is {}", call.text(), valueText(*measurement->value))
                       : fmt::format("{} is not known, because {}", call.text(), measurement->whyUnknown));
    return measurement;
}

Result<Truth> truthOfComparison(const Comparison& comparison, MetricSource& source)
{
    Truth truth;
    const Result<Measurement> left = measureOperand(comparison.left, source, truth.evidence);
    if (!left)
        return tl::unexpected(left.error());
    const Result<Measurement> right = measureOperand(comparison.right, source, truth.evidence);
    if (!right)
        return tl::unexpected(right.error());
    if (left->value && right->value)
        truth.holds = compare(*left->value, comparison.relation, *right->value);
    return truth;
}

Result<Truth> truthOf(const Expression& expression, MetricSource& source);

/// "and" is decided by one false, "or" by one true; the evidence is that of the parts that decide.
Result<Truth> truthOfChain(const Expression& expression, MetricSource& source)
{
    const bool decisive = expression.kind == Expression::Kind::Or;
    std::vector<Truth> parts;
    for (const Expression& child : expression.children) {
        Result<Truth> part = truthOf(child, source);
        if (!part)
            return part;
        parts.push_back(std::move(*part));
    }
    const auto is = [](std::optional<bool> wanted) { return [wanted](const Truth& t) { return t.holds == wanted; }; };
    Truth all;
    all.holds = !decisive;
    if (std::any_of(parts.begin(), parts.end(), is(decisive)))
        all.holds = decisive;
    else if (std::any_of(parts.begin(), parts.end(), is(std::nullopt)))
        all.holds = std::nullopt;
    for (const Truth& part : parts) {
        if (part.holds == all.holds)
            all.evidence.insert(all.evidence.end(), part.evidence.begin(), part.evidence.end());
    }
    return all;
}

Result<Truth> truthOf(const Expression& expression, MetricSource& source)
{
    if (expression.kind == Expression::Kind::Compare)
        return truthOfComparison(expression.comparison, source);
    if (expression.kind != Expression::Kind::Not)
        return truthOfChain(expression, source);
    Result<Truth> inner = truthOf(expression.children.front(), source);
    if (inner && inner->holds)
        inner->holds = !*inner->holds;
    return inner;
}

} // namespace

std::string valueText(double value)
{
    constexpr double kExactIntegers = 9007199254740992.0;
    if (std::abs(value) < kExactIntegers && std::floor(value) >= value)
        return fmt::format("{:.0f}", value);
    return fmt::format("{:.6g}", value);
}

Result<Judgement> judge(const Expression& expression, MetricSource& source)
{
    const Result<Truth> truth = truthOf(expression, source);
    if (!truth)
        return tl::unexpected(truth.error());
    if (truth->holds == false)
        return Judgement{Verdict::Passed, {}};
    const std::string seen = fmt::format("{}", fmt::join(truth->evidence, ", "));
    const std::string reason = seen.empty() ? std::string() : ": " + seen;
    if (truth->holds)
        return Judgement{Verdict::Failed, fmt::format("the threshold \"{}\" is broken{}", expression.text, reason)};
    return Judgement{Verdict::Unknown, fmt::format("the threshold \"{}\" cannot be judged{}", expression.text, reason)};
}

} // namespace vnscope::cli::threshold
