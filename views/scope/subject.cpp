// SPDX-License-Identifier: Apache-2.0
#include "views/scope/subject.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vnscope::views::scope {
namespace {

using Kind = Subject::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 6> kNames{{{Kind::Device, "device"},
                                                                   {Kind::Stream, "stream"},
                                                                   {Kind::Vlan, "vlan"},
                                                                   {Kind::Function, "function"},
                                                                   {Kind::Element, "element"},
                                                                   {Kind::Pattern, "pattern"}}};

} // namespace

std::string_view nameOf(Subject::Kind kind)
{
    return std::ranges::find(kNames, kind, &std::pair<Kind, std::string_view>::first)->second;
}

std::optional<Subject::Kind> kindOf(std::string_view name)
{
    const auto* found = std::ranges::find(kNames, name, &std::pair<Kind, std::string_view>::second);
    return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

} // namespace vnscope::views::scope
