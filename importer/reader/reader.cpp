// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/reader.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "importer/reader/batch_writer.hpp"
#include "importer/reader/class_binder.hpp"
#include "importer/reader/stream_cursor.hpp"
#include "importer/reader/trace_graph.hpp"
#include "importer/wire/protocol.hpp"

namespace vnscope::importer::reader {

namespace {

/// What an ordinary reader needs at most, without the streams it maps.
constexpr rlim_t kBaseAddressSpace = rlim_t{1536} << 20U;
/// babeltrace2 maps each stream file in windows of 2048 pages.
constexpr rlim_t kAddressSpacePerStream = rlim_t{16} << 20U;

/// The process ends when the importing process does, however that ended: the kernel signals the hang-up of a pipe whose
/// other end only the importing process has. (A parent-death signal would already come when the thread ends that
/// started us.)
void tieToParent()
{
    ::fcntl(wire::kLifelineFd, F_SETOWN, ::getpid());
    ::fcntl(wire::kLifelineFd, F_SETFL, O_ASYNC | O_NONBLOCK);
    pollfd lifeline{wire::kLifelineFd, POLLIN, 0};
    if (::poll(&lifeline, 1, 0) > 0 && (lifeline.revents & (POLLHUP | POLLERR)) != 0)
        std::_Exit(EXIT_FAILURE);
}

void raiseLimit(int resource, rlim_t limit)
{
    rlimit current{};
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &current) != 0)
        return;
    current.rlim_cur = std::min(limit, current.rlim_max);
    ::setrlimit(static_cast<__rlimit_resource_t>(resource), &current);
}

/// A trace's length fields are not believed: a reader that wants absurd amounts of memory fails alone.
void limitResources([[maybe_unused]] std::size_t streams, [[maybe_unused]] std::size_t ring)
{
    raiseLimit(RLIMIT_CORE, 0);
    raiseLimit(RLIMIT_NOFILE, RLIM_INFINITY);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    raiseLimit(RLIMIT_AS, kBaseAddressSpace + kAddressSpacePerStream * streams + ring);
#endif
}

std::string readAll(int descriptor)
{
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || status.st_size <= 0)
        return {};
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::pread(descriptor, text.data() + done, text.size() - done, static_cast<off_t>(done));
        if (count <= 0)
            return {};
        done += static_cast<std::size_t>(count);
    }
    return text;
}

std::byte* mapRing(const wire::RingShape& shape)
{
    void* const memory = ::mmap(nullptr, wire::ringBytes(shape), PROT_READ | PROT_WRITE, MAP_SHARED, wire::kRingFd, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

/// Reads all streams of one request.
class Reader final {
public:
    Reader(wire::ReaderRequest request, wire::RingView ring, const bt_plugin* ctfPlugin)
        : m_request(std::move(request)),
          m_ring(ring),
          m_plugin(ctfPlugin),
          m_names(ring.names()),
          m_binder(m_messages),
          m_writer(ring, m_messages, m_names, [this](std::span<wire::StreamProgress> all) { fillProgress(all); })
    {
        for (const wire::GroupRequest& group : m_request.groups)
            for (std::size_t i = 0; i < group.pieces.size(); ++i)
                m_finished.push_back({.piece = static_cast<std::uint32_t>(m_finished.size())});
    }

    void run()
    {
        openAll();
        if (!m_request.isCheck)
            merge();
        m_writer.flush();
        enter(wire::ReaderPhase::Finished, 0);
        m_messages.send(wire::DoneMessage{});
    }

private:
    void enter(wire::ReaderPhase phase, std::uint32_t subject)
    {
        m_ring.header().subject.store(subject, std::memory_order_relaxed);
        m_ring.header().phase.store(static_cast<std::uint32_t>(phase), std::memory_order_release);
    }

    void openAll()
    {
        std::uint32_t firstPiece = 0;
        for (std::uint32_t group = 0; group < m_request.groups.size(); ++group) {
            enter(wire::ReaderPhase::OpeningGroup, group);
            m_ring.header().heartbeat.fetch_add(1, std::memory_order_relaxed);
            openGroup(group, firstPiece);
            firstPiece += static_cast<std::uint32_t>(m_request.groups[group].pieces.size());
        }
    }

    void openGroup(std::uint32_t index, std::uint32_t firstPiece)
    {
        const wire::GroupRequest& group = m_request.groups[index];
        auto graph = TraceGraph::open(m_plugin, group);
        auto cursors =
            graph ? graph->cursors(group, firstPiece, {m_request.window, m_binder, m_ring.header()}, m_messages)
                  : std::nullopt;
        if (!cursors) {
            m_messages.send(wire::GroupFailure{index});
            return;
        }
        markWhole(group, firstPiece, *cursors);
        m_graphs.push_back(std::move(graph));
        std::ranges::move(*cursors, std::back_inserter(m_cursors));
    }

    /// Streams without a single message are finished already.
    void markWhole(const wire::GroupRequest& group, std::uint32_t firstPiece,
                   const std::vector<std::unique_ptr<StreamCursor>>& cursors)
    {
        for (std::size_t i = 0; i < group.pieces.size(); ++i)
            m_finished[firstPiece + i].isFinished = 1;
        for (const auto& cursor : cursors)
            m_finished[cursor->piece()].isFinished = 0;
    }

    /// Heap order: the cursor whose event is next is on top; equal times go by stream, so that the number of readers
    /// does not change the order.
    struct IsLater {
        bool operator()(const StreamCursor* a, const StreamCursor* b) const
        {
            return a->time() != b->time() ? a->time() > b->time() : a->stream() > b->stream();
        }
    };

    void merge()
    {
        std::vector<StreamCursor*> heap;
        for (const auto& cursor : m_cursors)
            if (advance(*cursor))
                heap.push_back(cursor.get());
        std::ranges::make_heap(heap, IsLater());
        while (!heap.empty()) {
            StreamCursor& next = *heap.front();
            next.deliver(m_writer, m_names);
            if (advance(next)) {
                siftDown(heap);
            } else {
                std::ranges::pop_heap(heap, IsLater());
                heap.pop_back();
            }
        }
    }

    /// Restores the heap after its top moved to a later time.
    static void siftDown(std::vector<StreamCursor*>& heap)
    {
        StreamCursor* const moved = heap.front();
        std::size_t hole = 0;
        for (std::size_t child = 1; child < heap.size(); child = 2 * hole + 1) {
            if (child + 1 < heap.size() && IsLater()(heap[child], heap[child + 1]))
                ++child;
            if (!IsLater()(moved, heap[child]))
                break;
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = moved;
    }

    [[nodiscard]] bool advance(StreamCursor& cursor)
    {
        enter(wire::ReaderPhase::ReadingPiece, cursor.piece());
        const StreamCursor::State state = cursor.advance();
        if (state == StreamCursor::State::Failed) {
            // What came before the damage goes out first: the importing process continues after it elsewhere.
            m_writer.flush();
            m_messages.send(wire::StreamFailure{cursor.piece()});
        }
        return state == StreamCursor::State::AtEvent;
    }

    void fillProgress(std::span<wire::StreamProgress> all)
    {
        for (const auto& cursor : m_cursors)
            m_finished[cursor->piece()] = cursor->progress();
        std::ranges::copy(m_finished, all.begin());
    }

    wire::ReaderRequest m_request;
    wire::RingView m_ring;
    const bt_plugin* m_plugin;
    MessagePipe m_messages;
    NameLog m_names;
    ClassBinder m_binder;
    std::vector<wire::StreamProgress> m_finished; ///< By piece.
    std::vector<std::unique_ptr<TraceGraph>> m_graphs;
    std::vector<std::unique_ptr<StreamCursor>> m_cursors; ///< Gone before their graphs.
    BatchWriter m_writer;
};

int refuse(std::string reason)
{
    MessagePipe().send(wire::UnableMessage{std::move(reason)});
    return EXIT_FAILURE;
}

} // namespace

int run()
{
    tieToParent();
    // Ctrl-C reaches every process of the terminal; the importing process decides what it means.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGQUIT, SIG_IGN);

    auto request = wire::decodeRequest(readAll(wire::kRequestFd));
    if (!request || request->version != wire::protocolVersion())
        return refuse("The reader program belongs to another version of vnscope: install both from one build.");
    std::size_t streams = 0;
    for (const wire::GroupRequest& group : request->groups)
        streams += group.pieces.size();
    if (request->ring.progressEntries != streams)
        return refuse("The reader program was given a request that makes no sense.");
    limitResources(streams, wire::ringBytes(request->ring));

    std::byte* const memory = mapRing(request->ring);
    if (memory == nullptr)
        return refuse("The reader program cannot map its shared memory.");
    const bt_plugin* found = nullptr;
    if (bt_plugin_find("ctf", BT_TRUE, BT_FALSE, BT_TRUE, BT_TRUE, BT_FALSE, &found) != BT_PLUGIN_FIND_STATUS_OK)
        return refuse("babeltrace2's CTF plugin was not found: install the package that holds babeltrace2's plugins.");
    const PluginPtr plugin(found);
    const wire::RingView ring(memory, request->ring);
    Reader(std::move(*request), ring, plugin.get()).run();
    return EXIT_SUCCESS;
}

} // namespace vnscope::importer::reader
