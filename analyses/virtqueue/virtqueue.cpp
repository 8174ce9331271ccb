// SPDX-License-Identifier: Apache-2.0
#include "analyses/virtqueue/virtqueue.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "analyses/virtqueue/queue.hpp"
#include "embedded/analyses_virtqueue_kTables.hpp"

namespace vnscope::analyses::virtqueue {

namespace {

using tracepoints::EventType;
using tracepoints::VirtioNotify;
using tracepoints::VirtqueueElement;
using tracepoints::VirtqueueFill;
using tracepoints::VirtqueueFlush;

std::string addressText(std::uint64_t address)
{
    return fmt::format("{:#x}", address);
}

class VirtqueueAnalysis final : public Analysis {
public:
    [[nodiscard]] const AnalysisInfo& info() const override;
    [[nodiscard]] std::vector<EventType> subscriptions() const override;
    void begin(RunContext&) override {}
    void process(const Event& event, RunContext& context) override;
    void finish(RunContext& context) override;

private:
    void forget(base::TraceId trace);

    std::map<std::pair<base::TraceId, std::uint64_t>, Queue> m_queues; ///< By trace and address.
};

const AnalysisInfo& VirtqueueAnalysis::info() const
{
    static const AnalysisInfo kInfo{
        "virtqueue",
        1,
        "Virtqueues",
        "How much does QEMU take from each virtqueue, how long does it take, and who tells whom?",
        {{{EventType::VirtqueuePop}, true, "requests of guests to QEMU"},
         {{EventType::VirtqueueFill}, false, "bytes and times of answers"},
         {{EventType::VirtqueueFlush}, false, "answers and their times"},
         {{EventType::VirtioQueueNotify}, false, "notifications by guests, and numbers of queues"},
         {{EventType::VirtioNotify, EventType::VirtioNotifyIrqfd}, false, "notifications of guests"}},
        embedded::kTables};
    return kInfo;
}

std::vector<EventType> VirtqueueAnalysis::subscriptions() const
{
    return {EventType::VirtqueuePop,      EventType::VirtqueueFill, EventType::VirtqueueFlush,
            EventType::VirtioQueueNotify, EventType::VirtioNotify,  EventType::VirtioNotifyIrqfd,
            EventType::EventsLost};
}

void VirtqueueAnalysis::forget(base::TraceId trace)
{
    for (auto& [key, queue] : m_queues)
        if (key.first == trace)
            queue.forget();
}

void VirtqueueAnalysis::process(const Event& event, RunContext& context)
{
    const base::TraceId trace = context.session.streams[event.record.stream.value].trace;
    const base::Timestamp at = event.record.time;
    const auto queueAt = [&](std::uint64_t vq) -> Queue& { return m_queues[{trace, vq}]; };
    switch (event.record.type) {
    case EventType::VirtqueuePop: {
        const auto& pop = event.as<VirtqueueElement>();
        queueAt(pop.vq).onPop(at, pop.element);
        break;
    }
    case EventType::VirtqueueFill: {
        const auto& fill = event.as<VirtqueueFill>();
        queueAt(fill.vq).onFill(fill);
        break;
    }
    case EventType::VirtqueueFlush: {
        const auto& flush = event.as<VirtqueueFlush>();
        queueAt(flush.vq).onFlush(at, flush.count);
        break;
    }
    case EventType::VirtioQueueNotify: {
        const auto& note = event.as<VirtioNotify>();
        queueAt(note.vq).onGuestNotify(at, note);
        break;
    }
    case EventType::EventsLost: forget(trace); break;
    default: {
        const auto& note = event.as<VirtioNotify>();
        queueAt(note.vq).onHostNotify(note);
        break;
    }
    }
}

void VirtqueueAnalysis::finish(RunContext& context)
{
    storage::TableWriter rows = context.store.table(
        "virtqueue", {"trace_id", "vq", "device", "queue", "pops", "flushed", "bytes", "guest_notifies",
                      "host_notifies", "max_depth", "pop_waits", "pop_wait_mean_ns", "pop_wait_max_ns", "services",
                      "service_mean_ns", "service_max_ns"});
    for (const auto& [key, queue] : m_queues) {
        const auto device = queue.device() ? std::optional(addressText(*queue.device())) : std::nullopt;
        rows.append(key.first, addressText(key.second), device, queue.number(), queue.pops(), queue.flushed(),
                    queue.bytes(), queue.guestNotifies(), queue.hostNotifies(), queue.maxDepth(),
                    queue.popWaits().count, queue.popWaits().mean(), queue.popWaits().max(), queue.services().count,
                    queue.services().mean(), queue.services().max());
    }
}

} // namespace

std::unique_ptr<Analysis> create()
{
    return std::make_unique<VirtqueueAnalysis>();
}

} // namespace vnscope::analyses::virtqueue
