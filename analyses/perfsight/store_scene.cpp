// SPDX-License-Identifier: Apache-2.0
#include "analyses/perfsight/store_scene.hpp"

#include <map>
#include <span>
#include <string>
#include <tuple>
#include <utility>

namespace vnscope::analyses::perfsight {

namespace {

using storage::Select;
using storage::Value;

/// Rows of one table into the scene.
template <typename OnRow> class RowReader final : public storage::RowSink {
public:
    explicit RowReader(OnRow onRow) : m_onRow(std::move(onRow)) {}
    void columns(const std::vector<std::string>&) override {}
    [[nodiscard]] bool row(std::span<const Value> cells) override
    {
        m_onRow(cells);
        return true;
    }

private:
    OnRow m_onRow;
};

template <typename OnRow> base::Result<void> readRows(const storage::Store& store, const Select& select, OnRow onRow)
{
    RowReader<OnRow> reader(std::move(onRow));
    return store.read(select, reader);
}

Select within(std::string table, std::vector<std::string> columns, base::TimeRange range)
{
    return {
        std::move(table), std::move(columns), {{"ts_ns", ">=", range.begin}, {"ts_ns", "<=", range.end}}, {"ts_ns"}};
}

Counters::Counter counterOf(const Value& cell)
{
    return cell.isNull() ? Counters::Counter() : Counters::Counter(static_cast<std::uint64_t>(cell.integer()));
}

class SceneReader final {
public:
    SceneReader(const storage::Store& store, base::TimeRange range) : m_store(store), m_range(range) {}
    [[nodiscard]] base::Result<Scene> read();

private:
    base::Result<void> readElements();
    base::Result<void> readNeighbours();
    base::Result<void> readCounts();
    base::Result<void> readPeers();
    base::Result<void> readPeerCounts();
    base::Result<void> readAttributes();
    [[nodiscard]] Subject* subjectOf(const Value& id);

    const storage::Store& m_store;
    base::TimeRange m_range;
    Scene m_scene;
    std::map<std::int64_t, SubjectIndex> m_byId;
    std::map<std::tuple<std::int64_t, std::string, std::string>, std::size_t> m_peerNumbers;
};

Subject* SceneReader::subjectOf(const Value& id)
{
    const auto found = m_byId.find(id.integer());
    return found == m_byId.end() ? nullptr : &m_scene.subjects[found->second];
}

base::Result<void> SceneReader::readElements()
{
    const Select select{"element",
                        {"element_id", "host", "name", "kind", "layer", "tenant", "vm", "capacity_bps", "parent_id"},
                        {},
                        {"element_id"}};
    return readRows(m_store, select, [&](std::span<const Value> cells) {
        m_byId[cells[0].integer()] = m_scene.subjects.size();
        Element& element = m_scene.subjects.emplace_back().element;
        element.id = cells[0].integer();
        element.host = cells[1].text();
        element.name = cells[2].text();
        element.kind = cells[3].text();
        element.layer = layerOf(cells[4].text()).value_or(Layer::Driver);
        element.tenant = cells[5].text();
        element.vm = cells[6].text();
        element.capacityBps = counterOf(cells[7]);
        element.parentId = cells[8].isNull() ? -1 : cells[8].integer();
    });
}

base::Result<void> SceneReader::readNeighbours()
{
    const Select select{"element_neighbour", {"from_id", "to_id", "coupling"}};
    return readRows(m_store, select, [&](std::span<const Value> cells) {
        const auto from = m_byId.find(cells[0].integer());
        const auto to = m_byId.find(cells[1].integer());
        if (from != m_byId.end() && to != m_byId.end())
            m_scene.neighbours.push_back({from->second, to->second, couplingOf(cells[2].text())});
    });
}

base::Result<void> SceneReader::readCounts()
{
    const Select select = within("element_count",
                                 {"ts_ns", "element_id", "in_packets", "out_packets", "in_bytes", "out_bytes",
                                  "drop_packets", "in_time_ns", "out_time_ns", "queued_packets"},
                                 m_range);
    return readRows(m_store, select, [&](std::span<const Value> cells) {
        Subject* subject = subjectOf(cells[1]);
        if (subject == nullptr)
            return;
        subject->samples.push_back(
            {{cells[0].integer()},
             {counterOf(cells[2]), counterOf(cells[3]), counterOf(cells[4]), counterOf(cells[5]), counterOf(cells[6]),
              counterOf(cells[7]), counterOf(cells[8]), counterOf(cells[9])}});
    });
}

/// All peers that there ever were: one that says nothing in the window may be the cause of that silence.
base::Result<void> SceneReader::readPeers()
{
    return readRows(m_store, {"element_peer", {"element_id", "peer", "local"}}, [&](std::span<const Value> cells) {
        if (Subject* subject = subjectOf(cells[0])) {
            m_peerNumbers[{cells[0].integer(), cells[1].text(), cells[2].text()}] = subject->peers.size();
            subject->peers.push_back({cells[1].text(), cells[2].text(), {}});
        }
    });
}

base::Result<void> SceneReader::readPeerCounts()
{
    const Select select = within("element_peer_count",
                                 {"ts_ns", "element_id", "peer", "local", "in_packets", "out_packets", "in_bytes",
                                  "out_bytes", "in_time_ns", "out_time_ns"},
                                 m_range);
    return readRows(m_store, select, [&](std::span<const Value> cells) {
        Subject* subject = subjectOf(cells[1]);
        const auto number = m_peerNumbers.find({cells[1].integer(), cells[2].text(), cells[3].text()});
        if (subject == nullptr || number == m_peerNumbers.end())
            return;
        subject->peers[number->second].samples.push_back({{cells[0].integer()},
                                                          {counterOf(cells[4]),
                                                           counterOf(cells[5]),
                                                           counterOf(cells[6]),
                                                           counterOf(cells[7]),
                                                           {},
                                                           counterOf(cells[8]),
                                                           counterOf(cells[9]),
                                                           {}}});
    });
}

base::Result<void> SceneReader::readAttributes()
{
    return readRows(m_store, within("element_attribute", {"ts_ns", "element_id", "attribute", "value"}, m_range),
                    [&](std::span<const Value> cells) {
                        if (Subject* subject = subjectOf(cells[1]))
                            subject->attributes[cells[2].text()].push_back({{cells[0].integer()}, cells[3].integer()});
                    });
}

base::Result<Scene> SceneReader::read()
{
    if (!m_store.hasTable("element_count"))
        return Scene{};
    for (const auto step : {&SceneReader::readElements, &SceneReader::readNeighbours, &SceneReader::readCounts,
                            &SceneReader::readPeers, &SceneReader::readPeerCounts, &SceneReader::readAttributes}) {
        if (const auto done = (this->*step)(); !done)
            return tl::unexpected(done.error());
    }
    return std::move(m_scene);
}

} // namespace

base::Result<Scene> readScene(const storage::Store& store, base::TimeRange range)
{
    return SceneReader(store, range).read();
}

} // namespace vnscope::analyses::perfsight
