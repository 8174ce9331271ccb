// SPDX-License-Identifier: Apache-2.0
#include "views/filter/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "views/chart/column_unit.hpp"
#include "views/filter/tokens.hpp"

namespace vnscope::views::filter {
namespace {

using Kind = Token::Kind;
using storage::Value;

struct Suffix {
    std::string_view text;
    double factor;
};

constexpr std::array<Suffix, 4> kMultiples{{{"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}}};
constexpr std::array<Suffix, 6> kLengths{
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}}};

template <typename List> std::optional<double> factorOf(const List& list, std::string_view text)
{
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Suffix& suffix) { return suffix.text == text; });
    return found == list.end() ? std::nullopt : std::optional(found->factor);
}

/// A whole number where it is one, so that large ones stay exact.
Value toValue(double number)
{
    constexpr double kExact = 9007199254740992.0; // 2^53
    if (number == std::floor(number) && std::fabs(number) < kExact)
        return static_cast<std::int64_t>(number);
    return number;
}

std::optional<Value> wholeNumber(std::string_view text)
{
    const bool isHex = text.starts_with("0x");
    const char* const end = text.data() + text.size();
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data() + (isHex ? 2 : 0), end, number, isHex ? 16 : 10);
    return error == std::errc{} && rest == end ? std::optional<Value>(number) : std::nullopt;
}

/// A number with what may follow it; nothing: the word is no number.
std::optional<Value> numberOf(std::string_view word, base::Timestamp origin)
{
    const bool isMoment = word.starts_with('+');
    if (isMoment)
        word.remove_prefix(1);
    else if (const auto whole = wholeNumber(word))
        return whole;
    double number = 0;
    const char* const end = word.data() + word.size();
    const auto [rest, error] = std::from_chars(word.data(), end, number);
    if (error != std::errc{} || !std::isfinite(number))
        return std::nullopt;
    const std::string_view suffix(rest, static_cast<std::size_t>(end - rest));
    const auto length = factorOf(kLengths, suffix);
    if (isMoment)
        return length && std::fabs(number * *length) < 9e18
                   ? std::optional<Value>(origin + static_cast<base::Nanoseconds>(std::llround(number * *length)))
                   : std::nullopt;
    if (suffix.empty())
        return toValue(number);
    const auto factor = length ? length : factorOf(kMultiples, suffix);
    return factor ? std::optional<Value>(toValue(number * *factor)) : std::nullopt;
}

std::string_view storeOperator(std::string_view comparison)
{
    if (comparison == "==")
        return "=";
    if (comparison == "!=")
        return "<>";
    if (comparison == "~")
        return "contains";
    return comparison == "!~" ? "contains not" : comparison;
}

class Parser final {
public:
    Parser(std::string_view text, const Language& language) : m_tokens(tokensOf(text)), m_language(language) {}

    tl::expected<Conditions, Problem> filter()
    {
        Conditions conditions;
        if (next().kind == Kind::End)
            return conditions;
        for (;;) {
            auto parsed = condition();
            if (!parsed)
                return tl::unexpected(std::move(parsed).error());
            conditions.push_back(std::move(*parsed));
            if (next().kind == Kind::End)
                return conditions;
            if (next().kind != Kind::And)
                return tl::unexpected(noJoint());
            take();
        }
    }

private:
    [[nodiscard]] const Token& next() const { return m_tokens[m_at]; }
    const Token& take() { return m_tokens[m_at++]; }

    static Problem problem(const Token& token, Problem::Kind kind, std::string column = {})
    {
        return {kind, std::move(column), token.begin, token.end};
    }

    tl::expected<storage::Select::Condition, Problem> condition()
    {
        const bool isNegated = next().kind == Kind::Not;
        if (isNegated)
            take();
        if (next().kind == Kind::Other && next().text == "(")
            return tl::unexpected(problem(next(), Problem::Kind::Brackets));
        if (next().kind != Kind::Word)
            return tl::unexpected(problem(next(), Problem::Kind::NoColumn));
        const Token& column = take();
        if (std::ranges::find(m_language.columns, column.text) == m_language.columns.end())
            return tl::unexpected(problem(column, Problem::Kind::UnknownColumn, column.text));
        if (next().kind != Kind::Comparison)
            return storage::Select::Condition{column.text, isNegated ? "is null" : "is not null", {}};
        if (isNegated)
            return tl::unexpected(problem(next(), Problem::Kind::NotCompared));
        const Token& comparison = take();
        auto read = value(column.text, comparison.text);
        if (!read)
            return tl::unexpected(std::move(read).error());
        return storage::Select::Condition{column.text, std::string(storeOperator(comparison.text)), std::move(*read)};
    }

    tl::expected<Value, Problem> value(const std::string& column, std::string_view comparison)
    {
        const Token& token = next();
        if (token.kind == Kind::OpenText)
            return tl::unexpected(problem(token, Problem::Kind::OpenQuote));
        if (token.kind != Kind::Text && token.kind != Kind::Word)
            return tl::unexpected(problem(token, Problem::Kind::NoValue, column));
        take();
        const bool isSearch = comparison == "~" || comparison == "!~";
        if (token.kind == Kind::Text || isSearch)
            return Value(token.text);
        if (const auto number = numberOf(token.text, m_language.origin))
            return *number;
        if (chart::unitOfColumn(column) != chart::Unit::None)
            return tl::unexpected(problem(token, Problem::Kind::NoNumber, column));
        return Value(token.text);
    }

    [[nodiscard]] Problem noJoint() const
    {
        const Token& token = next();
        if (token.kind == Kind::Or)
            return problem(token, Problem::Kind::Alternatives);
        if (token.kind == Kind::Other && (token.text == "(" || token.text == ")"))
            return problem(token, Problem::Kind::Brackets);
        return problem(token, Problem::Kind::NotJoined);
    }

    std::vector<Token> m_tokens;
    const Language& m_language;
    std::size_t m_at = 0;
};

} // namespace

tl::expected<Conditions, Problem> parse(std::string_view text, const Language& language)
{
    return Parser(text, language).filter();
}

} // namespace vnscope::views::filter
