// SPDX-License-Identifier: Apache-2.0
#include "storage/sql_script.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace vnscope::storage {

namespace {

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool isWordCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string_view takeLine(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// Takes blank and comment lines off the front of `text`; what is left of the comment is the block without a blank line
/// between it and the statement.
std::string takeComment(std::string_view& text)
{
    std::string comment;
    while (!text.empty()) {
        std::string_view rest = text;
        const std::string_view line = trimmed(takeLine(rest));
        if (line.starts_with("--")) {
            comment += comment.empty() ? "" : " ";
            comment += trimmed(line.substr(2));
        } else if (line.empty()) {
            comment.clear();
        } else {
            break;
        }
        text = rest;
    }
    return comment;
}

/// A comment behind the semicolon, on its line, speaks of that statement and not of the next.
void dropTrailingComment(std::string_view& text)
{
    std::string_view rest = text;
    const std::string_view line = trimmed(takeLine(rest));
    if (line.empty() || line.starts_with("--"))
        text = rest;
}

/// Where the statement at the front of `text` ends: after its semicolon, which is neither in a string nor in a comment.
std::size_t statementLength(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == ';')
            return i + 1;
        if (c == '\'' || c == '"')
            i = std::min(text.find(c, i + 1), text.size());
        else if (c == '-' && text.substr(i).starts_with("--"))
            i = std::min(text.find('\n', i), text.size());
    }
    return text.size();
}

std::string_view takeWord(std::string_view& text)
{
    text = trimmed(text);
    const auto end = std::find_if_not(text.begin(), text.end(), isWordCharacter);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(word.size());
    return word;
}

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::toupper(static_cast<unsigned char>(x)) == std::toupper(static_cast<unsigned char>(y));
    });
}

std::optional<CreateStatement::Kind> kindOf(std::string_view word)
{
    using Kind = CreateStatement::Kind;
    if (equalsIgnoringCase(word, "TABLE"))
        return Kind::Table;
    if (equalsIgnoringCase(word, "VIEW"))
        return Kind::View;
    if (equalsIgnoringCase(word, "INDEX"))
        return Kind::Index;
    return std::nullopt;
}

/// Kind and name from "CREATE [UNIQUE] kind name".
std::optional<CreateStatement> parseStatement(std::string_view sql)
{
    std::string_view rest = sql;
    if (!equalsIgnoringCase(takeWord(rest), "CREATE"))
        return std::nullopt;
    std::string_view word = takeWord(rest);
    if (equalsIgnoringCase(word, "UNIQUE"))
        word = takeWord(rest);
    const auto kind = kindOf(word);
    const std::string_view name = takeWord(rest);
    if (!kind || name.empty())
        return std::nullopt;
    return CreateStatement{*kind, std::string(name), {}, std::string(sql)};
}

} // namespace

base::Result<std::vector<CreateStatement>> parseSqlScript(std::string_view script)
{
    std::vector<CreateStatement> statements;
    while (true) {
        std::string comment = takeComment(script);
        if (script.empty())
            return statements;
        const std::size_t length = statementLength(script);
        const std::string_view sql = trimmed(script.substr(0, length));
        auto statement = parseStatement(sql);
        if (!statement)
            return base::fail(base::ErrorCode::Internal,
                              "a tables.sql may only hold CREATE TABLE, VIEW and INDEX, not \"" +
                                  std::string(sql.substr(0, 60)) + "\"");
        statement->comment = std::move(comment);
        statements.push_back(std::move(*statement));
        script.remove_prefix(length);
        dropTrailingComment(script);
    }
}

} // namespace vnscope::storage
