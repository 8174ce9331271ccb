// SPDX-License-Identifier: Apache-2.0
#include "analyses/microscope/network.hpp"

#include <fmt/format.h>

#include "analyses/trackers/function_key.hpp"

namespace vnscope::analyses::microscope {

template <typename IdType, typename Thing>
IdType Network::find(std::unordered_map<std::uint64_t, IdType>& ids, std::vector<Thing>& things, std::uint32_t host,
                     const std::string& hostName, std::uint32_t number, const char* prefix)
{
    const std::uint64_t key = trackers::functionKey(host, number);
    if (const auto found = ids.find(key); found != ids.end())
        return found->second;
    if (things.size() == kMost) {
        ++m_refused;
        return {};
    }
    const IdType id{static_cast<std::uint32_t>(things.size())};
    Thing thing;
    thing.key = key;
    thing.host = hostName;
    thing.name = fmt::format("{} {}", prefix, number);
    things.push_back(std::move(thing));
    ids.emplace(key, id);
    return id;
}

ElementId Network::element(std::uint32_t host, const std::string& hostName, std::uint32_t number)
{
    return find(m_elementIds, m_elements, host, hostName, number, "nf");
}

QueueId Network::queue(std::uint32_t host, const std::string& hostName, std::uint32_t number)
{
    return find(m_queueIds, m_queues, host, hostName, number, "queue");
}

void Network::define(ElementId id, std::string_view name, std::string_view kind)
{
    Element& element = m_elements[id.value];
    element.name = name;
    element.kind = kind;
    element.isSource = kind == "source";
    element.isDefined = true;
}

void Network::define(QueueId id, std::string_view name, ElementId reader, const tracepoints::NfQueue& told)
{
    Queue& queue = m_queues[id.value];
    if (!name.empty())
        queue.name = name;
    queue.reader = reader;
    queue.capacity = told.capacity;
    queue.fullBatch = told.batchPackets;
    queue.leadsOut = !reader.isValid();
    queue.isDefined = true;
}

} // namespace vnscope::analyses::microscope
