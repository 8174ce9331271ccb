// SPDX-License-Identifier: Apache-2.0
#include "analyses/netmedic/windowed_states.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::analyses::netmedic {

using namespace tracepoints;

namespace {

/// What hostile records may make us hold: about 200 MB. A minute of 17 components in windows of 1 ms is half of it.
constexpr std::size_t kMostStates = std::size_t{1} << 21;
constexpr std::size_t kMostComponents = 256;
constexpr std::size_t kMostQueues = 16'384;
/// Sums of times stay within 64 bits up to here (the year 2116).
constexpr std::int64_t kLatestNs = std::int64_t{1} << 62;

} // namespace

WindowedStates::WindowedStates(base::Nanoseconds window)
{
    m_axis.width = std::max<base::Nanoseconds>(window, 1);
}

void WindowedStates::process(const EventRecord& event, const EventBatch& batch)
{
    // A long batch takes several events, each with the count of the whole.
    const auto ofBatch = [&](auto take) {
        const auto& read = batch.payload<NfBatch>(event);
        if (read.first == 0)
            take(event.time, read.element, read.queue, read.packets);
    };
    switch (event.type) {
    case EventType::NfElement: onElement(batch.payload<NfElement>(event).element); break;
    case EventType::NfQueue: onQueue(batch.payload<NfQueue>(event)); break;
    case EventType::NfRead: ofBatch([this](auto... of) { onRead(of...); }); break;
    case EventType::NfWrite: ofBatch([this](auto... of) { onWrite(of...); }); break;
    case EventType::NfDrop: onDrop(event.time, batch.payload<NfDrop>(event).element); break;
    default: break;
    }
}

void WindowedStates::onElement(std::uint32_t element)
{
    nodeOf(element);
}

void WindowedStates::onQueue(const NfQueue& description)
{
    Queue* queue = queueOf(description.queue);
    if (queue == nullptr)
        return;
    queue->content.setCapacity(description.capacity);
    queue->batch = description.batchPackets;
    if (description.reader == NfQueue::kNone)
        return;
    if (const std::optional<Index> reader = nodeOf(description.reader))
        setReader(*queue, *reader);
}

void WindowedStates::onRead(base::Timestamp at, std::uint32_t element, std::uint32_t queueId, std::uint32_t packets)
{
    if (!isAccepted(at))
        return;
    const std::optional<Index> reader = nodeOf(element);
    Queue* queue = queueOf(queueId);
    if (!reader || queue == nullptr)
        return;
    setReader(*queue, *reader);
    Waits waits;
    changeContent(*queue, [&](QueueContent& content) {
        waits = content.take(m_now, packets);
        if (packets < queue->batch)
            content.emptyBefore(m_now);
    });
    m_nodes[*reader].history.onRead(m_axis, m_now, packets, waits);
}

void WindowedStates::onWrite(base::Timestamp at, std::uint32_t element, std::uint32_t queueId, std::uint32_t packets)
{
    if (!isAccepted(at))
        return;
    const std::optional<Index> writer = nodeOf(element);
    Queue* queue = queueOf(queueId);
    if (!writer || queue == nullptr)
        return;
    m_nodes[*writer].history.onWrite(m_axis, m_now, packets);
    if (std::find(queue->writers.begin(), queue->writers.end(), *writer) == queue->writers.end())
        queue->writers.push_back(*writer);
    changeContent(*queue, [&](QueueContent& content) { content.put(m_now, packets); });
}

void WindowedStates::onDrop(base::Timestamp at, std::uint32_t element)
{
    if (!isAccepted(at))
        return;
    if (const std::optional<Index> node = nodeOf(element))
        m_nodes[*node].history.onDrop(m_axis, m_now);
}

History WindowedStates::finish() const
{
    History history;
    history.axis = m_axis;
    history.windows = m_hasBegun ? m_axis.indexOf(m_now) + 1 : 0;
    history.quality = quality();

    std::vector<Index> order(m_nodes.size());
    for (const auto& [element, node] : std::map(m_nodeOf.begin(), m_nodeOf.end())) {
        history.components.push_back({element, m_nodes[node].history.states(m_axis, history.windows, m_now)});
        order[node] = static_cast<Index>(history.components.size() - 1);
    }
    for (const auto& [id, queue] : m_queues) {
        for (const Index writer : queue.writers) {
            if (queue.reader && *queue.reader != writer)
                history.edges.push_back({order[writer], order[*queue.reader]});
        }
    }
    std::sort(history.edges.begin(), history.edges.end());
    history.edges.erase(std::unique(history.edges.begin(), history.edges.end()), history.edges.end());
    return history;
}

bool WindowedStates::isAccepted(base::Timestamp at)
{
    const bool isPossible = at.ns > -kLatestNs && at.ns < kLatestNs;
    if (isPossible && !m_hasBegun) {
        m_hasBegun = true;
        m_axis.begin = at;
        m_now = at;
    }
    // One more than there are: the event may bring a component.
    if (!isPossible || (at > m_now && m_axis.indexOf(at) >= kMostStates / (m_nodes.size() + 1))) {
        ++m_eventsLeftOut;
        return false;
    }
    if (at < m_now)
        ++m_eventsMoved;
    m_now = std::max(m_now, at);
    return true;
}

std::optional<WindowedStates::Index> WindowedStates::nodeOf(std::uint32_t element)
{
    const auto found = m_nodeOf.find(element);
    if (found != m_nodeOf.end())
        return found->second;
    if (m_nodes.size() >= kMostComponents || m_axis.indexOf(m_now) >= kMostStates / (m_nodes.size() + 1)) {
        ++m_eventsLeftOut;
        return std::nullopt;
    }
    const auto node = static_cast<Index>(m_nodes.size());
    m_nodes.push_back({element, 0, {}});
    m_nodeOf.emplace(element, node);
    return node;
}

WindowedStates::Queue* WindowedStates::queueOf(std::uint32_t queue)
{
    const auto found = m_queues.find(queue);
    if (found != m_queues.end())
        return &found->second;
    if (m_queues.size() >= kMostQueues) {
        ++m_eventsLeftOut;
        return nullptr;
    }
    return &m_queues[queue];
}

void WindowedStates::setReader(Queue& queue, Index reader)
{
    if (queue.reader)
        return;
    queue.reader = reader;
    Node& node = m_nodes[reader];
    node.queued += queue.content.packets();
    node.history.onQueue(m_axis, m_now, node.queued);
}

template <typename Change> void WindowedStates::changeContent(Queue& queue, Change change)
{
    const std::uint64_t before = queue.content.packets();
    change(queue.content);
    if (!queue.reader)
        return;
    Node& node = m_nodes[*queue.reader];
    node.queued = node.queued + queue.content.packets() - before;
    node.history.onQueue(m_axis, m_now, node.queued);
}

std::vector<base::DataQuality> WindowedStates::quality() const
{
    std::vector<base::DataQuality> quality;
    if (m_eventsLeftOut > 0) {
        quality.push_back({base::Severity::DataLoss,
                           "netmedic_too_large",
                           "NetMedic: more windows, elements or queues than it compares; the rest was left out.",
                           "Take a longer window or a shorter trace.",
                           m_eventsLeftOut,
                           {},
                           {},
                           "netmedic"});
    }
    if (m_eventsMoved > 0) {
        quality.push_back({base::Severity::Defect,
                           "netmedic_time_back",
                           "NetMedic: events were out of order in time; they count as of the latest event before them.",
                           "",
                           m_eventsMoved,
                           {},
                           {},
                           "netmedic"});
    }
    return quality;
}

} // namespace vnscope::analyses::netmedic
