// SPDX-License-Identifier: Apache-2.0
// From system calls of programs that tell nothing themselves to the counters of their peers, and to verdicts.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyses/system_calls/connection.hpp"
#include "tests/support/scripted_source.hpp"

namespace vnscope::tests {
namespace {

using namespace analyses::system_calls;
using support::AnalysedScript;
using support::ScriptedSource;
using testing::ElementsAre;
using testing::IsEmpty;
using tracepoints::EventType;

constexpr std::int64_t kMs = base::kNsPerSecond / 1'000;
constexpr std::int64_t kBegin = 1'000 * base::kNsPerSecond;
constexpr std::int64_t kAgain = -11;

using Bytes = std::array<std::uint8_t, 16>;

/// 10.1.1.`last`, mapped into IPv6 as the kernel does.
Bytes mapped(std::uint8_t last)
{
    return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 1, last};
}

struct Connection {
    std::uint8_t client = 0; ///< Last byte of its address.
    std::uint16_t clientPort = 0;
    std::uint8_t server = 0;
    std::uint16_t serverPort = 0;
};

/// A kernel that is traced, by hand.
class Kernel final {
public:
    struct Task {
        std::uint32_t pid = 0;
        std::uint32_t tid = 0;
    };

    void name(std::uint32_t tid, const std::string& text)
    {
        m_source.add(kBegin, 0, EventType::TaskName, tracepoints::TaskName{tid, m_source.name(text)});
    }
    void call(std::int64_t at, EventType type, Task task, std::int32_t fd, std::uint64_t asked = 0,
              std::uint32_t flags = tracepoints::SocketCall::kNoFlags)
    {
        m_source.add(at, 0, type, tracepoints::SocketCall{caller(task), fd, flags, asked});
    }
    void exit(std::int64_t at, Task task, std::int64_t result)
    {
        m_source.add(at, 0, EventType::SystemCallExit, tracepoints::SystemCallExit{caller(task), result});
    }
    void wait(std::int64_t at, Task task)
    {
        m_source.add(at, 0, EventType::SocketWait, tracepoints::SocketWait{caller(task)});
    }
    void use(std::int64_t at, Task task, std::uint64_t sk)
    {
        m_source.add(at, 0, EventType::SocketUse, tracepoints::SocketUse{caller(task), sk});
    }
    /// A connection as sock:inet_sock_set_state tells it, its two sockets `sk` and `sk + 1`; `task` connects `fd`,
    /// `acceptor` gets `acceptedFd`.
    void connect(std::int64_t at, const Connection& connection, std::uint64_t sk, Task task, std::int32_t fd,
                 Task acceptor, std::int32_t acceptedFd)
    {
        tracepoints::SocketConnect connecting;
        connecting.caller = caller(task);
        connecting.fd = fd;
        m_source.add(at, 0, EventType::SocketConnect, connecting);
        tracepoints::SocketState state;
        state.tid = task.tid;
        state.sk = sk;
        state.before = 7;
        state.after = tracepoints::SocketState::kSynSent;
        state.remotePort = connection.serverPort;
        state.local = mapped(connection.client);
        state.remote = mapped(connection.server);
        m_source.add(at + 1, 0, EventType::SocketState, state);
        state.sk = sk + 1;
        state.before = 3;
        state.after = tracepoints::SocketState::kEstablished;
        state.localPort = connection.serverPort;
        state.remotePort = connection.clientPort;
        std::swap(state.local, state.remote);
        m_source.add(at + 2, 0, EventType::SocketState, state);
        exit(at + 3, task, 0);
        call(at + 4, EventType::SocketAccept, acceptor, 3);
        m_source.add(at + 5, 0, EventType::SocketAccepted,
                     tracepoints::SocketAccepted{caller(acceptor), acceptedFd, {}});
    }
    /// A whole call on a socket.
    void move(std::int64_t at, std::int64_t duration, EventType type, Task task, std::int32_t fd, std::uint64_t sk,
              std::int64_t result, std::uint64_t asked = 0)
    {
        call(at, type, task, fd, asked);
        use(at + 1, task, sk);
        exit(at + duration, task, result);
    }
    /// Something else happens.
    void tick(std::int64_t at)
    {
        m_source.add(at, 0, EventType::TaskName, tracepoints::TaskName{9'999, m_source.name("someone")});
    }
    ScriptedSource& source() { return m_source; }

private:
    [[nodiscard]] tracepoints::SystemCall caller(Task task) { return {task.tid, task.pid, m_source.name("")}; }

    ScriptedSource m_source;
};

struct Counted {
    std::string element;
    std::string peer;
    std::string local;
    std::int64_t inBytes = 0;
    std::int64_t outBytes = 0;
    std::int64_t inTimeNs = 0;
    std::int64_t outTimeNs = 0;
};

/// The last counters of each peer of each element.
std::vector<Counted> countedIn(const AnalysedScript& script)
{
    std::vector<Counted> all;
    const storage::Table elements = script.read({.table = "element", .orderBy = {"name"}});
    for (std::size_t row = 0; row < elements.rows.size(); ++row) {
        const storage::Table counts = script.read({.table = "element_peer_count",
                                                   .where = {{"element_id", "=", elements.at(row, "element_id")}},
                                                   .orderBy = {"ts_ns"}});
        std::map<std::string, Counted> last;
        for (std::size_t i = 0; i < counts.rows.size(); ++i)
            last[counts.at(i, "peer").text()] = {
                elements.at(row, "name").text(),      counts.at(i, "peer").text(),
                counts.at(i, "local").text(),         counts.at(i, "in_bytes").integer(),
                counts.at(i, "out_bytes").integer(),  counts.at(i, "in_time_ns").integer(),
                counts.at(i, "out_time_ns").integer()};
        for (const auto& [peer, counted] : last)
            all.push_back(counted);
    }
    return all;
}

std::vector<std::string> causesOf(const AnalysedScript& script)
{
    const storage::Table rows = script.read({.table = "root_cause"});
    std::vector<std::string> causes;
    for (std::size_t row = 0; row < rows.rows.size(); ++row)
        causes.push_back(script.read({.table = "element", .where = {{"element_id", "=", rows.at(row, "element_id")}}})
                             .at(0, "name")
                             .text() +
                         ' ' + rows.at(row, "label").text());
    return causes;
}

constexpr Kernel::Task kClient{11, 11};
constexpr Kernel::Task kProxy{12, 12};
constexpr Kernel::Task kServer{13, 13};
constexpr Connection kFront{1, 40'000, 2, 80};
constexpr Connection kBack{2, 40'001, 3, 8'080};
constexpr std::uint64_t kFrontSk = 0xffff'0000;
constexpr std::uint64_t kBackSk = 0xffff'1000;

/// client -> proxy -> server, uploads; the calls of 100 ms.
void beginChain(Kernel& kernel)
{
    kernel.name(11, "curl");
    kernel.name(12, "/usr/sbin/haproxy");
    kernel.name(13, "nginx");
    kernel.connect(kBegin + 10, kFront, kFrontSk, kClient, 5, kProxy, 6);
    kernel.connect(kBegin + 100, kBack, kBackSk, kProxy, 7, kServer, 8);
}

void blockingRound(Kernel& kernel, std::int64_t at)
{
    kernel.move(at, 95 * kMs, EventType::SocketWrite, kClient, 5, kFrontSk, 1'000, 1'000);
    kernel.move(at + 1, 3 * kMs, EventType::SocketRead, kProxy, 6, kFrontSk + 1, 1'000, 4'096);
    kernel.move(at + 4 * kMs, 90 * kMs, EventType::SocketWrite, kProxy, 7, kBackSk, 1'000, 1'000);
    kernel.move(at + 94 * kMs, 2 * kMs, EventType::SocketRead, kServer, 8, kBackSk + 1, 1'000, 4'096);
}

TEST(SystemCallsTest, BytesAndTimesOfEachPeer)
{
    Kernel kernel;
    beginChain(kernel);
    for (int round = 1; round <= 40; ++round)
        blockingRound(kernel, kBegin + round * 100 * kMs);
    kernel.tick(kBegin + 4'200 * kMs);
    const AnalysedScript script(kernel.source());
    const std::vector<Counted> counted = countedIn(script);
    ASSERT_EQ(counted.size(), 4U);
    EXPECT_EQ(counted[0].element, "curl[11]");
    EXPECT_EQ(counted[0].peer, "10.1.1.2:80");
    EXPECT_EQ(counted[0].local, "10.1.1.1");
    EXPECT_EQ(counted[1].element, "haproxy[12]");
    EXPECT_EQ(counted[1].peer, "10.1.1.1");
    EXPECT_EQ(counted[1].local, "10.1.1.2:80");
    EXPECT_EQ(counted[2].peer, "10.1.1.3:8080");
    EXPECT_EQ(counted[3].element, "nginx[13]");
    // What was before the first telling, half a second after the beginning, is no part of any window.
    const int rounds = 40 - 4;
    EXPECT_NEAR(static_cast<double>(counted[2].outBytes), rounds * 1'000, 2'000);
    EXPECT_NEAR(static_cast<double>(counted[2].outTimeNs), rounds * 90.0 * kMs, 2.0 * 90 * kMs);
    EXPECT_NEAR(static_cast<double>(counted[1].inTimeNs), rounds * 3.0 * kMs, 2.0 * 3 * kMs);
    EXPECT_EQ(counted[2].inBytes, 0);
}

TEST(SystemCallsTest, TheServerThatAllWaitFor)
{
    Kernel kernel;
    beginChain(kernel);
    for (int round = 1; round <= 50; ++round)
        blockingRound(kernel, kBegin + round * 100 * kMs);
    kernel.tick(kBegin + 5'200 * kMs);
    EXPECT_THAT(causesOf(AnalysedScript(kernel.source())), ElementsAre("nginx[13] overloaded"));
}

/// After a read that would have blocked, what the thread waits is the peer's; after a write, that peer's; else
/// nobody's.
TEST(SystemCallsTest, WaitsOfEventLoopsBelongToWhatWouldHaveBlocked)
{
    Kernel kernel;
    beginChain(kernel);
    for (int round = 1; round <= 20; ++round) {
        const std::int64_t at = kBegin + round * 100 * kMs;
        kernel.move(at, 10, EventType::SocketRead, kProxy, 6, kFrontSk + 1, 500, 4'096);
        kernel.move(at + 100, 10, EventType::SocketRead, kProxy, 6, kFrontSk + 1, kAgain, 4'096);
        kernel.wait(at + kMs, kProxy);
        kernel.exit(at + 41 * kMs, kProxy, 1);
        kernel.move(at + 42 * kMs, 10, EventType::SocketRead, kProxy, 6, kFrontSk + 1, 4'096, 4'096);
        kernel.move(at + 43 * kMs, 10, EventType::SocketWrite, kProxy, 7, kBackSk, kAgain, 4'096);
        kernel.wait(at + 44 * kMs, kProxy);
        kernel.exit(at + 64 * kMs, kProxy, 1);
        kernel.move(at + 65 * kMs, 10, EventType::SocketWrite, kProxy, 7, kBackSk, 4'096, 4'096);
        kernel.wait(at + 66 * kMs, kProxy);
        kernel.exit(at + 96 * kMs, kProxy, 1);
    }
    kernel.tick(kBegin + 2'200 * kMs);
    const std::vector<Counted> counted = countedIn(AnalysedScript(kernel.source()));
    ASSERT_EQ(counted.size(), 2U);
    const double rounds = 20 - 5; // Until how it waits is known.
    EXPECT_NEAR(static_cast<double>(counted[0].inTimeNs), rounds * 40 * kMs, 41.0 * kMs);
    EXPECT_NEAR(static_cast<double>(counted[1].outTimeNs), rounds * 20 * kMs, 21.0 * kMs);
    EXPECT_EQ(counted[0].outTimeNs, 0);
    EXPECT_EQ(counted[1].inTimeNs, 0);
}

/// Stopped programs make no events; their calls have not returned, and the windows in between are judged.
TEST(SystemCallsTest, CallsThatDoNotReturnCountWhileTheyLast)
{
    Kernel kernel;
    beginChain(kernel);
    for (int round = 1; round <= 10; ++round)
        blockingRound(kernel, kBegin + round * 100 * kMs);
    kernel.call(kBegin + 1'200 * kMs, EventType::SocketWrite, kClient, 5, 1'000);
    kernel.call(kBegin + 1'200 * kMs, EventType::SocketWrite, kProxy, 7, 1'000);
    kernel.tick(kBegin + 9'000 * kMs);
    const AnalysedScript script(kernel.source());
    const std::vector<Counted> counted = countedIn(script);
    ASSERT_EQ(counted.size(), 4U);
    EXPECT_GT(counted[2].outTimeNs, 7'500 * kMs);
    const storage::Table states = script.read({.table = "element_state", .orderBy = {"valid_from_ns"}});
    std::int64_t blocked = 0;
    for (std::size_t row = 0; row < states.rows.size(); ++row) {
        if (states.at(row, "state").text() == "write_blocked")
            blocked =
                std::max(blocked, states.at(row, "valid_to_ns").integer() - states.at(row, "valid_from_ns").integer());
    }
    EXPECT_GE(blocked, 6 * base::kNsPerSecond);
}

/// lttng-modules has no sock_ events, but addresses in connect() and accept(), and SYNs with headers.
TEST(SystemCallsTest, HandshakesNameConnectionsWhereTheKernelTellsNoSockets)
{
    Kernel kernel;
    kernel.name(11, "client");
    kernel.name(13, "server");
    ScriptedSource& source = kernel.source();
    tracepoints::SocketConnect connect;
    connect.caller = {11, 11, source.name("")};
    connect.fd = 5;
    connect.peer = {2, 8'080, {10, 0, 0, 3}};
    source.add(kBegin + 10, 1, EventType::SocketConnect, connect);
    // The thread has changed its CPU meanwhile.
    tracepoints::PacketHeaders syn = support::tcp(1, 40'000, 3, 8'080, 0, 1, 1);
    syn.tcpFlags = tracepoints::kTcpSyn;
    source.add(kBegin + 11, 2, EventType::NetDevQueue, source.at(0x1, "eth0", 74, syn));
    kernel.exit(kBegin + 12, kClient, 0);
    kernel.call(kBegin + 13, EventType::SocketAccept, kServer, 3);
    source.add(kBegin + 14, 0, EventType::SocketAccepted,
               tracepoints::SocketAccepted{{13, 13, source.name("")}, 8, {2, 40'000, {10, 0, 0, 1}}});
    for (int round = 1; round <= 10; ++round) {
        const std::int64_t at = kBegin + round * 100 * kMs;
        kernel.call(at, EventType::SocketWrite, kClient, 5, 100);
        kernel.exit(at + kMs, kClient, 100);
        kernel.call(at + 2 * kMs, EventType::SocketRead, kServer, 8, 100);
        kernel.exit(at + 3 * kMs, kServer, 100);
    }
    kernel.tick(kBegin + 1'200 * kMs);
    const std::vector<Counted> counted = countedIn(AnalysedScript(source));
    ASSERT_EQ(counted.size(), 2U);
    EXPECT_EQ(counted[0].peer, "10.0.0.3:8080");
    EXPECT_EQ(counted[0].local, "10.0.0.1");
    EXPECT_EQ(counted[1].peer, "10.0.0.1");
    EXPECT_EQ(counted[1].local, "10.0.0.3:8080");
}

/// Both began before the trace, and are read by read(), which files are, too.
TEST(SystemCallsTest, ConnectionsOfTheStateDumpHaveNamesFromTheFirstCallOn)
{
    Kernel kernel;
    ScriptedSource& source = kernel.source();
    tracepoints::StatedumpConnection connection;
    connection.pid = 12;
    connection.fd = 6;
    connection.isAccepted = 1;
    connection.family = 4;
    connection.localPort = 80;
    connection.remotePort = 40'000;
    connection.local = {10, 0, 0, 2};
    connection.remote = {10, 0, 0, 1};
    connection.process = source.name("haproxy");
    source.add(kBegin, 0, EventType::StatedumpConnection, connection);
    connection.pid = 77; // It makes no call: nobody asks for it.
    connection.process = source.name("sshd");
    source.add(kBegin + 1, 0, EventType::StatedumpConnection, connection);
    for (int round = 1; round <= 10; ++round) {
        kernel.call(kBegin + round * 100 * kMs, EventType::SocketRead, kProxy, 6, 4'096);
        kernel.exit(kBegin + round * 100 * kMs + kMs, kProxy, 1'000);
        kernel.call(kBegin + round * 100 * kMs + 2 * kMs, EventType::SocketRead, kProxy, 4, 4'096);
        kernel.exit(kBegin + round * 100 * kMs + 3 * kMs, kProxy, 4'096);
    }
    kernel.tick(kBegin + 1'200 * kMs);
    const AnalysedScript script(source);
    const std::vector<Counted> counted = countedIn(script);
    ASSERT_EQ(counted.size(), 1U);
    EXPECT_EQ(counted[0].element, "haproxy[12]");
    EXPECT_EQ(counted[0].peer, "10.0.0.1");
    EXPECT_EQ(counted[0].local, "10.0.0.2:80");
    EXPECT_EQ(counted[0].inBytes % 1'000, 0) << "the file's bytes are not among them";
    EXPECT_EQ(script.read({.table = "element"}).rows.size(), 1U);
}

/// Files and pipes are read by the same calls: they are not sockets, and their readers no middleboxes.
TEST(SystemCallsTest, OnlySocketsCount)
{
    Kernel kernel;
    kernel.name(11, "cat");
    for (int round = 1; round <= 20; ++round) {
        kernel.call(kBegin + round * 100 * kMs, EventType::SocketRead, kClient, 4, 4'096);
        kernel.exit(kBegin + round * 100 * kMs + kMs, kClient, 4'096);
    }
    EXPECT_THAT(AnalysedScript(kernel.source()).read({.table = "element"}).rows, IsEmpty());
}

TEST(SystemCallsTest, WorkersOfOneServiceAreOneElement)
{
    constexpr Kernel::Task kOther{14, 14};
    Kernel kernel;
    beginChain(kernel);
    kernel.name(14, "haproxy");
    kernel.connect(kBegin + 200, {1, 40'002, 2, 80}, 0xffff'2000, kClient, 9, kOther, 6);
    for (int round = 1; round <= 10; ++round) {
        blockingRound(kernel, kBegin + round * 100 * kMs);
        kernel.move(kBegin + round * 100 * kMs + 5, kMs, EventType::SocketRead, kOther, 6, 0xffff'2001, 100, 100);
    }
    kernel.tick(kBegin + 1'200 * kMs);
    const storage::Table elements = AnalysedScript(kernel.source()).read({.table = "element", .orderBy = {"name"}});
    std::vector<std::string> names;
    for (std::size_t row = 0; row < elements.rows.size(); ++row)
        names.push_back(elements.at(row, "name").text());
    EXPECT_THAT(names, ElementsAre("curl[11]", "haproxy[12]", "nginx[13]"));
}

/// Their peer cannot tell them apart.
TEST(SystemCallsTest, ClientsOfOneNameAndAddressAreOneElement)
{
    constexpr Kernel::Task kOther{14, 14};
    Kernel kernel;
    beginChain(kernel);
    kernel.name(14, "curl");
    kernel.connect(kBegin + 200, {1, 40'002, 2, 80}, 0xffff'2000, kOther, 6, kProxy, 9);
    for (int round = 1; round <= 50; ++round) {
        blockingRound(kernel, kBegin + round * 100 * kMs);
        kernel.move(kBegin + round * 100 * kMs + 5, 90 * kMs, EventType::SocketWrite, kOther, 6, 0xffff'2000, 100, 100);
    }
    kernel.tick(kBegin + 5'200 * kMs);
    const AnalysedScript script(kernel.source());
    EXPECT_EQ(script.read({.table = "element"}).rows.size(), 3U);
    EXPECT_THAT(script.read({.table = "data_quality", .where = {{"kind", "=", "ambiguous_peer"}}}).rows, IsEmpty());
    EXPECT_THAT(causesOf(script), ElementsAre("nginx[13] overloaded"));
}

/// Its system calls say the same again.
TEST(SystemCallsTest, AProcessThatTellsItsCountersIsLeftToThat)
{
    Kernel kernel;
    beginChain(kernel);
    tracepoints::IoCounters told;
    told.version = 1;
    told.pid = 12;
    told.element = kernel.source().name("proxy");
    told.peer = kernel.source().name("");
    told.local = kernel.source().name("");
    kernel.source().add(kBegin + 50 * kMs, 0, EventType::IoCounters, told);
    for (int round = 1; round <= 10; ++round)
        blockingRound(kernel, kBegin + round * 100 * kMs);
    kernel.tick(kBegin + 1'200 * kMs);
    const storage::Table elements = AnalysedScript(kernel.source()).read({.table = "element", .orderBy = {"name"}});
    ASSERT_EQ(elements.rows.size(), 3U);
    EXPECT_EQ(elements.at(2, "name").text(), "proxy");
}

TEST(SystemCallsTest, WhatMakesNoSenseIsSurvived)
{
    Kernel kernel;
    kernel.exit(kBegin, kClient, 7);
    kernel.use(kBegin + 1, kClient, 1);
    kernel.call(kBegin + 2, EventType::DescriptorClose, kClient, -1);
    kernel.call(kBegin + 3, EventType::SocketRead, kClient, -2'147'483'648, ~0ULL, 0);
    kernel.exit(kBegin + 4, kClient, 9'223'372'036'854'775'807);
    kernel.call(kBegin + 5, EventType::SocketRead, kClient, 5, 1, 0x40);
    kernel.call(kBegin + 6, EventType::SocketWrite, kClient, 5, 1, 0x40);
    kernel.exit(kBegin + 5, kClient, -2'147'483'648);
    kernel.source().add(kBegin + 7, 0, EventType::SocketAccepted, tracepoints::SocketAccepted{{99, 99, {}}, 5, {}});
    kernel.source().add(kBegin + 8, 0, EventType::TaskExit, tracepoints::TaskExit{11});
    kernel.tick(kBegin + 3'600 * base::kNsPerSecond);
    kernel.tick(kBegin + 3'601 * base::kNsPerSecond);
    EXPECT_THAT(AnalysedScript(kernel.source()).read({.table = "element_state"}).rows, IsEmpty());
}

TEST(SystemCallsTest, OnlyAddressesOfIpAreNames)
{
    EXPECT_EQ(endsOf(tracepoints::SocketAddress{2, 80, {10, 0, 0, 1}}, Role::Connected).peer, "10.0.0.1:80");
    EXPECT_EQ(endsOf(tracepoints::SocketAddress{10, 80, {0x20, 0x01, 0x0d, 0xb8}}, Role::Accepted).peer, "2001:db8::");
    EXPECT_FALSE(endsOf(tracepoints::SocketAddress{1, 0, {}}, Role::Connected).isKnown()) << "a Unix socket";
    EXPECT_FALSE(endsOf(tracepoints::SocketAddress{}, Role::Connected).isKnown());
}

TEST(SystemCallsTest, AddressesThatPerfTookForTexts)
{
    EXPECT_EQ(addressOfPerf("\\x0aG\\x03\\x02", ""), "10.71.3.2");
    EXPECT_EQ(addressOfPerf("\\xc0\\xa8\\x01\\x14", ""), "192.168.1.20");
    EXPECT_EQ(addressOfPerf("\\x0a", ""), "10.*") << "10.0.0.1: a zero ends a text";
    EXPECT_EQ(addressOfPerf("\\x7f", "\\xfd\\x12"), "fd12*");
    EXPECT_EQ(addressOfPerf("ABCDEFGH", ""), "65.66.67.68");
    EXPECT_EQ(addressOfPerf("\\x7f", " \\x01\\x0d\\xb8\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x02"),
              "2001:db8:101:101:101:101:101:102");
    EXPECT_EQ(withPort("2001:db8::1", 80), "[2001:db8::1]:80");
}

} // namespace
} // namespace vnscope::tests
