// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/threshold/names.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::cli::threshold {
namespace {

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// Levenshtein: insertions, deletions and replacements that turn one text into the other.
std::size_t typingErrors(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::vector<std::string> nearMatches(std::string_view wanted, const std::vector<std::string>& existing)
{
    constexpr std::size_t kMostTypingErrors = 2;
    constexpr std::size_t kMostMatches = 5;
    constexpr std::size_t kLongestCompared = 200;
    const std::string wantedLower = lowered(wanted.substr(0, kLongestCompared));
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (const std::string& candidate : existing) {
        const std::string candidateLower = lowered(std::string_view(candidate).substr(0, kLongestCompared));
        const std::size_t errors = typingErrors(wantedLower, candidateLower);
        const bool isContained = wantedLower.size() > 1 && candidateLower.find(wantedLower) != std::string::npos;
        // Two errors in a name of three letters make any name of any other.
        if (isContained || (errors <= kMostTypingErrors && errors * 2 <= wantedLower.size()))
            ranked.emplace_back(errors, candidate);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> near;
    for (const auto& [errors, candidate] : ranked) {
        if (near.size() < kMostMatches)
            near.push_back(candidate);
    }
    return near;
}

tl::unexpected<base::Error> noSuch(std::string_view kind, std::string_view wanted, std::vector<std::string> existing)
{
    constexpr std::size_t kMostListed = 30;
    std::string sentence = fmt::format("--fail-if: there is no {} \"{}\"", kind, wanted);
    const std::vector<std::string> near = nearMatches(wanted, existing);
    if (!near.empty())
        sentence += fmt::format(" (did you mean {}?)", fmt::join(near, " or "));
    const std::size_t hidden = existing.size() - std::min(existing.size(), kMostListed);
    existing.resize(existing.size() - hidden);
    if (!existing.empty())
        sentence += fmt::format("; there {} {}", existing.size() == 1 ? "is" : "are", fmt::join(existing, ", "));
    if (hidden > 0)
        sentence += fmt::format(" and {} more", hidden);
    return base::fail(base::ErrorCode::Usage, std::move(sentence));
}

} // namespace vnscope::cli::threshold
