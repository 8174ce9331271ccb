// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "recording/agent/collector.hpp"
#include "recording/agent/ovs_rules.hpp"
#include "recording/agent/text_scan.hpp"
#include "recording/host/json_rpc.hpp"
#include "recording/host/ovs_sockets.hpp"

namespace vnscope::recording::agent {

namespace {

using Clock = std::chrono::steady_clock;

/// Of the host. A switch of a cloud may have a hundred thousand; for those, its own tools are the better way.
constexpr std::size_t kMostRules = 1000;
/// A rule's name holds its match and actions; longer ones are cut.
constexpr std::size_t kLongestName = 200;
/// Rules that ofproto makes for itself (ofproto/ofproto-provider.h: TBL_INTERNAL).
constexpr std::string_view kInternalTable = "254";
/// Nothing else is sampled while ovs-vswitchd is waited for.
constexpr host::JsonRpcLimits kLimits{std::chrono::milliseconds(200), std::size_t{4} << 20};

class RuleCollector final : public Collector {
public:
    explicit RuleCollector(std::int64_t periodNs) : m_period(periodNs) {}

    [[nodiscard]] const char* name() const override { return "ovs_rules"; }
    void rescan(Problems&) override
    {
        m_sockets.clear();
        for (const auto& folder : host::ovsdbFolders())
            for (const auto& socket : host::controlSockets(folder, "ovs-vswitchd"))
                m_sockets.push_back(socket);
        std::ranges::sort(m_sockets); // Two variables of the environment may name one folder.
        m_sockets.erase(std::unique(m_sockets.begin(), m_sockets.end()), m_sockets.end());
        if (m_sockets.empty())
            m_rules.clear();
    }
    void define(Sink& sink) const override
    {
        for (const Element& bridge : m_bridges)
            sink.define(bridge);
        for (const auto& [id, element] : m_rules)
            sink.define(element);
    }
    void sample(Depth depth, Sink& sink, Problems& problems) override
    {
        const Clock::time_point now = Clock::now();
        if (m_sockets.empty() || (depth != Depth::All && now < m_next))
            return;
        m_next = now + m_period;
        m_bridges.clear();
        m_present.clear();
        for (const std::string& socket : m_sockets)
            if (const auto read = readSwitch(socket, sink, problems);
                !read && read.error().code != base::ErrorCode::NotFound) // A killed one leaves its socket.
                problems.add(fmt::format("ovs-vswitchd at {}: {}.", host::quoted(socket), read.error().text()));
        std::erase_if(m_rules, [this](const auto& it) { return m_present.count(it.first) == 0; });
    }

private:
    base::Result<std::string> ask(host::JsonRpc& server, const char* method, const nlohmann::json& arguments)
    {
        const auto answer = server.ask(method, arguments);
        if (!answer)
            return tl::unexpected(answer.error());
        if (!answer->is_string())
            return base::fail(base::ErrorCode::Unsupported, "its answer is no text");
        return answer->get<std::string>();
    }

    base::Result<void> readSwitch(const std::string& socket, Sink& sink, Problems& problems)
    {
        auto server = host::JsonRpc::connect(socket, kLimits);
        if (!server)
            return tl::unexpected(server.error());
        const auto bridges = ask(*server, "ofproto/list", nlohmann::json::array());
        if (!bridges)
            return tl::unexpected(bridges.error());
        for (std::string_view text = *bridges; !text.empty();) {
            const std::string bridge(takeLine(text));
            const auto rules = ask(*server, "bridge/dump-flows", nlohmann::json::array({bridge}));
            if (!rules)
                return tl::unexpected(rules.error());
            if (!parseOvsRules(*rules, kMostRules - std::min(kMostRules, m_present.size()), m_parsed))
                problems.add(
                    fmt::format("Open vSwitch has more than {} rules: the others are not sampled.", kMostRules));
            const Element& parent = addBridge(socket, bridge, sink);
            for (const OvsRule& rule : m_parsed)
                if (rule.table != kInternalTable)
                    sampleRule(parent, rule, sink);
        }
        return {};
    }

    const Element& addBridge(const std::string& socket, const std::string& name, Sink& sink)
    {
        Element& bridge = m_bridges.emplace_back();
        bridge.id = elementId("ovs_bridge", {}, socket + " " + name);
        bridge.parent = hostId();
        bridge.name = name;
        bridge.kind = "ovs_bridge";
        bridge.layer = "switch";
        sink.define(bridge);
        return bridge;
    }

    void sampleRule(const Element& bridge, const OvsRule& rule, Sink& sink)
    {
        const std::uint64_t id = elementId("ovs_rule", {bridge.id}, fmt::format("{} {}", rule.table, rule.match));
        m_present.insert(id);
        const auto [known, isNew] = m_rules.try_emplace(id);
        Element& element = known->second;
        if (isNew) {
            element.id = id;
            element.parent = bridge.id;
            element.name = fmt::format("{} table={},{}{}actions={}", bridge.name, rule.table, rule.match,
                                       rule.match.empty() ? "" : ",", rule.actions)
                               .substr(0, kLongestName);
            element.kind = "ovs_rule";
            element.layer = "switch";
            sink.define(element);
        }
        Counters counters;
        counters.inPackets = rule.packets;
        counters.inBytes = rule.bytes;
        sink.sample(element, &counters, {});
    }

    std::chrono::nanoseconds m_period;
    Clock::time_point m_next{};
    std::vector<std::string> m_sockets;
    std::vector<Element> m_bridges;
    std::unordered_map<std::uint64_t, Element> m_rules; ///< By id.
    std::set<std::uint64_t> m_present;                  ///< Rules of the last answer.
    std::vector<OvsRule> m_parsed;
};

} // namespace

std::unique_ptr<Collector> makeRuleCollector(std::int64_t periodNs)
{
    return std::make_unique<RuleCollector>(periodNs);
}

} // namespace vnscope::recording::agent
