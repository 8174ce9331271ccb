// SPDX-License-Identifier: Apache-2.0
#include "tests/live/recorded_map.hpp"

#include <stdexcept>

namespace vnscope::tests::live {

namespace {

storage::Store opened(const std::filesystem::path& path)
{
    auto store = storage::Store::open(path);
    if (!store)
        throw std::runtime_error(store.error().text());
    return *std::move(store);
}

base::TimeRange validityOf(const storage::Table& table, std::size_t row)
{
    return {{table.at(row, "valid_from_ns").integer()}, {table.at(row, "valid_to_ns").integer()}};
}

} // namespace

RecordedMap::RecordedMap(const std::filesystem::path& store, const Naming& naming) : m_store(opened(store))
{
    const storage::Table table = read({.table = "topology_node"});
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const storage::Value& mac = table.at(row, "mac");
        const NodeRow node{table.at(row, "kind").text(), table.at(row, "host").text(),   table.at(row, "netns").text(),
                           table.at(row, "name").text(), mac.isNull() ? "" : mac.text(), validityOf(table, row)};
        const std::string name = naming(node);
        if (name.empty())
            continue;
        const std::int64_t id = table.at(row, "node_id").integer();
        m_nodes.emplace(id, node);
        m_names.emplace(id, name);
    }
}

storage::Table RecordedMap::read(const storage::Select& select) const
{
    auto table = m_store.read(select);
    if (!table)
        throw std::runtime_error(table.error().text());
    return *std::move(table);
}

std::vector<RecordedMap::EdgeRow> RecordedMap::rowsAt(base::Timestamp at) const
{
    std::vector<EdgeRow> found;
    const storage::Table table = read({.table = "topology_edge"});
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const EdgeRow edge{table.at(row, "from_id").integer(), table.at(row, "to_id").integer(),
                           table.at(row, "kind").text(), table.at(row, "certainty").text()};
        if (m_names.contains(edge.from) && m_names.contains(edge.to) && validityOf(table, row).contains(at))
            found.push_back(edge);
    }
    return found;
}

std::map<support::EdgeTruth, std::set<std::string>> RecordedMap::edgesAt(base::Timestamp at) const
{
    std::map<support::EdgeTruth, std::set<std::string>> edges;
    for (const EdgeRow& edge : rowsAt(at)) {
        const std::string& from = nameOf(edge.from);
        const std::string& to = nameOf(edge.to);
        if (edge.kind == "bridge_port")
            edges[{edge.kind, from, to}].insert(edge.certainty);
        else if (edge.kind != "attached_host")
            edges[support::cable(edge.kind, from, to)].insert(edge.certainty);
    }
    return edges;
}

std::map<std::pair<std::string, std::string>, std::set<std::string>> RecordedMap::attachedAt(base::Timestamp at) const
{
    std::map<std::pair<std::string, std::string>, std::set<std::string>> attached;
    for (const EdgeRow& edge : rowsAt(at))
        if (edge.kind == "attached_host")
            attached[{nameOf(edge.from), m_nodes.at(edge.to).mac}].insert(edge.certainty);
    return attached;
}

std::set<std::pair<std::string, std::string>> RecordedMap::learnedAt(base::Timestamp at) const
{
    std::set<std::pair<std::string, std::string>> learned;
    const storage::Table table = read({.table = "fdb_entry", .where = {{"origin", "<>", "local"}}});
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        if (const auto port = m_names.find(table.at(row, "port_id").integer());
            port != m_names.end() && validityOf(table, row).contains(at))
            learned.insert({port->second, table.at(row, "mac").text()});
    return learned;
}

} // namespace vnscope::tests::live
