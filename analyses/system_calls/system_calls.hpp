// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/system_calls/connections.hpp"
#include "analyses/system_calls/process.hpp"
#include "storage/base/time.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::system_calls {

/// What programs did with their sockets, from a kernel's trace alone, as the counters that `vnscope_io` tells of those
/// that are instrumented. A process counts from its first call in the trace on; it is told once it has a connection
/// whose ends are known, and not at all if it tells its counters itself.
///
/// Memory is bounded by live processes and threads, their open sockets and their peers.
class SystemCalls final {
public:
    /// Processes beyond which no new one is taken; names and handshakes beyond which no new one is remembered.
    static constexpr std::size_t kMostProcesses = 16'384;
    static constexpr std::size_t kMostNames = 1U << 20U;
    static constexpr std::size_t kMostHandshakes = 65'536;

    struct Told {
        std::uint32_t host = 0;
        std::string_view element; ///< "nginx[1234]"; processes that peers cannot tell apart have the first one's.
        std::string_view peer;    ///< Empty: all peers together.
        std::string_view local;
        const tracepoints::IoCounters& counters;
    };
    using Listener = std::function<void(const Told&)>;

    [[nodiscard]] static std::span<const tracepoints::EventType> eventTypes();

    void process(const Event& event, const trackers::Trackers& trackers);
    /// `pid` of `host` tells its counters itself.
    void ignore(std::uint32_t host, std::uint32_t pid);
    /// Brings all counters up to `now`, which is not before the last event, and tells them.
    void tell(base::Timestamp now, const Listener& listener);

    /// Nothing to tell, now and as long as no event comes.
    [[nodiscard]] bool isEmpty() const { return m_processes.empty(); }
    [[nodiscard]] std::uint64_t refused() const { return m_refused; }

private:
    using Key = std::pair<std::uint32_t, std::uint32_t>; ///< Host; process or thread.

    enum class Kind : std::uint8_t { None, Read, Write, Wait, Connect, Accept };
    /// What a thread is in the kernel for.
    struct Call {
        Kind kind = Kind::None;
        bool isIgnored = false; ///< It moves nothing of a peer.
        std::int32_t fd = -1;
        std::int32_t otherFd = -1; ///< Of a transfer: where it reads; then `fd` is where it writes.
        std::uint32_t flags = 0;
        std::uint64_t asked = 0;
        std::uint64_t sk = 0;
        Ends peer;               ///< Of connect(), if the trace has it.
        base::Timestamp counted; ///< Its time until then is in the accounts.
    };
    struct Thread {
        std::uint32_t pid = 0;
        Call call;
    };
    struct Entry {
        Process process;
        base::Timestamp since;
        std::string element; ///< Empty: not told yet.
        bool isEnded = false;
    };

    /// A connection that was open before the process made a call.
    struct Open {
        std::int32_t fd = -1;
        Ends ends;
    };

    struct HostKeyHash {
        std::size_t operator()(const Key& key) const
        {
            return std::hash<std::uint64_t>()(std::uint64_t{key.first} << 32U | key.second);
        }
    };

    [[nodiscard]] Thread& begin(const tracepoints::SystemCall& caller, base::Timestamp at, Kind kind);
    [[nodiscard]] Thread* threadOf(const tracepoints::SystemCall& caller);
    [[nodiscard]] Entry* processOf(const Thread& thread);
    [[nodiscard]] Entry* makeProcess(const Thread& thread, base::Timestamp at);
    void onCall(const Event& event, Kind kind);
    void onTransfer(const Event& event);
    void onConnect(const Event& event);
    void onAccepted(const Event& event);
    void onUse(const Event& event);
    void onState(const Event& event);
    void onQueue(const tracepoints::PacketHeaders& headers);
    [[nodiscard]] Call* connectingTo(const std::string& server);
    void onExit(const tracepoints::SystemCall& caller, std::int64_t result, base::Timestamp at);
    void onTaskExit(std::uint32_t tid);
    void onDump(const tracepoints::StatedumpConnection& connection);
    void spend(Thread& thread, std::uint32_t tid, base::Timestamp until);
    void finishMove(Thread& thread, std::uint32_t tid, std::int64_t result);
    void nameSocket(Entry& process, std::int32_t fd, std::uint64_t sk);
    void setName(std::uint32_t tid, std::string_view name);
    [[nodiscard]] std::string elementOf(Key key, const Entry& entry);
    [[nodiscard]] Ends acceptedFrom(const tracepoints::SocketAddress& client) const;
    void tellOne(Key key, Entry& entry, const Listener& listener);

    std::map<Key, Entry> m_processes;
    std::map<Key, std::vector<Open>> m_dumped; ///< Connections of processes that have made no call yet.
    std::size_t m_dumpedCount = 0;
    std::set<Key> m_ignored; ///< Processes that tell their counters themselves.
    std::unordered_map<Key, Thread, HostKeyHash> m_threads;
    std::unordered_map<Key, std::string, HostKeyHash> m_names;               ///< Of threads.
    std::map<std::uint32_t, Connections> m_connections;                      ///< By host.
    std::map<std::pair<std::uint32_t, std::string>, std::string> m_elements; ///< By host, name and identity.
    /// Connections that were asked for lately: the client's end, and the server's.
    std::unordered_map<std::string, std::string> m_handshakes;
    std::map<Key, std::uint16_t> m_connecting;      ///< Threads in connect(), and the CPU where that began.
    const trackers::Trackers* m_trackers = nullptr; ///< During process().
    std::uint32_t m_host = 0;                       ///< Of the current event.
    std::uint16_t m_cpu = 0;                        ///< Of the current event.
    std::uint64_t m_refused = 0;
};

} // namespace vnscope::analyses::system_calls
