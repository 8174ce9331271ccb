// SPDX-License-Identifier: Apache-2.0
#include "views/pipeline/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::views::pipeline {
namespace {

using storage::Value;

std::optional<std::int64_t> maybe(const Value& value)
{
    return value.isNull() ? std::nullopt : std::optional(value.integer());
}

/// The links of one table: rows of from_id, to_id, coupling, weight.
class LinkReader final {
public:
    LinkReader(const storage::Store& store, Pipeline& pipeline) : m_store(store), m_pipeline(pipeline) {}

    /// As the agent or a program said. What was said of both ways is one link.
    base::Result<void> readNeighbours()
    {
        const auto rows = rowsOf(m_store, {"element_neighbour", {"from_id", "to_id", "coupling"}});
        if (!rows)
            return tl::unexpected(rows.error());
        for (const auto& row : rows->rows) {
            Link link{row[0].integer(), row[1].integer(), row[2].text()};
            if (Link* back = find(link.to, link.from))
                back->isBothWays = true;
            else
                add(std::move(link));
        }
        return {};
    }

    /// As it was seen. Where both ways were, the one of more windows counts.
    base::Result<void> readChains()
    {
        const auto rows = rowsOf(m_store, {"chain_link", {"from_id", "to_id", "coupling"}, {}, {"-windows"}});
        if (!rows)
            return tl::unexpected(rows.error());
        for (const auto& row : rows->rows) {
            Link link{row[0].integer(), row[1].integer(), row[2].text(), true};
            Link* known = find(link.from, link.to);
            if (known == nullptr)
                known = find(link.to, link.from);
            if (known == nullptr)
                add(std::move(link));
            else if (!known->isChain)
                *known = std::move(link);
        }
        return {};
    }

private:
    [[nodiscard]] Link* find(ElementId from, ElementId to)
    {
        const auto found = m_known.find({from, to});
        return found == m_known.end() ? nullptr : &m_pipeline.links[found->second];
    }
    void add(Link link)
    {
        const auto& elements = m_pipeline.elements;
        if (link.from == link.to || !elements.contains(link.from) || !elements.contains(link.to))
            return;
        m_known[{link.from, link.to}] = m_pipeline.links.size();
        m_pipeline.links.push_back(std::move(link));
    }

    const storage::Store& m_store;
    Pipeline& m_pipeline;
    std::map<std::pair<ElementId, ElementId>, std::size_t> m_known; ///< By the ends they were first seen with.
};

} // namespace

bool Pipeline::hasSeveralHosts() const
{
    return std::ranges::any_of(elements,
                               [&](const auto& each) { return each.second.host != elements.begin()->second.host; });
}

base::Result<storage::Table> rowsOf(const storage::Store& store, const storage::Select& select)
{
    return store.hasTable(select.table) ? store.read(select) : base::Result<storage::Table>(storage::Table{});
}

base::Result<Pipeline> readPipeline(const storage::Store& store)
{
    const auto rows =
        rowsOf(store, {"element", {"element_id", "host", "name", "kind", "layer", "vm", "capacity_bps", "parent_id"}});
    if (!rows)
        return tl::unexpected(rows.error());
    Pipeline pipeline;
    for (const auto& row : rows->rows)
        pipeline.elements[row[0].integer()] = {row[1].text(), row[2].text(), row[3].text(), row[4].text(),
                                               row[5].text(), maybe(row[6]), maybe(row[7])};
    LinkReader links(store, pipeline);
    if (const auto done = links.readNeighbours(); !done)
        return tl::unexpected(done.error());
    if (const auto done = links.readChains(); !done)
        return tl::unexpected(done.error());
    return pipeline;
}

} // namespace vnscope::views::pipeline
