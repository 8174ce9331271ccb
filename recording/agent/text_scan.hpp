// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

/// Walks through the texts of /proc without copying.
namespace vnscope::recording::agent {

/// Takes the first line off `text`, without its end.
[[nodiscard]] inline std::string_view takeLine(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

/// Takes the first word off `line`; empty at its end.
[[nodiscard]] inline std::string_view takeWord(std::string_view& line)
{
    const auto isBlank = [](char it) { return it == ' ' || it == '\t'; };
    const auto* const begin = std::find_if_not(line.begin(), line.end(), isBlank);
    const auto* const end = std::find_if(begin, line.end(), isBlank);
    line.remove_prefix(static_cast<std::size_t>(end - line.begin()));
    return {begin, static_cast<std::size_t>(end - begin)};
}

template <typename Number = std::uint64_t>
[[nodiscard]] std::optional<Number> numberOf(std::string_view word, int base = 10)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
    return error == std::errc() && end == word.data() + word.size() ? std::optional(number) : std::nullopt;
}

} // namespace vnscope::recording::agent
