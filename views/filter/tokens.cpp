// SPDX-License-Identifier: Apache-2.0
#include "views/filter/tokens.hpp"

#include <array>
#include <utility>

namespace vnscope::views::filter {
namespace {

using Kind = Token::Kind;

struct Spelling {
    std::string_view written;
    Kind kind;
    std::string_view means;
};

/// Of two that begin alike the longer one is first.
constexpr std::array<Spelling, 15> kSigns{{{"&&", Kind::And, "&&"},
                                           {"||", Kind::Or, "||"},
                                           {"==", Kind::Comparison, "=="},
                                           {"!=", Kind::Comparison, "!="},
                                           {"!~", Kind::Comparison, "!~"},
                                           {"<>", Kind::Comparison, "!="},
                                           {"<=", Kind::Comparison, "<="},
                                           {">=", Kind::Comparison, ">="},
                                           {"=", Kind::Comparison, "=="},
                                           {"<", Kind::Comparison, "<"},
                                           {">", Kind::Comparison, ">"},
                                           {"~", Kind::Comparison, "~"},
                                           {"!", Kind::Not, "!"},
                                           {"&", Kind::Other, "&"},
                                           {"|", Kind::Other, "|"}}};

/// Words that Wireshark and SQL have for the same.
constexpr std::array<Spelling, 10> kWords{{{"and", Kind::And, "&&"},
                                           {"or", Kind::Or, "||"},
                                           {"not", Kind::Not, "!"},
                                           {"eq", Kind::Comparison, "=="},
                                           {"ne", Kind::Comparison, "!="},
                                           {"lt", Kind::Comparison, "<"},
                                           {"le", Kind::Comparison, "<="},
                                           {"gt", Kind::Comparison, ">"},
                                           {"ge", Kind::Comparison, ">="},
                                           {"contains", Kind::Comparison, "~"}}};

bool isBlank(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

bool isOfWord(char character)
{
    constexpr std::string_view kStrangers = "&|=!<>~\"'()";
    return !isBlank(character) && kStrangers.find(character) == std::string_view::npos;
}

/// A text in quotes that begins at `begin`; a backslash takes the next character as it is.
Token quoted(std::string_view text, std::size_t begin)
{
    Token token{Kind::OpenText, {}, begin, text.size()};
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
        if (text[at] == text[begin]) {
            token.kind = Kind::Text;
            token.end = at + 1;
            return token;
        }
        if (text[at] == '\\' && at + 1 < text.size())
            ++at;
        token.text += text[at];
    }
    return token;
}

Token word(std::string_view text, std::size_t begin)
{
    std::size_t end = begin;
    while (end < text.size() && isOfWord(text[end]))
        ++end;
    const std::string_view written = text.substr(begin, end - begin);
    for (const Spelling& spelling : kWords) {
        if (spelling.written == written)
            return {spelling.kind, std::string(spelling.means), begin, end};
    }
    return {Kind::Word, std::string(written), begin, end};
}

Token tokenAt(std::string_view text, std::size_t begin)
{
    if (text[begin] == '"' || text[begin] == '\'')
        return quoted(text, begin);
    for (const Spelling& sign : kSigns) {
        if (text.substr(begin).starts_with(sign.written))
            return {sign.kind, std::string(sign.means), begin, begin + sign.written.size()};
    }
    if (isOfWord(text[begin]))
        return word(text, begin);
    return {Kind::Other, std::string(1, text[begin]), begin, begin + 1};
}

} // namespace

const std::vector<std::string>& comparisons()
{
    static const std::vector<std::string> kComparisons{"==", "!=", "<", "<=", ">", ">=", "~", "!~"};
    return kComparisons;
}

std::vector<Token> tokensOf(std::string_view text)
{
    std::vector<Token> tokens;
    std::size_t at = 0;
    for (;;) {
        while (at < text.size() && isBlank(text[at]))
            ++at;
        if (at == text.size())
            break;
        tokens.push_back(tokenAt(text, at));
        at = tokens.back().end;
    }
    tokens.push_back({Kind::End, {}, text.size(), text.size()});
    return tokens;
}

} // namespace vnscope::views::filter
