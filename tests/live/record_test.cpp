// SPDX-License-Identifier: Apache-2.0
// `vnscope record` on this machine, with its kernel and its daemons: what is recorded is held against what the kernel
// counted, and after every end, kind or not, nothing is left.
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "storage/base/time.hpp"
#include "tests/live/recorded_session.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests::live {

namespace {

namespace fs = std::filesystem;
using support::runProgram;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// A mount namespace of our own: its LTTng daemons meet no others, its network namespaces' names end with it.
bool isolate()
{
    return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           (fs::create_directories("/run/lttng"), ::mount("none", "/run/lttng", "tmpfs", 0, "mode=755") == 0);
}

class Record : public testing::Test {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0)
            GTEST_SKIP() << "needs root";
        static const bool kIsIsolated = isolate();
        if (!kIsIsolated)
            GTEST_SKIP() << "no mount namespaces here";
        if (const auto doctor = runProgram("vnscope doctor"); doctor.exitCode != 0)
            GTEST_SKIP() << doctor.output;
        if (runProgram("command -v lttng-sessiond && command -v lttng").exitCode != 0)
            GTEST_SKIP() << "lttng-tools is not installed";
    }
    void TearDown() override
    {
        EXPECT_THAT(leftProcesses(m_scratch.path().string()), IsEmpty());
        EXPECT_THAT(runProgram("lttng -n list 2>&1").output, testing::Not(HasSubstr("vnscope-")));
    }
    [[nodiscard]] fs::path folder(const std::string& name = "run") const { return m_scratch.path() / name; }
    /// A command that says when it has begun and then waits; its line names the scratch folder, so that it is found.
    [[nodiscard]] std::string waiting() const
    {
        return fmt::format("-- sh -c 'touch \"$0\"; sleep 120; :' '{}'", begun().string());
    }
    [[nodiscard]] fs::path begun() const { return m_scratch.path() / "begun"; }

    support::ScratchDirectory m_scratch;
};

/// Counters of a device, as `ip -s link` has them.
std::pair<long, long> packetsOf(const std::string& netns, const std::string& device)
{
    const auto printed = runProgram(fmt::format("ip -n {} -s -j link show {}", netns, device));
    const auto stats = nlohmann::json::parse(printed.output).at(0).at("stats64");
    return {stats.at("rx").at("packets").get<long>(), stats.at("tx").at("packets").get<long>()};
}

/// Two namespaces on a veth, and iperf3's server in the second.
class TwoNamespaces : public Record {
protected:
    void SetUp() override
    {
        Record::SetUp();
        if (IsSkipped())
            return;
        const auto made = runProgram(fmt::format(R"(set -e
            for n in {0} {1}; do
                ip netns add $n
                ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || true
            done
            ip -n {0} link add {2} type veth peer name {3} netns {1}
            ip -n {0} addr add 10.99.0.1/24 dev {2}; ip -n {1} addr add 10.99.0.2/24 dev {3}
            ip -n {0} link set {2} up; ip -n {1} link set {3} up
            ip -n {0} neigh replace 10.99.0.2 dev {2} nud permanent lladdr $(ip netns exec {1} cat /sys/class/net/{3}/address)
            ip -n {1} neigh replace 10.99.0.1 dev {3} nud permanent lladdr $(ip netns exec {0} cat /sys/class/net/{2}/address)
            ip netns exec {1} iperf3 --server --one-off --daemon --logfile /dev/null
            # Kernel 6.18 was seen to record nothing in a CPU's idle task: a process of the idle class on each CPU.
            for cpu in $(seq 0 $(($(nproc) - 1))); do
                taskset -c $cpu chrt -i 0 timeout 60 sh -c 'while :; do :; done' {4} >/dev/null 2>&1 & echo $! >>{4}
            done
            )",
                                                 m_client, m_server, m_clientDevice, m_serverDevice,
                                                 (m_scratch.path() / "busy").string()));
        if (made.exitCode != 0)
            GTEST_SKIP() << "no network namespaces here: " << made.output;
    }
    void TearDown() override
    {
        (void)runProgram(
            fmt::format("kill $(cat {}); ip netns pids {} | xargs -r kill; ip netns del {}; ip netns del {}",
                        (m_scratch.path() / "busy").string(), m_server, m_client, m_server));
        Record::TearDown();
    }

    std::string m_client = fmt::format("vrc-{}", ::getpid());
    std::string m_server = fmt::format("vrs-{}", ::getpid());
    std::string m_clientDevice = fmt::format("vrc{}", ::getpid());
    std::string m_serverDevice = fmt::format("vrs{}", ::getpid());
};

TEST_F(TwoNamespaces, ThePacketsOfIperf3AreThoseThatTheKernelCounted)
{
    const auto clientBefore = packetsOf(m_client, m_clientDevice);
    const auto serverBefore = packetsOf(m_server, m_serverDevice);
    RecordRun run(folder(), fmt::format("--buffer 16M -- ip netns exec {} iperf3 -c 10.99.0.2 -n 4M -b 40M", m_client));
    ASSERT_EQ(run.wait(), 0) << run.said();
    ASSERT_THAT(run.said(), HasSubstr("iperf Done"));
    const auto session = run.session();
    EXPECT_TRUE(session.at("is_complete").get<bool>());
    EXPECT_EQ(session.at("command_status"), 0);
    for (const auto& source : session.at("sources"))
        EXPECT_EQ(source.at("lost_events"), 0) << source;

    const std::map<std::string, std::pair<long, long>> counted{
        {m_clientDevice,
         {packetsOf(m_client, m_clientDevice).first - clientBefore.first,
          packetsOf(m_client, m_clientDevice).second - clientBefore.second}},
        {m_serverDevice,
         {packetsOf(m_server, m_serverDevice).first - serverBefore.first,
          packetsOf(m_server, m_serverDevice).second - serverBefore.second}}};
    const auto report = runProgram(fmt::format("vnscope report '{}'", folder().string()));
    EXPECT_EQ(report.exitCode, 0) << report.output;
    for (const auto& [device, packets] : counted) {
        EXPECT_GT(packets.second, 50) << device;
        EXPECT_THAT(report.output, HasSubstr(device));
        const auto rows =
            run.query(fmt::format("SELECT rx_packets, tx_packets FROM device_total WHERE name = '{}'", device));
        ASSERT_EQ(rows.size(), 1U) << device << run.said();
        EXPECT_EQ(rows.at(0).at("rx_packets"), packets.first) << device;
        EXPECT_EQ(rows.at(0).at("tx_packets"), packets.second) << device;
    }
    // The state dump knows what no packet tells: who is whose peer.
    EXPECT_GT(run.events("vnscope_statedump:link"), 3);
}

/// What one line of a program's output says as a number.
std::int64_t numberFrom(const std::string& command)
{
    const auto printed = runProgram(command);
    EXPECT_EQ(printed.exitCode, 0) << printed.output;
    return std::strtoll(printed.output.c_str(), nullptr, 10);
}

TEST_F(Record, WhatTheCommandPreloadedBeforeStaysInFront)
{
    ASSERT_EQ(::setenv("LD_PRELOAD", "libm.so.6", 1), 0);
    RecordRun run(folder(), "--preset middlebox -- sh -c 'echo preloaded=$LD_PRELOAD'");
    ASSERT_EQ(::unsetenv("LD_PRELOAD"), 0);
    ASSERT_EQ(run.wait(), 0) << run.said();
    EXPECT_THAT(run.said(), testing::ContainsRegex("preloaded=libm.so.6:.*libvnscope_preload.so"));
}

TEST_F(Record, LttngAndPerfCountOneClock)
{
    RecordRun run(folder(), fmt::format("--preset middlebox -- '{}'", VNSCOPE_EMITTER));
    ASSERT_EQ(run.wait(), 0) << run.said();
    const fs::path perf = folder() / "perf_syscalls" / "ctf";
    if (!fs::exists(perf))
        GTEST_SKIP() << "LTTng records the kernel here";
    EXPECT_EQ(run.query("SELECT message FROM data_quality WHERE kind IN ('clocks_not_correlated', "
                        "'clock_without_epoch')"),
              nlohmann::json::array());
    // babeltrace2 prints what the tracers themselves counted. The emitter tells of calls right after it has received
    // the last message.
    const std::string cycles = "babeltrace2 --clock-cycles --no-delta '{}' | grep {} | {} | tr -d '[]' | cut -d' ' -f1";
    const std::int64_t received =
        numberFrom(fmt::format(fmt::runtime(cycles), perf.string(), "sys_exit_recvfrom", "tail -n 1"));
    const std::int64_t told =
        numberFrom(fmt::format(fmt::runtime(cycles), (folder() / "lttng").string(), "vnscope_io:call", "head -n 1"));
    EXPECT_GT(told, received) << "both count one clock";
    EXPECT_LT(told - received, 100 * base::kNsPerMs);
    // So both traces have to be laid on one offset: LTTng's, to the nanosecond.
    const std::int64_t first = numberFrom(fmt::format(fmt::runtime(cycles), perf.string(), "sys_", "head -n 1"));
    const std::int64_t offset = numberFrom(fmt::format(
        "grep -a -m 1 -oP '\\toffset = \\K[0-9]+' '{}/lttng/ust/uid/0/64-bit/metadata'", folder().string()));
    // Beside it, another perf recorded the whole host's TCP states and names of programs.
    const auto traces =
        run.query("SELECT begin_ns, clock_offset_ns FROM trace WHERE domain = 'perf' AND path LIKE '%perf_syscalls%'");
    ASSERT_EQ(traces.size(), 1U);
    EXPECT_EQ(traces.at(0).at("begin_ns").get<std::int64_t>() - first, offset);
    // What it repairs: how exactly two tracers measure the time of day.
    std::cout << "perf's offset was " << traces.at(0).at("clock_offset_ns") << " ns from LTTng's\n";
}

TEST_F(Record, TheCommandsExitCodeIsOurs)
{
    RecordRun seven(folder("seven"), "-- sh -c 'exit 7'");
    EXPECT_EQ(seven.wait(), 7) << seven.said();
    EXPECT_EQ(seven.session().at("command_status"), 7);
    RecordRun killed(folder("killed"), "-- sh -c 'kill -TERM $$'");
    EXPECT_EQ(killed.wait(), 128 + SIGTERM) << killed.said();
    RecordRun absent(folder("absent"), "-- /nonexistent/program");
    EXPECT_EQ(absent.wait(), 127) << absent.said();
    EXPECT_FALSE(fs::exists(folder("absent")));
}

TEST_F(Record, AFolderWithSomethingInItIsNotTouched)
{
    fs::create_directory(folder());
    std::ofstream(folder() / "precious") << "text";
    RecordRun run(folder(), "--duration 1s");
    EXPECT_EQ(run.wait(), 2) << run.said();
    EXPECT_TRUE(fs::exists(folder() / "precious"));
}

TEST_F(Record, ADurationEndsTheRecordingAndItsCommand)
{
    RecordRun run(folder(), "--duration 1500ms " + waiting());
    EXPECT_EQ(run.wait(), 128 + SIGTERM) << run.said();
    const auto session = run.session();
    const double seconds = (session.at("end_ns").get<double>() - session.at("begin_ns").get<double>()) / 1e9;
    EXPECT_GT(seconds, 1.5);
    EXPECT_LT(seconds, 20);
}

/// The middlebox of provider_emitter.c: the agent defines this host's elements besides.
long emitted(const RecordRun& run)
{
    return run.query("SELECT count(*) AS n FROM element WHERE name = 'proxy-1' AND tenant = 'blue'")
        .at(0)
        .at("n")
        .get<long>();
}

TEST_F(Record, AMiddleboxThatWasBuiltWithOurProviderIsRecorded)
{
    RecordRun run(folder(), fmt::format("--preset middlebox -- '{}'", VNSCOPE_EMITTER));
    EXPECT_EQ(run.wait(), 0) << run.said();
    // As provider_emitter.c has it; the preloaded library may add calls of its own.
    EXPECT_GE(run.events("vnscope_io:call"), 2);
    EXPECT_EQ(emitted(run), 1);
    EXPECT_EQ(run.events("vnscope_nf:drop"), 0);
    EXPECT_GT(run.events("syscalls:sys_enter_recvfrom") + run.events("syscall_entry_recvfrom"), 0) << run.said();
    EXPECT_EQ(run.events("net:net_dev_xmit"), 0);
}

TEST_F(Record, ANetworkFunctionIsRecorded)
{
    RecordRun run(folder(), fmt::format("--preset nf -- '{}'", VNSCOPE_EMITTER));
    EXPECT_EQ(run.wait(), 0) << run.said();
    EXPECT_EQ(run.events("vnscope_nf:drop"), 2);
    EXPECT_EQ(run.events("vnscope_io:call"), 0);
}

/// `count` pings over the loopback device, which none of the kernel's tracepoints misses.
std::string pings(int count)
{
    return fmt::format("ping -q -c {} -i 0.02 127.0.0.1 >/dev/null", count);
}

TEST_F(Record, ASnapshotHoldsTheLastEventsAndWhatNobodyAskedForIsNotKept)
{
    RecordRun run(folder(), "--snapshot " + waiting());
    ASSERT_TRUE(waitForFile(begun())) << run.said();
    ASSERT_EQ(runProgram(pings(50)).exitCode, 0);
    EXPECT_FALSE(fs::exists(folder() / "perf" / "ctf"));
    run.signal(SIGUSR1);
    ASSERT_TRUE(waitUntil([&] { return run.said().find("snapshot 1 is written") != std::string::npos; })) << run.said();
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const long whenWritten = std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
    // Not asked for: not kept.
    ASSERT_EQ(runProgram(pings(20)).exitCode, 0);
    run.signal(SIGINT);
    EXPECT_EQ(run.wait(), 128 + SIGINT) << run.said();
    EXPECT_EQ(run.session().at("snapshots"), 1);
    const long sent = run.events("net:net_dev_xmit") + run.events("net_dev_xmit");
    EXPECT_GE(sent, 100) << run.said(); // 50 requests, 50 answers
    const auto ends = run.query("SELECT max(end_ns) AS ns FROM trace");
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_LT(ends.at(0).at("ns").get<long>(), whenWritten);
    EXPECT_GT(run.events("vnscope_statedump:link"), 0);
}

TEST_F(Record, ACommandThatFailsLeavesASnapshotAndOneThatDoesNotLeavesNone)
{
    RecordRun failing(folder("failing"), fmt::format("--snapshot -- sh -c '{}; exit 3'", pings(20)));
    EXPECT_EQ(failing.wait(), 3) << failing.said();
    EXPECT_EQ(failing.session().at("snapshots"), 1);
    EXPECT_GE(failing.events("net:net_dev_xmit") + failing.events("net_dev_xmit"), 40) << failing.said();
    RecordRun fine(folder("fine"), fmt::format("--snapshot -- sh -c '{}'", pings(20)));
    EXPECT_EQ(fine.wait(), 0) << fine.said();
    EXPECT_EQ(fine.session().at("snapshots"), 0);
    EXPECT_EQ(fine.query("SELECT 1"), nlohmann::json::array());
}

/// Folders directly below `parent` whose name begins so.
long foldersIn(const fs::path& parent, const std::string& begin)
{
    long count = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(parent, error))
        count += entry.path().filename().string().starts_with(begin) ? 1 : 0;
    return count;
}

TEST_F(Record, ARotationKeepsTheNewestPartsAndEachTellsOfTheHost)
{
    RecordRun run(folder(), fmt::format("--rotate 1s --keep 2 -- sh -c '{}'", pings(300)));
    EXPECT_EQ(run.wait(), 0) << run.said();
    EXPECT_LE(foldersIn(folder() / "perf", "ctf"), 2);
    EXPECT_GE(foldersIn(folder() / "perf", "ctf"), 1) << run.said();
    EXPECT_LE(foldersIn(folder() / "lttng" / "archives", ""), 2);
    EXPECT_GT(run.events("vnscope_statedump:link"), 0);
    EXPECT_GE(run.events("net:net_dev_xmit") + run.events("net_dev_xmit"), 40);
    // Six seconds and more of pings, and only the last parts are there.
    const auto begins = run.query("SELECT min(begin_ns) AS ns FROM trace");
    ASSERT_EQ(begins.size(), 1U);
    EXPECT_GT(begins.at(0).at("ns").get<double>() - run.session().at("begin_ns").get<double>(), 2e9);
}

TEST_F(Record, TwoAtOnceDoNotDisturbEachOther)
{
    RecordRun longer(folder("longer"), waiting());
    ASSERT_TRUE(waitForFile(begun())) << longer.said();
    RecordRun shorter(folder("shorter"), fmt::format("-- '{}'", VNSCOPE_EMITTER));
    EXPECT_EQ(shorter.wait(), 0) << shorter.said();
    EXPECT_EQ(emitted(shorter), 1);
    longer.signal(SIGTERM);
    EXPECT_EQ(longer.wait(), 128 + SIGTERM) << longer.said();
    EXPECT_EQ(longer.stateOf("lttng_user"), "recorded") << longer.said();
    EXPECT_EQ(longer.stateOf("perf"), "recorded");
    EXPECT_EQ(emitted(longer), 1);
}

TEST_F(Record, TheOneThatStartedTheDaemonMayEndFirst)
{
    RecordRun first(folder("first"), waiting());
    ASSERT_TRUE(waitForFile(begun())) << first.said();
    RecordRun second(folder("second"), fmt::format("-- sh -c 'touch \"$0\"; sleep 6; exec {}' '{}'", VNSCOPE_EMITTER,
                                                   (m_scratch.path() / "second-begun").string()));
    ASSERT_TRUE(waitForFile(m_scratch.path() / "second-begun")) << second.said();
    first.signal(SIGKILL);
    EXPECT_EQ(first.wait(), 128 + SIGKILL);
    EXPECT_EQ(second.wait(), 0) << second.said();
    EXPECT_EQ(second.stateOf("lttng_user"), "recorded") << second.said();
    EXPECT_EQ(emitted(second), 1);
}

TEST_F(Record, WithoutRootWhatAUserMayRecordIsRecordedAndTheRestIsSaid)
{
    constexpr const char* kNobody = "65534";
    fs::create_directory(folder("home"));
    fs::permissions(m_scratch.path(), fs::perms::all);
    ASSERT_EQ(runProgram(fmt::format("chown {0} '{1}'", kNobody, folder("home").string())).exitCode, 0);
    RecordRun run(folder("home") / "run", fmt::format("--preset all -- '{}'", VNSCOPE_EMITTER),
                  fmt::format("env HOME='{}' setpriv --reuid={} --clear-groups", folder("home").string(), kNobody));
    EXPECT_EQ(run.wait(), 0) << run.said();
    EXPECT_EQ(run.stateOf("lttng_user"), "recorded");
    EXPECT_EQ(run.stateOf("perf"), "not_recorded");
    EXPECT_THAT(run.said(), HasSubstr("perf is not recorded: "));
    EXPECT_GE(run.events("vnscope_io:call"), 2);
}

TEST_F(Record, WhereNothingCanBeRecordedItFailsAndTheCommandIsNotRun)
{
    // A $PATH with neither perf nor lttng-sessiond in it.
    RecordRun run(folder(), waiting(), "env PATH=/nonexistent");
    EXPECT_EQ(run.wait(), 1) << run.said();
    EXPECT_THAT(run.said(), HasSubstr("perf is not installed"));
    EXPECT_THAT(run.said(), HasSubstr("lttng-sessiond is not installed"));
    EXPECT_THAT(run.said(), HasSubstr("nothing can be recorded"));
    EXPECT_FALSE(fs::exists(begun()));
    EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(Record, AFullDiskIsSaidAndEndsNothingElse)
{
    const fs::path small = folder("small");
    fs::create_directory(small);
    ASSERT_EQ(::mount("none", small.c_str(), "tmpfs", 0, "size=12m"), 0);
    RecordRun run(small / "run",
                  fmt::format("-- sh -c 'head -c 20M /dev/zero >{}/filler; {}'", small.string(), pings(200)));
    EXPECT_EQ(run.wait(), 0) << run.said();
    EXPECT_THAT(run.said(), AnyOf(HasSubstr("ended early"), HasSubstr("cannot write"))) << run.said();
    EXPECT_EQ(::umount2(small.c_str(), MNT_DETACH), 0);
}

// Killing anything in the middle.

/// A source that died is said to have, and the rest of the session can be read.
struct Kill {
    const char* name;
    int signal;
    const char* child;  ///< Nullptr: vnscope itself.
    const char* source; ///< That ends early; empty: none.
};

void PrintTo(const Kill& kill, std::ostream* out)
{
    *out << kill.name;
}

class Killed : public Record, public testing::WithParamInterface<Kill> {
protected:
    [[nodiscard]] pid_t victim(const RecordRun& run) const
    {
        if (GetParam().child == nullptr)
            return run.pid();
        if (GetParam().child != std::string("lttng-consumerd"))
            return run.child(GetParam().child);
        const auto found = runProgram("for p in $(pgrep lttng-consumerd); do [ $(readlink /proc/$p/ns/mnt) = "
                                      "$(readlink /proc/self/ns/mnt) ] && echo $p; done | head -n 1");
        return found.output.empty() ? -1 : std::stoi(found.output);
    }
};

TEST_P(Killed, NothingIsLeftAndWhatWasRecordedCanBeRead)
{
    if (GetParam().source == std::string("agent") && runProgram("command -v vnscope-agent").exitCode != 0)
        GTEST_SKIP() << "vnscope-agent is not built";
    RecordRun run(folder(), waiting());
    ASSERT_TRUE(waitForFile(begun())) << run.said();
    ASSERT_EQ(runProgram(pings(50)).exitCode, 0);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const pid_t process = victim(run);
    ASSERT_GT(process, 0);
    ASSERT_EQ(::kill(process, GetParam().signal), 0);
    if (GetParam().child != nullptr) {
        std::this_thread::sleep_for(std::chrono::seconds(3));
        run.signal(SIGINT);
    }
    const bool isKilledItself = GetParam().child == nullptr && GetParam().signal == SIGKILL;
    const int expected = isKilledItself ? SIGKILL : GetParam().child == nullptr ? GetParam().signal : SIGINT;
    EXPECT_EQ(run.wait(), 128 + expected) << run.said();
    EXPECT_THAT(leftProcesses(m_scratch.path().string()), IsEmpty());
    EXPECT_EQ(run.session().at("is_complete").get<bool>(), !isKilledItself);
    if (*GetParam().source != '\0') {
        EXPECT_EQ(run.stateOf(GetParam().source), "ended_early") << run.said();
    }
    EXPECT_GT(run.events("vnscope_statedump:link"), 0) << run.said();
    // perf writes what its events look like when it ends: without that, nobody can read its file.
    const bool isPerfGone = GetParam().source == std::string("perf");
    EXPECT_GE(run.events("net:net_dev_xmit") + run.events("net_dev_xmit"), isPerfGone ? 0 : 100) << run.said();
}

INSTANTIATE_TEST_SUITE_P(InTheMiddle, Killed,
                         testing::Values(Kill{"Interrupted", SIGINT, nullptr, ""},
                                         Kill{"Terminated", SIGTERM, nullptr, ""}, Kill{"HungUp", SIGHUP, nullptr, ""},
                                         Kill{"Itself", SIGKILL, nullptr, ""}, Kill{"Guardian", SIGKILL, "vnscope", ""},
                                         Kill{"SessionDaemon", SIGKILL, "lttng-sessiond", "lttng_user"},
                                         Kill{"Consumer", SIGKILL, "lttng-consumerd", "lttng_user"},
                                         Kill{"Perf", SIGKILL, "perf", "perf"},
                                         Kill{"Agent", SIGKILL, "vnscope-agent", "agent"}),
                         [](const auto& kill) { return std::string(kill.param.name); });

} // namespace

} // namespace vnscope::tests::live
