// SPDX-License-Identifier: Apache-2.0
//
// A small network built on this machine and used by known numbers of packets: what the agent says of it against what
// iproute2, tc and /proc say. Nothing else uses these namespaces, so numbers are equal, not near.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "recording/host/namespaces.hpp"
#include "storage/base/file_descriptor.hpp"
#include "tests/support/recording.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using nlohmann::json;
using support::runProgram;
using testing::Contains;
using testing::Key;

std::string textOf(const std::string& command)
{
    const auto run = runProgram(command);
    EXPECT_EQ(run.exitCode, 0) << command << ": " << run.output;
    return run.output;
}

/// What the agent printed, one object per line; sentences for people left out.
std::vector<json> linesOf(const std::string& output)
{
    std::vector<json> all;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with('{'))
            all.push_back(json::parse(line));
    return all;
}

/// A host, "h", with a bridge, a tap and a link to a namespace "a" through a tbf. Removed with the object.
class Network final {
public:
    Network() : m_prefix(fmt::format("vsag{}", ::getpid()))
    {
        textOf("ip netns add " + host() + " && ip netns add " + guest());
        for (const std::string& netns : {host(), guest()})
            textOf(fmt::format("ip netns exec {} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 "
                               "net.ipv6.conf.default.disable_ipv6=1",
                               netns));
        textOf(fmt::format("ip -n {0} link add name br0 type bridge && "
                           "ip -n {0} link add name p0 type veth peer name eth0 netns {1} && "
                           "ip -n {0} link set p0 master br0 up && ip -n {0} link set br0 up && "
                           "ip -n {0} addr add 10.77.0.1/24 dev br0 && "
                           "ip -n {1} addr add 10.77.0.2/24 dev eth0 && ip -n {1} link set eth0 up && "
                           "ip -n {1} link set lo up && "
                           "tc -n {1} qdisc add dev eth0 root handle 7: tbf rate 100mbit burst 32k latency 20ms",
                           host(), guest()));
    }
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    ~Network()
    {
        (void)runProgram(fmt::format("for n in {0} {1} {0}later; do ip netns del $n; done", host(), guest()));
    }

    [[nodiscard]] std::string host() const { return m_prefix + "h"; }
    [[nodiscard]] std::string guest() const { return m_prefix + "a"; }

    /// A tap with a queue of `packets`, which this process holds open and does not read. Packets to 10.78.0.2 go there.
    base::FileDescriptor openTap(int packets) const
    {
        textOf(fmt::format("ip -n {0} tuntap add dev t0 mode tap && ip -n {0} link set t0 txqueuelen {1} && "
                           "ip -n {0} addr add 10.78.0.1/24 dev t0 && ip -n {0} link set t0 up && "
                           "ip -n {0} neigh add 10.78.0.2 lladdr 02:00:00:00:00:02 nud permanent dev t0",
                           host(), packets));
        std::vector<std::string> problems;
        for (const auto& netns : recording::host::findNamespaces(problems)) {
            if (netns.netns.name != host())
                continue;
            const auto visit = recording::host::NetnsVisit::enter(netns);
            EXPECT_TRUE(visit);
            base::FileDescriptor tap(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
            ifreq request{};
            std::string("t0").copy(request.ifr_name, IFNAMSIZ - 1);
            request.ifr_flags = IFF_TAP | IFF_NO_PI;
            EXPECT_EQ(::ioctl(tap.get(), TUNSETIFF, &request), 0);
            return tap;
        }
        return {};
    }

    void ping(const std::string& netns, const std::string& address, int count) const
    {
        (void)runProgram(fmt::format("ip netns exec {} ping -q -n -c {} -i 0.005 -W 1 {}", netns, count, address));
    }

private:
    std::string m_prefix;
};

class LiveAgent : public testing::Test {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0)
            GTEST_SKIP() << "needs root";
        const std::string probe = fmt::format("vsag{}x", ::getpid());
        const auto tried = runProgram(fmt::format(
            "for tool in ip tc ping; do command -v $tool || exit 1; done; ip netns add {0} && "
            "ip -n {0} link add name v0 type veth peer name v1 && ip -n {0} link add name b0 type bridge && "
            "ip -n {0} tuntap add dev t0 mode tap && tc -n {0} qdisc add dev v0 root tbf rate 1mbit burst 2k limit 3k",
            probe));
        (void)runProgram("ip netns del " + probe);
        if (tried.exitCode != 0)
            GTEST_SKIP() << "this machine cannot build the network: " << tried.output;
        m_network.emplace();
    }

    /// Runs the agent once and keeps what it said.
    void sample(const std::string& options = "--once")
    {
        const auto run = runProgram("vnscope-agent --print json " + options);
        ASSERT_EQ(run.exitCode, 0) << run.output;
        m_definitions.clear();
        m_samples.clear();
        for (json& line : linesOf(run.output)) {
            const auto id = line.value("id", std::uint64_t{0});
            if (line["event"] == "define")
                m_definitions[id] = line;
            else if (line["event"] == "sample")
                m_samples[id] = line; // The last one stays.
        }
    }
    /// The id of an element of a namespace: 0 when there is none.
    [[nodiscard]] std::uint64_t find(const std::string& netns, const std::string& kind, std::string_view name) const
    {
        for (const auto& [id, it] : m_definitions) {
            if (it["kind"] != kind || !std::string(it["name"]).starts_with(name))
                continue;
            auto root = m_definitions.find(id);
            while (root != m_definitions.end() && root->second["kind"] != "netns")
                root = m_definitions.find(root->second["parent"].get<std::uint64_t>());
            if (root != m_definitions.end() && root->second["name"] == netns)
                return id;
        }
        return 0;
    }
    [[nodiscard]] const json& sampleOf(const std::string& netns, const std::string& kind, std::string_view name) const
    {
        static const json kNone = json::object();
        const auto found = m_samples.find(find(netns, kind, name));
        EXPECT_NE(found, m_samples.end()) << netns << " " << kind << " " << name;
        return found == m_samples.end() ? kNone : found->second;
    }

    void expectAsIpSays(const std::string& netns) const;
    void expectAsTcSays(const std::string& netns, const std::string& device, const std::string& kind) const;

    std::optional<Network> m_network;
    std::map<std::uint64_t, json> m_definitions;
    std::map<std::uint64_t, json> m_samples;
};

void LiveAgent::expectAsIpSays(const std::string& netns) const
{
    const json links = json::parse(textOf(fmt::format("ip -n {} -s -d -j link", netns)));
    for (const json& link : links) {
        const std::string name = link["ifname"];
        SCOPED_TRACE(netns + " " + name);
        const std::string given = link.contains("linkinfo") ? link["linkinfo"].value("info_kind", "") : "";
        const std::string kind = name == "lo" ? "loopback" : given == "tun" ? "tap" : given;
        const json& sample = sampleOf(netns, kind, name);
        const json& stats = link["stats64"];
        EXPECT_EQ(sample["in_packets"], stats["rx"]["packets"]);
        EXPECT_EQ(sample["in_bytes"], stats["rx"]["bytes"]);
        EXPECT_EQ(sample["out_packets"], stats["tx"]["packets"]);
        EXPECT_EQ(sample["out_bytes"], stats["tx"]["bytes"]);
        EXPECT_EQ(sample["attributes"]["tx_drop_packets"], stats["tx"]["dropped"]);
        EXPECT_EQ(sample["attributes"]["rx_drop_packets"], stats["rx"]["dropped"]);
    }
}

void LiveAgent::expectAsTcSays(const std::string& netns, const std::string& device, const std::string& kind) const
{
    const json qdiscs = json::parse(textOf(fmt::format("tc -n {} -s -j qdisc show dev {}", netns, device)));
    ASSERT_EQ(qdiscs.size(), 1U);
    const json& qdisc = qdiscs[0];
    const json& sample = sampleOf(netns, "qdisc", fmt::format("{} {}", device, kind));
    EXPECT_EQ(sample["out_packets"], qdisc["packets"]);
    EXPECT_EQ(sample["out_bytes"], qdisc["bytes"]);
    EXPECT_EQ(sample["drop_packets"], qdisc["drops"]);
    EXPECT_EQ(sample["queued_packets"], qdisc["qlen"]);
    EXPECT_EQ(sample["attributes"]["queued_bytes"], qdisc["backlog"]);
    EXPECT_EQ(sample["attributes"]["overlimit_count"], qdisc["overlimits"]);
}

TEST_F(LiveAgent, DevicesAndQueuesAsIprouteSays)
{
    const std::string host = m_network->host();
    const std::string guest = m_network->guest();
    m_network->ping(guest, "10.77.0.1", 1); // Each learned the other's address.
    ASSERT_NO_FATAL_FAILURE(sample());
    const json before = sampleOf(guest, "veth", "eth0");
    m_network->ping(guest, "10.77.0.1", 40);
    ASSERT_NO_FATAL_FAILURE(sample());
    const json& after = sampleOf(guest, "veth", "eth0");
    EXPECT_GE(after["out_packets"].get<int>() - before["out_packets"].get<int>(), 40);
    EXPECT_LE(after["out_packets"].get<int>() - before["out_packets"].get<int>(), 43) << "ARP may repeat";
    expectAsIpSays(host);
    expectAsIpSays(guest);
    expectAsTcSays(guest, "eth0", "tbf");
    EXPECT_EQ(m_definitions[find(guest, "qdisc", "eth0 tbf 7:")]["capacity_bps"], 100'000'000);
    EXPECT_EQ(m_definitions[find(guest, "veth", "eth0")]["capacity_bps"], 100'000'000);
}

TEST_F(LiveAgent, AQueueThatIsTooShortLosesWhatTcSays)
{
    const std::string guest = m_network->guest();
    textOf(fmt::format("tc -n {} qdisc replace dev eth0 root handle 8: tbf rate 64kbit burst 1600 limit 3000", guest));
    m_network->ping(guest, "10.77.0.1", 1);
    textOf(fmt::format("ip netns exec {} ping -q -n -s 900 -c 40 -i 0.002 -W 1 10.77.0.1 || true", guest));
    ASSERT_NO_FATAL_FAILURE(sample());
    expectAsTcSays(guest, "eth0", "tbf");
    EXPECT_GT(sampleOf(guest, "qdisc", "eth0 tbf 8:")["drop_packets"], 0);
}

TEST_F(LiveAgent, ATapThatNobodyReadsDropsWhatItsQueueCannotHold)
{
    constexpr int kQueue = 10;
    constexpr int kSent = 50;
    const base::FileDescriptor tap = m_network->openTap(kQueue);
    const std::string host = m_network->host();
    ASSERT_NO_FATAL_FAILURE(sample());
    EXPECT_EQ(sampleOf(host, "tun", "t0")["drop_packets"], 0);
    m_network->ping(host, "10.78.0.2", kSent);
    ASSERT_NO_FATAL_FAILURE(sample());
    const json& queue = sampleOf(host, "tun", "t0");
    EXPECT_EQ(queue["drop_packets"], kSent - kQueue);
    EXPECT_EQ(queue["out_packets"], 0) << "nobody read";
    expectAsIpSays(host);
    expectAsTcSays(host, "t0", "pfifo_fast");
    const json& definition = m_definitions[find(host, "tun", "t0")];
    EXPECT_EQ(definition["attributes"]["buffer_packets"], kQueue);
    EXPECT_EQ(definition["vm"], fmt::format("live_agent_test-{}", ::getpid()));

    std::array<char, 2048> packet{};
    while (::read(tap.get(), packet.data(), packet.size()) > 0) {
    }
    ASSERT_NO_FATAL_FAILURE(sample());
    EXPECT_EQ(sampleOf(host, "tun", "t0")["out_packets"], kQueue);
    EXPECT_EQ(sampleOf(host, "tun", "t0")["in_packets"], kSent);
}

/// Lines "cpuNumber: column 0 and 1" of /proc/net/softnet_stat.
std::vector<std::array<std::uint64_t, 2>> softnet()
{
    std::ifstream file("/proc/net/softnet_stat");
    std::vector<std::array<std::uint64_t, 2>> cpus;
    for (std::string line; std::getline(file, line);)
        cpus.push_back({std::stoull(line.substr(0, 8), nullptr, 16), std::stoull(line.substr(9, 8), nullptr, 16)});
    return cpus;
}

TEST_F(LiveAgent, BacklogsLieBetweenTwoLooksAtThem)
{
    const auto before = softnet();
    ASSERT_NO_FATAL_FAILURE(sample());
    const auto after = softnet();
    std::size_t cpus = 0;
    for (const auto& [id, it] : m_samples) {
        if (it["kind"] != "backlog")
            continue;
        const auto cpu = std::stoul(std::string(it["name"]).substr(3));
        ASSERT_LT(cpu, after.size());
        EXPECT_GE(it["out_packets"], before[cpu][0]);
        EXPECT_LE(it["out_packets"], after[cpu][0]);
        EXPECT_GE(it["drop_packets"], before[cpu][1]);
        EXPECT_LE(it["drop_packets"], after[cpu][1]);
        EXPECT_EQ(m_definitions[id]["attributes"]["buffer_packets"],
                  std::stoi(textOf("cat /proc/sys/net/core/netdev_max_backlog")));
        ++cpus;
    }
    EXPECT_EQ(cpus, after.size());
}

TEST_F(LiveAgent, ProtocolsAsProcSays)
{
    const std::string guest = m_network->guest();
    m_network->ping(guest, "10.77.0.1", 7);
    ASSERT_NO_FATAL_FAILURE(sample());
    std::istringstream text(textOf(fmt::format("ip netns exec {} cat /proc/net/snmp", guest)));
    std::map<std::string, std::uint64_t> ip;
    std::string names;
    std::string values;
    ASSERT_TRUE(std::getline(text, names) && std::getline(text, values));
    std::istringstream nameWords(names);
    std::istringstream valueWords(values);
    for (std::string name, value; nameWords >> name && valueWords >> value;)
        ip[name] = name == "Ip:" ? 0 : std::stoull(value);
    EXPECT_GE(ip["InDelivers"], 7U);
    const json& netns = sampleOf(guest, "netns", guest);
    EXPECT_EQ(netns["in_packets"], ip["InDelivers"]);
    EXPECT_EQ(netns["out_packets"], ip["OutRequests"]);
}

TEST_F(LiveAgent, ASignalSamplesAtOnceAndAnotherEndsIt)
{
    const auto run = runProgram("vnscope-agent --period 1h --print json & pid=$!; sleep 0.5; kill -USR1 $pid; "
                                "sleep 0.5; kill -TERM $pid; wait $pid");
    EXPECT_EQ(run.exitCode, 0) << run.output;
    int rounds = 0;
    for (const json& line : linesOf(run.output))
        rounds += line["event"] == "sample" && line["kind"] == "host" ? 1 : 0;
    EXPECT_EQ(rounds, 3) << "at the begin, on demand, at the end";
}

TEST_F(LiveAgent, WhatComesLaterIsSampledAndWhatWentLetGo)
{
    const std::string later = m_network->host() + "later";
    std::thread changes([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        textOf(fmt::format("ip -n {} link add name late0 type veth peer name late1", m_network->host()));
        textOf("ip netns add " + later);
    });
    ASSERT_NO_FATAL_FAILURE(sample("--period 50ms --rescan 1s --duration 3s"));
    changes.join();
    EXPECT_NE(find(m_network->host(), "veth", "late0"), 0U);
    EXPECT_THAT(m_samples, Contains(Key(find(m_network->host(), "veth", "late0"))));
    EXPECT_NE(find(later, "netns", later), 0U);
}

TEST_F(LiveAgent, ProcessesByNumber)
{
    ASSERT_NO_FATAL_FAILURE(sample(fmt::format("--once --process {} --process 4194305", ::getpid())));
    int processes = 0;
    for (const auto& [id, it] : m_samples) {
        if (it["kind"] != "process")
            continue;
        ++processes;
        EXPECT_EQ(it["name"], fmt::format("live_agent_test-{}", ::getpid()));
        EXPECT_TRUE(it["attributes"].contains("cpu_ns"));
    }
    EXPECT_EQ(processes, 1);
}

TEST_F(LiveAgent, TracedSamplesAreUnderstood)
{
    if (runProgram("command -v lttng-sessiond").exitCode != 0)
        GTEST_SKIP() << "needs lttng-tools";
    const base::FileDescriptor tap = m_network->openTap(5);
    m_network->ping(m_network->host(), "10.78.0.2", 12);
    const support::ScratchDirectory scratch;
    const std::string trace = scratch.path() / "trace";
    const auto run = runProgram(fmt::format("{}/tests/support/record_ust '{}' 'vnscope_element:*' {}/bin/vnscope-agent "
                                            "--period 50ms --duration 1s",
                                            VNSCOPE_SOURCE_DIR, trace, VNSCOPE_BINARY_DIR));
    ASSERT_EQ(run.exitCode, 0) << run.output;
    const support::Recording events(trace);
    std::uint64_t tun = 0;
    for (const auto& it : events.all<tracepoints::ElementDefine>(tracepoints::EventType::ElementDefine)) {
        EXPECT_NE(it.id, 0U);
        if (events.text(it.name) == "t0" && events.text(it.kind) == "tun" &&
            events.text(it.vm) == fmt::format("live_agent_test-{}", ::getpid()))
            tun = it.id;
    }
    ASSERT_NE(tun, 0U);
    int samples = 0;
    for (const auto& it : events.all<tracepoints::ElementSample>(tracepoints::EventType::ElementSample)) {
        if (it.id != tun)
            continue;
        ++samples;
        EXPECT_EQ(it.dropPackets, 7U);
        EXPECT_EQ(it.inBytes, tracepoints::ElementSample::kNotCounted);
    }
    EXPECT_GE(samples, 15) << "20 periods, the first and the last";
    EXPECT_LE(samples, 23);
    std::map<std::string, int> attributes;
    for (const auto& it : events.all<tracepoints::ElementAttribute>(tracepoints::EventType::ElementAttribute))
        ++attributes[events.text(it.attribute)];
    for (const char* name : {"cpu_busy_ns", "buffer_packets", "time_squeeze_count", "tx_drop_packets"})
        EXPECT_THAT(attributes, Contains(Key(name)));
}

} // namespace
} // namespace vnscope::tests
