// SPDX-License-Identifier: Apache-2.0
#include "tests/support/map_truth.hpp"

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace vnscope::tests::support {

namespace {

/// Between the kernel's event and the netlink message of the same change.
constexpr std::int64_t kMonitorSlack = kSecond / 10;

} // namespace

std::int64_t timelineNs(const SampleCase& sample, const std::string& what)
{
    std::ifstream file(sample.truth("timeline.tsv"));
    std::int64_t ns = 0;
    for (std::string text; file >> ns && std::getline(file, text);)
        if (text.substr(1).starts_with(what))
            return ns;
    throw std::runtime_error("the timeline does not tell of " + what);
}

double secondsAfter(std::int64_t begin, std::int64_t at)
{
    return static_cast<double>(at - begin) / static_cast<double>(kSecond);
}

EdgeTruth cable(const std::string& kind, std::string a, std::string b)
{
    if (b < a)
        std::swap(a, b);
    return {kind, a, b};
}

NodeNames nodeNames(const ImportedSample& imported)
{
    NodeNames names;
    const storage::Table nodes = imported.read({.table = "topology_node"});
    for (std::size_t row = 0; row < nodes.rows.size(); ++row)
        names[nodes.at(row, "node_id").integer()] =
            nodes.at(row, "kind").text() == "station" ? nodes.at(row, "mac").text() : nodes.at(row, "name").text();
    return names;
}

NodeNames nodeNamesInNetns(const ImportedSample& imported)
{
    NodeNames names = nodeNames(imported);
    const storage::Table nodes = imported.read({.table = "topology_node", .where = {{"netns", "<>", ""}}});
    for (std::size_t row = 0; row < nodes.rows.size(); ++row)
        names[nodes.at(row, "node_id").integer()] += "@" + nodes.at(row, "netns").text();
    return names;
}

std::vector<StoredEdge> storedEdges(const ImportedSample& imported, const NodeNames& names)
{
    const auto nameOf = [&](std::int64_t id) { return names.contains(id) ? names.at(id) : std::string(); };
    std::vector<StoredEdge> all;
    const storage::Table edges = imported.read({.table = "topology_edge"});
    for (std::size_t row = 0; row < edges.rows.size(); ++row) {
        const std::string kind = edges.at(row, "kind").text();
        const std::string a = nameOf(edges.at(row, "from_id").integer());
        const std::string b = nameOf(edges.at(row, "to_id").integer());
        const bool isOrdered = kind == "bridge_port" || kind == "attached_host";
        all.push_back({isOrdered ? EdgeTruth{kind, a, b} : cable(kind, a, b), edges.at(row, "valid_from_ns").integer(),
                       edges.at(row, "valid_to_ns").integer(), edges.at(row, "certainty").text()});
    }
    return all;
}

FdbTruth storedFdb(const storage::Table& entries, const NodeNames& names, std::int64_t at)
{
    FdbTruth there;
    for (std::size_t row = 0; row < entries.rows.size(); ++row)
        if (entries.at(row, "valid_from_ns").integer() <= at && at < entries.at(row, "valid_to_ns").integer())
            there.insert({names.at(entries.at(row, "bridge_id").integer()),
                          names.at(entries.at(row, "port_id").integer()), entries.at(row, "mac").text(),
                          static_cast<int>(entries.at(row, "vlan").integer())});
    return there;
}

FdbReplay::FdbReplay(const SampleCase& sample, const std::string& monitor)
{
    for (const nlohmann::json& entry : sample.truthJson("start/root/bridge_fdb.json"))
        if (entry.contains("master") && entry.value("state", "") != "permanent")
            m_now.insert({entry["master"], entry["ifname"], entry["mac"], entry.value("vlan", 0)});
    std::ifstream file(sample.truth(monitor));
    for (std::string line; std::getline(file, line);)
        read(line);
    m_states[m_at] = m_now;
}

const FdbTruth* FdbReplay::at(std::int64_t ns) const
{
    const auto next = m_states.lower_bound(ns - kMonitorSlack);
    const bool isClose = next != m_states.end() && next->first < ns + kMonitorSlack;
    if (isClose || next == m_states.begin())
        return nullptr;
    return &std::prev(next)->second;
}

void FdbReplay::read(const std::string& line)
{
    std::istringstream words(line);
    std::vector<std::string> all;
    for (std::string word; words >> word;)
        all.push_back(word);
    if (!all.empty() && all[0] == "Timestamp:") { // Timestamp: Fri Nov 20 22:19:31 2026 484144 usec
        m_states[m_at] = m_now;
        std::tm time{};
        std::istringstream date(all[2] + " " + all[3] + " " + all[4] + " " + all[5]);
        date >> std::get_time(&time, "%b %d %H:%M:%S %Y");
        m_at = static_cast<std::int64_t>(timegm(&time)) * kSecond + std::stoll(all[6]) * 1000;
        return;
    }
    const bool isDeleted = !all.empty() && all[0] == "Deleted";
    if (isDeleted)
        all.erase(all.begin());
    const bool isBridges = std::ranges::find(all, "master") != all.end();
    if (!isBridges || std::ranges::find(all, "permanent") != all.end())
        return;
    std::erase(all, "extern_learn"); // A word of its own among pairs of name and value.
    std::map<std::string, std::string> named;
    for (std::size_t i = 1; i + 1 < all.size(); i += 2)
        named[all[i]] = all[i + 1];
    const int vlan = named.contains("vlan") ? std::stoi(named["vlan"]) : 0;
    // An entry that moves is told at its new place only.
    std::erase_if(m_now, [&](const auto& entry) {
        return std::get<0>(entry) == named["master"] && std::get<2>(entry) == all[0] && std::get<3>(entry) == vlan;
    });
    if (!isDeleted)
        m_now.insert({named["master"], named["dev"], all[0], vlan});
}

} // namespace vnscope::tests::support
