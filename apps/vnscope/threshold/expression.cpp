// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/threshold/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vnscope::cli::threshold {
namespace {

using base::ErrorCode;
using base::Result;

constexpr bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool isWordCharacter(char c)
{
    return isDigit(c) || c == '_' || (lower(c) >= 'a' && lower(c) <= 'z');
}

struct Suffix {
    std::string_view text;
    double factor;
};

/// Longer ones first, so that "Ki" is not read as "K" and a stray "i".
constexpr std::array kSuffixes{
    Suffix{"Ki", 1024.0},
    Suffix{"Mi", 1024.0 * 1024},
    Suffix{"Gi", 1024.0 * 1024 * 1024},
    Suffix{"Ti", 1024.0 * 1024 * 1024 * 1024},
    Suffix{"k", 1e3},
    Suffix{"K", 1e3},
    Suffix{"M", 1e6},
    Suffix{"G", 1e9},
    Suffix{"T", 1e12},
    Suffix{"%", 0.01},
};

struct RelationSign {
    std::string_view text;
    Relation relation;
};

constexpr std::array kRelations{
    RelationSign{"<=", Relation::LessOrEqual}, RelationSign{">=", Relation::GreaterOrEqual},
    RelationSign{"<>", Relation::NotEqual},    RelationSign{"!=", Relation::NotEqual},
    RelationSign{"==", Relation::Equal},       RelationSign{"<", Relation::Less},
    RelationSign{">", Relation::Greater},      RelationSign{"=", Relation::Equal},
};

class Parser final {
public:
    explicit Parser(std::string_view source) : m_source(source) {}

    Result<Expression> parseAll()
    {
        Result<Expression> expression = either();
        if (!expression)
            return expression;
        if (!atEnd())
            return problem("\"and\", \"or\" or the end was expected");
        expression->text = m_source;
        return expression;
    }

private:
    Result<Expression> either() { return chain(Expression::Kind::Or, "or", "||", &Parser::both); }
    Result<Expression> both() { return chain(Expression::Kind::And, "and", "&&", &Parser::inverse); }

    Result<Expression> chain(Expression::Kind kind, std::string_view word, std::string_view sign,
                             Result<Expression> (Parser::*next)())
    {
        Result<Expression> first = (this->*next)();
        if (!first)
            return first;
        Expression all;
        all.kind = kind;
        all.children.push_back(std::move(*first));
        while (takeWord(word) || takeSign(sign)) {
            Result<Expression> further = (this->*next)();
            if (!further)
                return further;
            all.children.push_back(std::move(*further));
        }
        if (all.children.size() == 1)
            return std::move(all.children.front());
        return all;
    }

    Result<Expression> inverse()
    {
        if (++m_depth > kMaxNesting)
            return problem(fmt::format("more than {} levels are nested", kMaxNesting));
        Result<Expression> result = inverseAtDepth();
        --m_depth;
        return result;
    }

    Result<Expression> inverseAtDepth()
    {
        if (takeWord("not") || (!startsWith("!=") && takeSign("!"))) {
            Result<Expression> inner = inverse();
            if (!inner)
                return inner;
            Expression negation;
            negation.kind = Expression::Kind::Not;
            negation.children.push_back(std::move(*inner));
            return negation;
        }
        if (!takeSign("("))
            return comparison();
        Result<Expression> inner = either();
        if (inner && !takeSign(")"))
            return problem("a closing parenthesis is missing");
        return inner;
    }

    Result<Expression> comparison()
    {
        skipSpace();
        const std::size_t begin = m_position;
        Result<Operand> left = operand();
        if (!left)
            return tl::unexpected(std::move(left).error());
        const std::optional<Relation> relation = takeRelation();
        if (!relation)
            return problem("a comparison such as < or >= was expected");
        Result<Operand> right = operand();
        if (!right)
            return tl::unexpected(std::move(right).error());
        Expression expression;
        expression.comparison = {std::move(*left), *relation, std::move(*right),
                                 std::string(m_source.substr(begin, m_position - begin))};
        return expression;
    }

    Result<Operand> operand()
    {
        skipSpace();
        const char c = front();
        if (isDigit(c) || c == '-' || c == '.')
            return number();
        if (isWordCharacter(c))
            return metric();
        return problem("a number or a metric was expected");
    }

    Result<Operand> number()
    {
        double value = 0;
        const char* begin = m_source.data() + m_position;
        const auto [end, error] = std::from_chars(begin, m_source.data() + m_source.size(), value);
        if (error != std::errc{} || !std::isfinite(value))
            return problem("this is not a number");
        m_position += static_cast<std::size_t>(end - begin);
        const auto* suffix =
            std::find_if(kSuffixes.begin(), kSuffixes.end(), [this](const Suffix& s) { return startsWith(s.text); });
        if (suffix != kSuffixes.end()) {
            m_position += suffix->text.size();
            value *= suffix->factor;
        }
        if (isWordCharacter(front()))
            return problem("this is not a unit prefix; k, M, G, T, Ki, Mi, Gi, Ti and % are");
        return value;
    }

    Result<Operand> metric()
    {
        const std::size_t begin = m_position;
        while (isWordCharacter(front()))
            ++m_position;
        MetricCall call;
        call.name = m_source.substr(begin, m_position - begin);
        if (!takeSign("("))
            return call;
        skipSpace();
        Result<std::string> argument = front() == '"' ? quotedArgument() : bareArgument();
        if (!argument)
            return tl::unexpected(std::move(argument).error());
        if (argument->empty())
            return problem(fmt::format("the parentheses after {} are empty", call.name));
        if (!takeSign(")"))
            return problem("a closing parenthesis is missing");
        call.argument = std::move(*argument);
        return call;
    }

    Result<std::string> quotedArgument()
    {
        const std::size_t end = m_source.find('"', m_position + 1);
        if (end == std::string_view::npos)
            return problem("a closing quotation mark is missing");
        const std::string_view text = m_source.substr(m_position + 1, end - m_position - 1);
        m_position = end + 1;
        return std::string(text);
    }

    Result<std::string> bareArgument()
    {
        const std::size_t end = m_source.find(')', m_position);
        if (end == std::string_view::npos)
            return problem("a closing parenthesis is missing");
        std::string_view text = m_source.substr(m_position, end - m_position);
        m_position = end;
        while (!text.empty() && isSpace(text.back()))
            text.remove_suffix(1);
        return std::string(text);
    }

    std::optional<Relation> takeRelation()
    {
        for (const RelationSign& sign : kRelations) {
            if (takeSign(sign.text))
                return sign.relation;
        }
        return std::nullopt;
    }

    bool takeSign(std::string_view sign)
    {
        skipSpace();
        if (!startsWith(sign))
            return false;
        m_position += sign.size();
        return true;
    }

    bool takeWord(std::string_view word)
    {
        skipSpace();
        const std::string_view rest = m_source.substr(m_position);
        if (rest.size() < word.size() || (rest.size() > word.size() && isWordCharacter(rest[word.size()])))
            return false;
        if (!std::equal(word.begin(), word.end(), rest.begin(), [](char a, char b) { return a == lower(b); }))
            return false;
        m_position += word.size();
        return true;
    }

    [[nodiscard]] bool startsWith(std::string_view text) const { return m_source.substr(m_position).starts_with(text); }
    [[nodiscard]] char front() const { return m_position < m_source.size() ? m_source[m_position] : '\0'; }

    void skipSpace()
    {
        while (isSpace(front()))
            ++m_position;
    }

    bool atEnd()
    {
        skipSpace();
        return m_position == m_source.size();
    }

    [[nodiscard]] tl::unexpected<base::Error> problem(const std::string& what) const
    {
        const std::string where =
            m_position >= m_source.size() ? "at its end" : fmt::format("at character {}", m_position + 1);
        return base::fail(ErrorCode::Usage, fmt::format("--fail-if \"{}\": {}, {}", m_source, what, where));
    }

    std::string_view m_source;
    std::size_t m_position = 0;
    std::size_t m_depth = 0;
};

void collectMetrics(const Expression& expression, std::vector<MetricCall>& calls)
{
    for (const Operand* operand : {&expression.comparison.left, &expression.comparison.right}) {
        if (const auto* call = std::get_if<MetricCall>(operand))
            calls.push_back(*call);
    }
    for (const Expression& child : expression.children)
        collectMetrics(child, calls);
}

} // namespace

std::string MetricCall::text() const
{
    if (argument.empty())
        return name;
    const bool needsQuotes = argument.find(')') != std::string::npos || isSpace(argument.front());
    return needsQuotes ? fmt::format("{}(\"{}\")", name, argument) : fmt::format("{}({})", name, argument);
}

Result<Expression> parse(std::string_view source)
{
    if (source.size() > kMaxExpressionBytes)
        return base::fail(ErrorCode::Usage,
                          fmt::format("an expression of --fail-if is longer than {} bytes", kMaxExpressionBytes));
    return Parser(source).parseAll();
}

std::vector<MetricCall> metricsIn(const Expression& expression)
{
    std::vector<MetricCall> calls;
    collectMetrics(expression, calls);
    return calls;
}

} // namespace vnscope::cli::threshold
