// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/base/ids.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::microscope {

/// One network function, or a source of packets.
using ElementId = base::Id<struct NfElementTag>;
/// One queue in front of a network function.
using QueueId = base::Id<struct NfQueueTag>;

struct Element {
    std::uint64_t key = 0; ///< Its number in the trace, on its host: trackers::functionKey().
    std::string host;
    std::string name;
    std::string kind; ///< "firewall", "nat", …; empty: not told.
    bool isSource = false;
    bool isDefined = false; ///< By an `element` event; else only seen at work.
};

struct Queue {
    std::uint64_t key = 0; ///< As of an element.
    std::string host;
    std::string name;
    ElementId reader;            ///< Invalid: nobody, or not known.
    std::uint32_t capacity = 0;  ///< Packets; 0: unknown.
    std::uint32_t fullBatch = 0; ///< Packets of a read that may have left some; 0: unknown.
    bool leadsOut = false;       ///< Nobody who is traced reads it.
    bool isDefined = false;
};

/// The network functions and queues of a session, numbered densely. A number of the trace is unique on its host.
class Network final {
public:
    /// Numbers that a hostile trace could invent are not endless: what is more gets an invalid id.
    static constexpr std::size_t kMost = 4096;

    [[nodiscard]] ElementId element(std::uint32_t host, const std::string& hostName, std::uint32_t number);
    [[nodiscard]] QueueId queue(std::uint32_t host, const std::string& hostName, std::uint32_t number);

    void define(ElementId id, std::string_view name, std::string_view kind);
    void define(QueueId id, std::string_view name, ElementId reader, const tracepoints::NfQueue& told);

    [[nodiscard]] Element& operator[](ElementId id) { return m_elements[id.value]; }
    [[nodiscard]] const Element& operator[](ElementId id) const { return m_elements[id.value]; }
    [[nodiscard]] Queue& operator[](QueueId id) { return m_queues[id.value]; }
    [[nodiscard]] const Queue& operator[](QueueId id) const { return m_queues[id.value]; }
    [[nodiscard]] const std::vector<Element>& elements() const { return m_elements; }
    [[nodiscard]] const std::vector<Queue>& queues() const { return m_queues; }
    [[nodiscard]] std::uint64_t refused() const { return m_refused; } ///< Times that kMost was reached.

private:
    template <typename IdType, typename Thing>
    IdType find(std::unordered_map<std::uint64_t, IdType>& ids, std::vector<Thing>& things, std::uint32_t host,
                const std::string& hostName, std::uint32_t number, const char* prefix);

    std::vector<Element> m_elements;
    std::vector<Queue> m_queues;
    std::unordered_map<std::uint64_t, ElementId> m_elementIds; ///< By host and number.
    std::unordered_map<std::uint64_t, QueueId> m_queueIds;
    std::uint64_t m_refused = 0;
};

} // namespace vnscope::analyses::microscope
