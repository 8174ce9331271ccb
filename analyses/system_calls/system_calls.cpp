// SPDX-License-Identifier: Apache-2.0
#include "analyses/system_calls/system_calls.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "analyses/trackers/trackers.hpp"

namespace vnscope::analyses::system_calls {

namespace {

using tracepoints::EventType;
using tracepoints::SocketCall;
using tracepoints::SocketState;

constexpr std::int64_t kInProgress = -115; // EINPROGRESS of Linux.

/// A program that tells its counters itself has done so by then.
constexpr base::Nanoseconds kHeldBack = base::kNsPerSecond / 2;

bool has(std::uint32_t flags, std::uint32_t flag)
{
    return flags != SocketCall::kNoFlags && (flags & flag) != 0;
}

std::string_view fileName(std::string_view path)
{
    return path.substr(path.find_last_of('/') + 1);
}

} // namespace

std::span<const EventType> SystemCalls::eventTypes()
{
    static constexpr std::array kTypes{
        EventType::SocketRead,     EventType::SocketWrite,  EventType::SocketTransfer, EventType::SocketWait,
        EventType::SocketConnect,  EventType::SocketAccept, EventType::SocketAccepted, EventType::DescriptorClose,
        EventType::SystemCallExit, EventType::SocketState,  EventType::SocketUse,      EventType::TaskName,
        EventType::TaskFork,       EventType::TaskExit,     EventType::NetDevQueue,    EventType::StatedumpConnection};
    return kTypes;
}

void SystemCalls::process(const Event& event, const trackers::Trackers& trackers)
{
    m_trackers = &trackers;
    m_host = trackers.host();
    m_cpu = event.record.cpu;
    switch (event.record.type) {
    case EventType::SocketRead: onCall(event, Kind::Read); break;
    case EventType::SocketWrite: onCall(event, Kind::Write); break;
    case EventType::SocketAccept: onCall(event, Kind::Accept); break;
    case EventType::SocketTransfer: onTransfer(event); break;
    case EventType::SocketWait:
        (void)begin(event.as<tracepoints::SocketWait>().caller, event.record.time, Kind::Wait);
        break;
    case EventType::SocketConnect: onConnect(event); break;
    case EventType::SocketAccepted: onAccepted(event); break;
    case EventType::DescriptorClose: {
        const auto& call = event.as<SocketCall>();
        if (Entry* const entry = processOf(begin(call.caller, event.record.time, Kind::None)))
            entry->process.close(call.fd);
        break;
    }
    case EventType::SystemCallExit: {
        const auto& exit = event.as<tracepoints::SystemCallExit>();
        onExit(exit.caller, exit.result, event.record.time);
        break;
    }
    case EventType::SocketState: onState(event); break;
    case EventType::NetDevQueue: onQueue(event.as<tracepoints::SkbAtDevice>().headers); break;
    case EventType::SocketUse: onUse(event); break;
    case EventType::TaskName: {
        const auto& name = event.as<tracepoints::TaskName>();
        setName(name.tid, trackers.text(name.name));
        break;
    }
    case EventType::TaskFork: {
        const auto& fork = event.as<tracepoints::TaskFork>();
        setName(fork.childTid, trackers.text(fork.childName));
        break;
    }
    case EventType::StatedumpConnection: onDump(event.as<tracepoints::StatedumpConnection>()); break;
    case EventType::TaskExit: onTaskExit(event.as<tracepoints::TaskExit>().tid); break;
    default: break;
    }
}

void SystemCalls::setName(std::uint32_t tid, std::string_view name)
{
    if (!name.empty() && (m_names.size() < kMostNames || m_names.contains({m_host, tid})))
        m_names[{m_host, tid}] = fileName(name);
}

/// A call whose end was lost ends where the next one begins: nothing is known of the time between.
SystemCalls::Thread& SystemCalls::begin(const tracepoints::SystemCall& caller, base::Timestamp at, Kind kind)
{
    Thread& thread = m_threads[{m_host, caller.tid}];
    thread.pid = caller.pid != 0 ? caller.pid : caller.tid;
    if (!m_names.contains({m_host, thread.pid}))
        setName(thread.pid, m_trackers->text(caller.name));
    if (thread.call.kind == Kind::Connect)
        m_connecting.erase({m_host, caller.tid});
    thread.call = {};
    thread.call.kind = kind;
    thread.call.counted = at;
    return thread;
}

SystemCalls::Thread* SystemCalls::threadOf(const tracepoints::SystemCall& caller)
{
    const auto found = m_threads.find({m_host, caller.tid});
    return found == m_threads.end() ? nullptr : &found->second;
}

SystemCalls::Entry* SystemCalls::processOf(const Thread& thread)
{
    const auto found = m_processes.find({m_host, thread.pid});
    return found == m_processes.end() ? nullptr : &found->second;
}

SystemCalls::Entry* SystemCalls::makeProcess(const Thread& thread, base::Timestamp at)
{
    if (Entry* const known = processOf(thread))
        return known;
    if (m_ignored.contains({m_host, thread.pid}))
        return nullptr;
    if (m_processes.size() >= kMostProcesses) {
        ++m_refused;
        return nullptr;
    }
    Entry& entry = m_processes[{m_host, thread.pid}];
    entry.since = at;
    if (const auto dumped = m_dumped.extract({m_host, thread.pid})) {
        m_dumpedCount -= dumped.mapped().size();
        for (const Open& open : dumped.mapped()) {
            entry.process.addSocket(open.fd);
            entry.process.name(open.fd, open.ends);
        }
    }
    return &entry;
}

/// Kept until its process makes a call: most processes of a host are no middleboxes.
void SystemCalls::onDump(const tracepoints::StatedumpConnection& connection)
{
    const Key key{m_host, connection.pid};
    if (m_processes.contains(key) || m_ignored.contains(key) || m_dumpedCount >= kMostNames)
        return;
    if (!m_names.contains(key))
        setName(connection.pid, m_trackers->text(connection.process));
    std::vector<Open>& open = m_dumped[key];
    if (std::ranges::any_of(open, [&](const Open& other) { return other.fd == connection.fd; }))
        return;
    open.push_back({connection.fd, endsOf(connection)});
    ++m_dumpedCount;
}

void SystemCalls::onCall(const Event& event, Kind kind)
{
    const auto& call = event.as<SocketCall>();
    Thread& thread = begin(call.caller, event.record.time, kind);
    thread.call.fd = call.fd;
    thread.call.flags = call.flags;
    thread.call.asked = call.asked;
    thread.call.isIgnored = kind == Kind::Read && has(call.flags, SocketCall::kErrorQueue);
    // Who has flags works on sockets only: one whose beginning is not in the trace.
    const bool isOnSocket = kind != Kind::Accept && call.flags != SocketCall::kNoFlags;
    if (isOnSocket || m_dumped.contains({m_host, thread.pid})) {
        Entry* const entry = makeProcess(thread, event.record.time);
        if (entry != nullptr && isOnSocket) {
            entry->process.addSocket(call.fd);
            if (has(call.flags, SocketCall::kDontWait))
                entry->process.setNonblocking(call.fd);
        }
    }
}

void SystemCalls::onTransfer(const Event& event)
{
    const auto& transfer = event.as<tracepoints::SocketTransfer>();
    Thread& thread = begin(transfer.caller, event.record.time, Kind::Write);
    thread.call.fd = transfer.outFd;
    thread.call.asked = transfer.asked;
    // From a socket into a pipe it is a read.
    const Entry* const entry = processOf(thread);
    if (entry != nullptr && !entry->process.isSocket(transfer.outFd) && entry->process.isSocket(transfer.inFd)) {
        thread.call.kind = Kind::Read;
        thread.call.fd = transfer.inFd;
    }
}

void SystemCalls::onConnect(const Event& event)
{
    const auto& connect = event.as<tracepoints::SocketConnect>();
    Thread& thread = begin(connect.caller, event.record.time, Kind::Connect);
    thread.call.fd = connect.fd;
    thread.call.peer = endsOf(connect.peer, Role::Connected);
    m_connecting[{m_host, connect.caller.tid}] = m_cpu;
    if (Entry* const entry = makeProcess(thread, event.record.time))
        entry->process.addSocket(connect.fd);
}

void SystemCalls::onAccepted(const Event& event)
{
    const auto& accepted = event.as<tracepoints::SocketAccepted>();
    Thread* const thread = threadOf(accepted.caller);
    if (thread == nullptr)
        return;
    if (accepted.result >= 0) {
        if (Entry* const entry = makeProcess(*thread, event.record.time)) {
            const auto fd = static_cast<std::int32_t>(accepted.result);
            entry->process.close(fd); // Its close() is not in the trace.
            entry->process.addSocket(fd);
            entry->process.name(fd, acceptedFrom(accepted.peer));
            if (has(thread->call.flags, SocketCall::kNonblocking))
                entry->process.setNonblocking(fd);
        }
    }
    thread->call = {};
}

/// Inside of a read or write: tells that its descriptor is a socket, and which.
void SystemCalls::onUse(const Event& event)
{
    const auto& use = event.as<tracepoints::SocketUse>();
    Thread* const thread = threadOf(use.caller);
    if (thread == nullptr || (thread->call.kind != Kind::Read && thread->call.kind != Kind::Write))
        return;
    Entry* const entry = makeProcess(*thread, event.record.time);
    if (entry == nullptr)
        return;
    entry->process.addSocket(thread->call.fd);
    nameSocket(*entry, thread->call.fd, use.sk);
}

void SystemCalls::nameSocket(Entry& entry, std::int32_t fd, std::uint64_t sk)
{
    if (entry.process.isNamed(fd))
        return;
    if (const Ends* const ends = m_connections[m_host].find(sk))
        entry.process.name(fd, *ends);
}

/// Asked for a connection: says which client's end belongs to which server's, and who this end is.
void SystemCalls::onQueue(const tracepoints::PacketHeaders& headers)
{
    using namespace tracepoints;
    if (headers.transport != TransportProtocol::Tcp || (headers.tcpFlags & (kTcpSyn | kTcpAck)) != kTcpSyn)
        return;
    const std::string client = addressText(headers.network, headers.source);
    const std::string server = withPort(addressText(headers.network, headers.destination), headers.destinationPort);
    if (m_handshakes.size() >= kMostHandshakes)
        m_handshakes.clear();
    m_handshakes[withPort(client, headers.sourcePort)] = server;
    if (Call* const call = connectingTo(server))
        call->peer.local = client;
}

/// The call that sends a SYN to `server` here and now. A thread may change its CPU inside of it, so the CPU where it
/// began decides only between several.
SystemCalls::Call* SystemCalls::connectingTo(const std::string& server)
{
    Call* only = nullptr;
    bool areSeveral = false;
    for (const auto& [key, cpu] : m_connecting) {
        Call& call = m_threads[key].call;
        if (key.first != m_host || call.peer.peer != server || !call.peer.local.empty())
            continue;
        if (cpu == m_cpu)
            return &call;
        areSeveral = areSeveral || only != nullptr;
        only = &call;
    }
    return areSeveral ? nullptr : only;
}

Ends SystemCalls::acceptedFrom(const tracepoints::SocketAddress& client) const
{
    Ends ends = endsOf(client, Role::Accepted);
    if (const auto server = m_handshakes.find(withPort(ends.peer, client.port)); server != m_handshakes.end())
        ends.local = server->second;
    return ends;
}

void SystemCalls::onState(const Event& event)
{
    const auto& state = event.as<SocketState>();
    m_connections[m_host].update(state, [&](base::StringId id) { return m_trackers->text(id); });
    const auto thread = m_threads.find({m_host, state.tid});
    if (state.after != SocketState::kSynSent || thread == m_threads.end() || thread->second.call.kind != Kind::Connect)
        return;
    if (Entry* const entry = processOf(thread->second))
        nameSocket(*entry, thread->second.call.fd, state.sk);
}

void SystemCalls::onExit(const tracepoints::SystemCall& caller, std::int64_t result, base::Timestamp at)
{
    Thread* const thread = threadOf(caller);
    if (thread == nullptr)
        return;
    spend(*thread, caller.tid, at);
    finishMove(*thread, caller.tid, result);
    if (thread->call.kind == Kind::Connect)
        m_connecting.erase({m_host, caller.tid});
    thread->call = {};
}

void SystemCalls::finishMove(Thread& thread, std::uint32_t tid, std::int64_t result)
{
    const Call& call = thread.call;
    Entry* const entry = processOf(thread);
    if (entry == nullptr || call.isIgnored)
        return;
    switch (call.kind) {
    case Kind::Read:
    case Kind::Write:
        entry->process.end(call.fd, call.kind == Kind::Read ? Direction::In : Direction::Out, tid,
                           {result, call.asked, call.kind == Kind::Read && has(call.flags, SocketCall::kPeek)});
        break;
    case Kind::Connect:
        if (!entry->process.isNamed(call.fd))
            entry->process.name(call.fd, call.peer);
        if (result == kInProgress) {
            entry->process.setNonblocking(call.fd);
            entry->process.block(call.fd, Direction::Out, tid);
        }
        break;
    default: break;
    }
}

/// Counts the time of the thread's call until `until`.
void SystemCalls::spend(Thread& thread, std::uint32_t tid, base::Timestamp until)
{
    Call& call = thread.call;
    Entry* const entry = call.kind == Kind::None ? nullptr : processOf(thread);
    if (entry == nullptr || call.isIgnored)
        return;
    const base::Nanoseconds time = until - call.counted;
    switch (call.kind) {
    case Kind::Read: entry->process.spend(call.fd, Direction::In, time); break;
    case Kind::Write: entry->process.spend(call.fd, Direction::Out, time); break;
    case Kind::Wait: entry->process.wait(tid, time); break;
    default: break;
    }
    call.counted = until;
}

void SystemCalls::onTaskExit(std::uint32_t tid)
{
    const auto thread = m_threads.find({m_host, tid});
    if (thread != m_threads.end()) {
        if (Entry* const entry = processOf(thread->second))
            entry->process.forgetThread(tid);
        m_threads.erase(thread);
        m_connecting.erase({m_host, tid});
    }
    // The process ends with its first thread as a rule; what it did is still to be told.
    m_ignored.erase({m_host, tid});
    if (const auto process = m_processes.find({m_host, tid}); process != m_processes.end())
        process->second.isEnded = true;
    else
        m_names.erase({m_host, tid});
}

void SystemCalls::ignore(std::uint32_t host, std::uint32_t pid)
{
    if (m_ignored.size() < kMostProcesses && m_ignored.insert({host, pid}).second)
        m_processes.erase({host, pid});
}

/// Workers of one service, and clients of one that their peers cannot tell apart, are one element.
std::string SystemCalls::elementOf(Key key, const Entry& entry)
{
    const auto named = m_names.find(key);
    const std::string name = named == m_names.end() ? "process" : named->second;
    std::string own = fmt::format("{}[{}]", name, key.second);
    const std::string identity = entry.process.identity();
    if (identity.empty() || m_elements.size() >= kMostProcesses)
        return own;
    return m_elements.try_emplace({key.first, name + ' ' + identity}, own).first->second;
}

void SystemCalls::tellOne(Key key, Entry& entry, const Listener& listener)
{
    if (entry.element.empty())
        entry.element = elementOf(key, entry);
    std::vector<Account>& accounts = entry.process.accounts();
    const auto tell = [&](Account& account) {
        tracepoints::IoCounters counters;
        counters.pid = key.second;
        counters.in = account.in;
        counters.out = account.out;
        counters.idleNs = account.idleNs;
        account.isTouched = false;
        listener({key.first, entry.element, account.ends.peer, account.ends.local, counters});
    };
    for (std::size_t i = 1; i < accounts.size(); ++i) {
        if (accounts[i].isTouched)
            tell(accounts[i]);
    }
    tell(accounts.front()); // Last: it completes the others.
}

void SystemCalls::tell(base::Timestamp now, const Listener& listener)
{
    for (auto& [key, thread] : m_threads) {
        m_host = key.first;
        spend(thread, key.second, now);
    }
    for (auto entry = m_processes.begin(); entry != m_processes.end();) {
        auto& [key, process] = *entry;
        if (process.process.hasPeers() && now - process.since >= kHeldBack)
            tellOne(key, process, listener);
        if (process.isEnded) {
            m_names.erase(key);
            entry = m_processes.erase(entry);
        } else {
            ++entry;
        }
    }
}

} // namespace vnscope::analyses::system_calls
