// SPDX-License-Identifier: Apache-2.0
#include "views/filter/completion.hpp"

#include <algorithm>
#include <cctype>

#include "views/filter/tokens.hpp"

namespace vnscope::views::filter {
namespace {

using Kind = Token::Kind;

enum class Expected { Column, Comparison, Value, Joint };

/// What may come behind a token where `expected` could come before it.
Expected after(const Token& token, Expected expected)
{
    if (token.kind == Kind::And)
        return Expected::Column;
    if (token.kind == Kind::Comparison)
        return Expected::Value;
    if (expected == Expected::Column)
        return token.kind == Kind::Word ? Expected::Comparison : Expected::Column;
    return Expected::Joint;
}

std::vector<std::string> candidates(Expected expected, const Language& language)
{
    switch (expected) {
    case Expected::Column: return language.columns;
    case Expected::Comparison: {
        std::vector<std::string> words = comparisons();
        words.emplace_back("&&");
        return words;
    }
    case Expected::Joint: return {"&&"};
    case Expected::Value: break;
    }
    return {};
}

bool beginsLike(std::string_view word, std::string_view begin)
{
    const auto lower = [](char character) { return std::tolower(static_cast<unsigned char>(character)); };
    return word.size() >= begin.size() &&
           std::equal(begin.begin(), begin.end(), word.begin(), [&](char a, char b) { return lower(a) == lower(b); });
}

} // namespace

Completion complete(std::string_view text, std::size_t cursor, const Language& language)
{
    const std::string_view before = text.substr(0, cursor);
    std::vector<Token> tokens = tokensOf(before);
    tokens.pop_back(); // The end.
    // A token that the cursor touches is still being written.
    std::string_view begun;
    if (!tokens.empty() && tokens.back().end == before.size()) {
        begun = before.substr(tokens.back().begin);
        tokens.pop_back();
    }
    Expected expected = Expected::Column;
    for (const Token& token : tokens)
        expected = after(token, expected);
    if (begun == "!") { // Before a column, not a part of one.
        begun = {};
    }
    Completion completion{before.size() - begun.size(), before.size(), candidates(expected, language)};
    std::erase_if(completion.words, [&](const std::string& word) { return !beginsLike(word, begun) || word == begun; });
    return completion;
}

} // namespace vnscope::views::filter
