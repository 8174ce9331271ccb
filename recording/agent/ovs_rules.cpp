// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/ovs_rules.hpp"

#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::string_view kSeparator = ", ";
constexpr std::string_view kActions = "actions=";

/// Takes "name=value, " off the front of `line`; false when it does not begin so.
bool takeField(std::string_view& line, std::string_view name, std::string_view& value)
{
    const std::size_t end = line.find(kSeparator);
    if (end == std::string_view::npos || !line.starts_with(name) || line.substr(name.size(), 1) != "=")
        return false;
    value = line.substr(name.size() + 1, end - name.size() - 1);
    line.remove_prefix(end + kSeparator.size());
    return true;
}

bool parseRule(std::string_view line, OvsRule& rule)
{
    std::string_view value;
    (void)takeField(line, "table_id", rule.table);
    (void)takeField(line, "cookie", value);
    (void)takeField(line, "duration", value);
    if (!takeField(line, "n_packets", value))
        return false;
    const auto packets = numberOf(value);
    if (!takeField(line, "n_bytes", value))
        return false;
    const auto bytes = numberOf(value);
    const std::size_t actions = line.find(kActions);
    if (!packets || !bytes || actions == std::string_view::npos)
        return false;
    rule.packets = *packets;
    rule.bytes = *bytes;
    rule.match = line.substr(0, actions == 0 ? 0 : actions - 1);
    rule.actions = line.substr(actions + kActions.size());
    return true;
}

} // namespace

bool parseOvsRules(std::string_view text, std::size_t most, std::vector<OvsRule>& rules)
{
    rules.clear();
    while (!text.empty()) {
        OvsRule rule;
        if (!parseRule(takeLine(text), rule))
            continue;
        if (rules.size() == most)
            return false;
        rules.push_back(rule);
    }
    return true;
}

} // namespace vnscope::recording::agent
