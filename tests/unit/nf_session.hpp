// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/microscope/engine.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::tests {

/// Events of network functions, written down one by one and played in the order of their times.
class NfSession final {
public:
    NfSession& element(std::uint32_t number, std::string_view name, std::string_view kind)
    {
        return add(0, tracepoints::EventType::NfElement,
                   tracepoints::NfElement{1, number, m_strings.intern(name), m_strings.intern(kind)});
    }
    NfSession& queue(std::uint32_t number, std::string_view name, std::uint32_t reader, std::uint16_t batch = 32,
                     std::uint32_t capacity = 1024)
    {
        return add(0, tracepoints::EventType::NfQueue,
                   tracepoints::NfQueue{1, number, reader, capacity, batch, m_strings.intern(name)});
    }
    NfSession& read(std::int64_t ns, std::uint32_t element, std::uint32_t queue, std::vector<std::uint64_t> ids)
    {
        return add(ns, tracepoints::EventType::NfRead, batch(element, queue, ids));
    }
    NfSession& write(std::int64_t ns, std::uint32_t element, std::uint32_t queue, std::vector<std::uint64_t> ids)
    {
        return add(ns, tracepoints::EventType::NfWrite, batch(element, queue, ids));
    }
    NfSession& flow(std::int64_t ns, std::uint32_t element, std::uint64_t packet, std::uint16_t sourcePort)
    {
        tracepoints::NfFlow event;
        event.packet = packet;
        event.element = element;
        event.ipVersion = 4;
        event.protocol = 17;
        event.sourcePort = sourcePort;
        return add(ns, tracepoints::EventType::NfFlow, event);
    }
    NfSession& drop(std::int64_t ns, std::uint32_t element, std::uint32_t queue, std::vector<std::uint64_t> ids)
    {
        tracepoints::NfDrop event;
        event.element = element;
        event.queue = queue;
        event.packets = static_cast<std::uint16_t>(ids.size());
        event.ids.count = ids.size();
        std::copy(ids.begin(), ids.end(), event.ids.numbers.begin());
        return add(ns, tracepoints::EventType::NfDrop, event);
    }
    template <typename Payload> NfSession& add(std::int64_t ns, tracepoints::EventType type, Payload payload)
    {
        m_events.push_back(
            {ns, [=](analyses::microscope::Engine& engine, const tracepoints::StringTable& strings) {
                 const tracepoints::EventRecord record{{kBegin + ns}, 0, type, 0, {0}};
                 const tracepoints::EventBatch one({&record, 1}, reinterpret_cast<const std::byte*>(&payload));
                 engine.process(record, one, strings, 0, "host");
             }});
        return *this;
    }
    void play(analyses::microscope::Engine& engine)
    {
        std::stable_sort(m_events.begin(), m_events.end(), [](const Event& a, const Event& b) { return a.ns < b.ns; });
        for (const Event& event : m_events)
            event.tell(engine, m_strings);
        engine.finish();
    }

    static constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;
    [[nodiscard]] static tracepoints::NfBatch batch(std::uint32_t element, std::uint32_t queue,
                                                    const std::vector<std::uint64_t>& ids)
    {
        tracepoints::NfBatch event;
        event.element = element;
        event.queue = queue;
        event.packets = static_cast<std::uint16_t>(ids.size());
        event.ids.count = ids.size();
        std::copy_n(ids.begin(), std::min<std::size_t>(ids.size(), 64), event.ids.numbers.begin());
        return event;
    }

private:
    struct Event {
        std::int64_t ns = 0;
        std::function<void(analyses::microscope::Engine&, const tracepoints::StringTable&)> tell;
    };
    std::vector<Event> m_events;
    tracepoints::StringTable m_strings;
};

} // namespace vnscope::tests
