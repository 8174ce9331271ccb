// SPDX-License-Identifier: Apache-2.0
// Paths of packets in the real traces, against what other tools of the traced machine said (truth/), and against the
// raw events as babeltrace2 prints them: which IP id and TCP sequence number stood where and when.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <unordered_map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/imported_sample.hpp"

namespace vnscope::tests {
namespace {

using storage::Table;
using support::ImportedSample;
using support::SampleCase;

/// What one raw event shows of an IPv4 packet.
struct RawPacket {
    std::string event;
    std::string device;
    std::string source;
    std::string destination;
    std::string protocol;
    std::int64_t ipId = -1;
    std::int64_t sequence = -1; ///< TCP.
    std::int64_t length = 0;
    std::int64_t networkLength = 0;
    std::int64_t destinationPort = -1;
    std::int64_t sourcePort = -1;
    std::int64_t icmpType = -1;
};

/// The number after `label` in `line`, decimal or hexadecimal; -1: it is not there.
std::int64_t numberAfter(const std::string& line, const std::string& label)
{
    const std::size_t at = line.find(label);
    return at == std::string::npos ? -1 : std::stoll(line.substr(at + label.size()), nullptr, 0);
}

std::string addressAfter(const std::string& line, const std::string& label)
{
    const std::size_t at = line.find(label);
    std::string address;
    if (at == std::string::npos)
        return address;
    for (int part = 0; part < 4; ++part)
        address +=
            (part > 0 ? "." : "") + std::to_string(numberAfter(line.substr(at), "[" + std::to_string(part) + "] = "));
    return address;
}

std::string textAfter(const std::string& line, const std::string& label)
{
    const std::size_t at = line.find(label);
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + label.size();
    return line.substr(begin, line.find('"', begin) - begin);
}

/// Events at devices, by time and CPU; two of a kind at one time on one CPU do not happen.
using RawEvents = std::map<std::pair<std::int64_t, std::int64_t>, RawPacket>;

RawEvents rawEvents(const SampleCase& sample)
{
    RawEvents events;
    const std::string output = support::runProgram("babeltrace2 --clock-seconds '" + sample.trace().string() +
                                                   "' | grep -E ' net_(dev_queue|if_rx|if_receive_skb): '")
                                   .output;
    std::size_t begin = 0;
    for (std::size_t end = output.find('\n'); end != std::string::npos;
         begin = end + 1, end = output.find('\n', begin)) {
        const std::string line = output.substr(begin, end - begin);
        long long seconds = 0;
        long long nanoseconds = 0;
        if (std::sscanf(line.c_str(), "[%lld.%9lld]", &seconds, &nanoseconds) != 2)
            continue;
        RawPacket packet;
        packet.event = line.substr(line.find(" net_") + 1, line.find(": {") - line.find(" net_") - 1);
        packet.device = textAfter(line, " name = \"");
        packet.source = addressAfter(line, "saddr = [");
        packet.destination = addressAfter(line, "daddr = [");
        packet.protocol = textAfter(line, "protocol = ( \"");
        packet.ipId = numberAfter(line, " id = ");
        packet.sequence = numberAfter(line, " seq = ");
        packet.length = numberAfter(line, " len = ");
        packet.networkLength = numberAfter(line, "tot_len = ");
        packet.sourcePort = numberAfter(line, "source_port = ");
        packet.destinationPort = numberAfter(line, "dest_port = ");
        packet.icmpType = numberAfter(line, " type = ");
        events[{seconds * base::kNsPerSecond + nanoseconds, numberAfter(line, "cpu_id = ")}] = packet;
    }
    return events;
}

struct Hop {
    std::int64_t at = 0;
    std::int64_t cpu = 0;
    std::int64_t length = 0;
    std::string kind;
    std::string device;
};

struct Path {
    std::vector<Hop> hops;
    std::vector<std::int64_t> next; ///< Copies, segments, and what it was merged into.
    std::string outcome;
};

/// Everything the store says about paths, ready to be walked.
class Paths {
public:
    explicit Paths(const ImportedSample& imported)
    {
        std::map<std::int64_t, std::string> devices;
        const Table names = imported.read({.table = "device"});
        for (std::size_t row = 0; row < names.rows.size(); ++row)
            devices[names.at(row, "device_id").integer()] = names.at(row, "name").text();
        const Table packets = imported.read({.table = "packet"});
        for (std::size_t row = 0; row < packets.rows.size(); ++row) {
            const std::int64_t id = packets.at(row, "packet_id").integer();
            m_paths[id].outcome = packets.at(row, "outcome").text();
            if (!packets.at(row, "parent_id").isNull())
                m_paths[packets.at(row, "parent_id").integer()].next.push_back(id);
            if (!packets.at(row, "merged_id").isNull())
                m_paths[id].next.push_back(packets.at(row, "merged_id").integer());
        }
        const Table hops = imported.read({.table = "packet_hop", .orderBy = {"packet_id", "seq"}});
        for (std::size_t row = 0; row < hops.rows.size(); ++row)
            m_paths[hops.at(row, "packet_id").integer()].hops.push_back(
                {hops.at(row, "ts_ns").integer(), hops.at(row, "cpu").integer(), hops.at(row, "length_bytes").integer(),
                 hops.at(row, "kind").text(), devices[hops.at(row, "device_id").integer()]});
    }

    [[nodiscard]] const std::map<std::int64_t, Path>& all() const { return m_paths; }

    /// Whether the packet, or what became of it, got to the stack behind `device`.
    [[nodiscard]] bool reaches(std::int64_t packet, const std::string& device) const
    {
        const Path& path = m_paths.at(packet);
        for (const Hop& hop : path.hops)
            if (hop.kind == "stack" && hop.device == device)
                return true;
        return std::ranges::any_of(path.next, [&](std::int64_t next) { return reaches(next, device); });
    }

    /// Which of a host's devices it got to; empty: none. What a VLAN device receives is seen at the device below it.
    [[nodiscard]] std::string reached(std::int64_t packet, const std::set<std::string>& devices) const
    {
        for (const std::string& device : devices)
            if (reaches(packet, device.substr(0, device.find('.'))))
                return device.substr(0, device.find('.'));
        return {};
    }

private:
    std::map<std::int64_t, Path> m_paths;
};

/// Which devices the packets of an address of the plan are first queued at: one, or two for a host that migrates.
std::map<std::string, std::set<std::string>> homesOf(const RawEvents& raw, const SampleCase& sample)
{
    std::map<std::string, std::set<std::string>> homes;
    const nlohmann::json plan = sample.truthJson("plan_start.json");
    std::set<std::string> addresses;
    const std::string text = plan.dump();
    const std::regex ipv4(R"(\b(\d+\.\d+\.\d+\.\d+)\b)");
    for (auto match = std::sregex_iterator(text.begin(), text.end(), ipv4); match != std::sregex_iterator(); ++match)
        addresses.insert(match->str(1));
    // In these recordings the hosts' own devices, and no others, are called eth0 behind the host's name.
    for (const auto& [when, packet] : raw)
        if (addresses.contains(packet.source) && packet.event == "net_dev_queue" &&
            packet.device.find("eth0") != std::string::npos)
            homes[packet.source].insert(packet.device);
    return homes;
}

class PathsTruth : public testing::TestWithParam<const char*> {};

TEST_P(PathsTruth, NoPathJoinsTwoDifferentPackets)
{
    const ImportedSample imported(GetParam());
    const RawEvents raw = rawEvents(imported.sample());
    const Paths paths(imported);
    std::size_t compared = 0;
    for (const auto& [id, path] : paths.all()) {
        const RawPacket* first = nullptr;
        for (const Hop& hop : path.hops) {
            const auto found = raw.find({hop.at, hop.cpu});
            if (found == raw.end() || found->second.ipId < 0)
                continue; // A driver's or GRO's event shows no headers, nor does ARP have an IP id.
            const RawPacket& here = found->second;
            EXPECT_EQ(here.device, hop.device) << "packet " << id;
            if (first == nullptr) {
                first = &here;
                continue;
            }
            ++compared;
            EXPECT_EQ(here.ipId, first->ipId) << "packet " << id;
            EXPECT_EQ(here.protocol, first->protocol) << "packet " << id;
            EXPECT_EQ(here.networkLength, first->networkLength) << "packet " << id;
            if (here.protocol == "_tcp") {
                EXPECT_EQ(here.sequence, first->sequence) << "packet " << id;
            }
        }
    }
    EXPECT_GT(compared, 5000U);
}

/// How many replies each `ping` received, by pair of addresses; IPv6 shows no IP ids and is left out.
std::map<std::pair<std::string, std::string>, int> pingTruth(const SampleCase& sample)
{
    std::map<std::pair<std::string, std::string>, int> received;
    const std::map<std::string, std::string> hosts = [&] {
        std::map<std::string, std::string> byName;
        const nlohmann::json plan = sample.truthJson("plan_start.json");
        for (const auto& [space, content] : plan.items()) {
            const std::string text = content.dump();
            std::smatch match;
            if (std::regex_search(text, match, std::regex(R"(\b(10\.\d+\.\d+\.\d+))")))
                byName[space] = match.str(1);
        }
        return byName;
    }();
    for (const auto& entry : std::filesystem::directory_iterator(sample.truth())) {
        const std::string name = entry.path().filename().string();
        std::smatch parts;
        if (!std::regex_match(name, parts, std::regex(R"(ping_(?:mig[AB]_)?(\w+?)_.*\.txt)")))
            continue;
        const std::string text = support::runProgram("cat '" + entry.path().string() + "'").output;
        std::smatch target;
        if (!std::regex_search(text, target, std::regex(R"(PING \S+ \((\d+\.\d+\.\d+\.\d+)\))")))
            continue;
        const std::regex reply("bytes from .*icmp_seq=");
        received[{parts.str(1), target.str(1)}] +=
            static_cast<int>(std::distance(std::sregex_iterator(text.begin(), text.end(), reply), {}));
    }
    return received;
}

TEST_P(PathsTruth, EveryPingThatCameBackIsFollowedBothWays)
{
    const ImportedSample imported(GetParam());
    const RawEvents raw = rawEvents(imported.sample());
    const Paths paths(imported);
    // Echo requests and replies that got from the first device to the other side's, by sender's device and target.
    std::map<std::pair<std::string, std::string>, int> requests;
    std::map<std::pair<std::string, std::string>, int> replies;
    const auto homes = homesOf(raw, imported.sample());
    for (const auto& [id, path] : paths.all()) {
        if (path.hops.empty() || path.hops.front().kind != "queue")
            continue;
        const auto sent = raw.find({path.hops.front().at, path.hops.front().cpu});
        if (sent == raw.end() || sent->second.protocol != "_icmp" || !homes.contains(sent->second.source) ||
            !homes.at(sent->second.source).contains(sent->second.device))
            continue;
        const RawPacket& packet = sent->second;
        const auto home = homes.find(packet.destination);
        if (home == homes.end())
            continue;
        const std::string target = paths.reached(id, home->second);
        if (target.empty())
            continue;
        if (packet.icmpType == 8)
            ++requests[{packet.device, packet.destination}];
        if (packet.icmpType == 0)
            ++replies[{target, packet.source}];
    }
    int total = 0;
    for (const auto& [pair, received] : pingTruth(imported.sample())) {
        total += received;
        int followed = 0;
        int answered = 0;
        for (const auto& [key, count] : requests)
            if (key.second == pair.second && key.first.starts_with(pair.first))
                followed += count;
        for (const auto& [key, count] : replies)
            if (key.second == pair.second && key.first.starts_with(pair.first))
                answered += count;
        EXPECT_GE(followed, received) << pair.first << " to " << pair.second;
        const bool isMasqueraded = pair.second == "10.80.0.5";
        if (!isMasqueraded) {
            EXPECT_EQ(answered, received) << pair.first << " from " << pair.second;
        }
    }
    EXPECT_GE(total, 10);
}

/// LTTng shows no ICMPv6 header, so an answer looks like its question but for the addresses: they must not be joined.
TEST(PathsOfIpv6, EveryPingThatCameBackIsFollowedBothWays)
{
    const ImportedSample imported("bridge-vlan-migration");
    std::ifstream file(imported.sample().truth("ping_vm4_vm1_v6.txt"));
    std::int64_t received = 0;
    for (std::string line; std::getline(file, line);)
        received += line.find("bytes from fd00:10::1") != std::string::npos ? 1 : 0;
    ASSERT_GT(received, 0);
    constexpr std::int64_t kPingBytes = 104; // 56 + ICMPv6's 8 + IPv6's 40
    const Table devices = imported.read({.table = "device"});
    const auto idOf = [&](const std::string& name) {
        for (std::size_t row = 0; row < devices.rows.size(); ++row)
            if (devices.at(row, "name").text() == name)
                return devices.at(row, "device_id").integer();
        return std::int64_t{-1};
    };
    for (const auto& [from, to] : {std::pair("vm4-eth0", "vm1-eth0"), std::pair("vm1-eth0", "vm4-eth0")}) {
        const Table packets = imported.read({.table = "packet",
                                             .where = {{"first_device_id", "=", idOf(from)},
                                                       {"last_device_id", "=", idOf(to)},
                                                       {"l3_bytes", "=", kPingBytes},
                                                       {"outcome", "=", "delivered"}}});
        std::int64_t ofPing = 0;
        for (std::size_t row = 0; row < packets.rows.size(); ++row) {
            const Table stream =
                imported.read({.table = "stream", .where = {{"stream_id", "=", packets.at(row, "stream_id")}}});
            if (stream.rows.empty() || stream.at(0, "protocol").text() != "icmpv6")
                continue;
            ++ofPing;
            EXPECT_TRUE(packets.at(row, "parent_id").isNull()) << from;
        }
        EXPECT_EQ(ofPing, received) << from << " to " << to;
    }
}

/// iperf3's data connection: every packet that the client sent is followed to the server.
TEST_P(PathsTruth, EveryIperf3PacketIsFollowedToItsServer)
{
    const ImportedSample imported(GetParam());
    const RawEvents raw = rawEvents(imported.sample());
    const auto homes = homesOf(raw, imported.sample());
    const Paths paths(imported);
    std::map<std::pair<std::string, std::int64_t>, std::pair<std::int64_t, std::int64_t>> sums; ///< sent, arrived
    for (const auto& [id, path] : paths.all()) {
        if (path.hops.empty() || path.hops.front().kind != "queue")
            continue;
        const auto sent = raw.find({path.hops.front().at, path.hops.front().cpu});
        if (sent == raw.end() || sent->second.sourcePort < 0 || !homes.contains(sent->second.source) ||
            !homes.at(sent->second.source).contains(sent->second.device) || !homes.contains(sent->second.destination))
            continue;
        auto& sum = sums[{sent->second.protocol, sent->second.sourcePort}];
        ++sum.first;
        sum.second += paths.reached(id, homes.at(sent->second.destination)).empty() ? 0 : 1;
    }
    std::size_t connections = 0;
    for (const auto& entry : std::filesystem::directory_iterator(imported.sample().truth())) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("iperf3_") || !name.ends_with("_client.json"))
            continue;
        SCOPED_TRACE(name);
        const auto report = imported.sample().truthJson(name);
        const bool isTcp = name.starts_with("iperf3_tcp");
        const auto found =
            sums.find({isTcp ? "_tcp" : "_udp", report["start"]["connected"][0]["local_port"].get<std::int64_t>()});
        ASSERT_NE(found, sums.end());
        const auto [sent, arrived] = found->second;
        if (!isTcp) {
            // One datagram opens the test.
            EXPECT_EQ(sent, report["end"]["sum"]["packets"].get<std::int64_t>() + 1);
        }
        EXPECT_GE(static_cast<double>(arrived), 0.999 * static_cast<double>(sent)) << arrived << " of " << sent;
        ++connections;
    }
    EXPECT_GE(connections, 3U);
}

struct Sum {
    std::int64_t packets = 0;
    std::int64_t bytes = 0;
};

TEST_P(PathsTruth, EdgesAddUpToTheKernelsCounters)
{
    const ImportedSample imported(GetParam());
    std::map<std::string, Sum> sent;
    std::map<std::string, Sum> received;
    std::map<std::int64_t, std::string> devices;
    const Table names = imported.read({.table = "device"});
    for (std::size_t row = 0; row < names.rows.size(); ++row)
        devices[names.at(row, "device_id").integer()] = names.at(row, "name").text();
    const Table edges = imported.read({.table = "flow_summary"});
    for (std::size_t row = 0; row < edges.rows.size(); ++row) {
        const std::string from = edges.at(row, "from_kind").text();
        const std::string to = edges.at(row, "to_kind").text();
        const auto add = [&](Sum& sum) {
            sum.packets += edges.at(row, "packets").integer();
            sum.bytes += edges.at(row, "bytes").integer();
        };
        if ((from == "queue" || from == "qdisc") && to != "qdisc" && to != "drop")
            add(sent[devices[edges.at(row, "from_device_id").integer()]]);
        if (to == "rx" || (to == "stack" && from != "rx"))
            add(received[devices[edges.at(row, "to_device_id").integer()]]);
    }
    std::size_t compared = 0;
    for (const auto& truth : support::countersBetween(imported.sample(), "start", "end_before_stop")) {
        SCOPED_TRACE(truth.name);
        if (truth.name == "lo") // One name in every namespace; sample_truth_test has their sum.
            continue;
        EXPECT_EQ(sent[truth.name].packets, truth.txPackets);
        EXPECT_EQ(sent[truth.name].bytes, truth.txBytes);
        ++compared;
        // What a VLAN device receives leaves no event; a bridge counts copies that it throws away at once.
        if (truth.kind == "vlan" || truth.kind == "bridge")
            continue;
        EXPECT_EQ(received[truth.name].packets, truth.rxPackets);
        EXPECT_EQ(received[truth.name].bytes, truth.rxBytes);
    }
    EXPECT_GE(compared, 8U);
}

INSTANTIATE_TEST_SUITE_P(Samples, PathsTruth, testing::Values("bridge-vlan-migration", "nic-router", "ovs"),
                         [](const auto& parameter) {
                             std::string name = parameter.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

/// "hit:1444 missed:19" of `ovs-dpctl show`, as a difference of two snapshots.
std::int64_t datapathCounter(const SampleCase& sample, const std::string& counter)
{
    const auto at = [&](const std::string& snapshot) {
        const std::string text =
            support::runProgram("cat '" + sample.truth(snapshot + "/ovs_dpctl_show.txt").string() + "'").output;
        return numberAfter(text.substr(text.find("lookups:")), counter + ":");
    };
    return at("end_before_stop") - at("start");
}

TEST(OvsPaths, LookupsEqualTheDatapathsOwnCounters)
{
    const ImportedSample imported("ovs");
    const Table datapaths = imported.read({.table = "ovs_datapath"});
    ASSERT_EQ(datapaths.rows.size(), 1U);
    EXPECT_EQ(datapaths.at(0, "misses").integer(), datapathCounter(imported.sample(), "missed"));
    EXPECT_EQ(datapaths.at(0, "hits").integer(), datapathCounter(imported.sample(), "hit"));
}

TEST(OvsPaths, UpcallsAreJoinedToTheirPacketsAndBack)
{
    const ImportedSample imported("ovs");
    const std::int64_t missed = datapathCounter(imported.sample(), "missed");
    EXPECT_EQ(imported.count("ovs_upcall", {}), missed);
    EXPECT_EQ(imported.count("ovs_upcall", {{"packet_id", "is not null", {}}}), missed);
    // One of them is the first datagram to the port that a rule drops; it does not come back.
    const Table lost = imported.read({.table = "ovs_upcall", .where = {{"sent_ns", "is null", {}}}});
    ASSERT_EQ(lost.rows.size(), 1U);
    constexpr std::int64_t kDatagram = 14 + 20 + 8 + 200; // udp_O1_send.json: 200 bytes each.
    EXPECT_EQ(lost.at(0, "bytes").integer(), kDatagram);
    const Table back = imported.read({.table = "packet_hop", .where = {{"join", "=", "upcall"}}});
    EXPECT_EQ(static_cast<std::int64_t>(back.rows.size()), missed - 1);
}

TEST(OvsPaths, WhatTheRuleDropsEndsAsDropped)
{
    const ImportedSample imported("ovs");
    const Table streams = imported.read({.table = "stream", .where = {{"port_b", "=", 7777}}});
    ASSERT_EQ(streams.rows.size(), 1U);
    const std::int64_t sent = imported.sample().truthJson("udp_O1_send.json")["sent"];
    EXPECT_EQ(imported.count("packet", {{"stream_id", "=", streams.at(0, "stream_id")}, {"outcome", "=", "dropped"}}),
              sent);
    EXPECT_EQ(imported.count("packet", {{"outcome", "=", "dropped"}}), sent);
}

TEST(NicRouterPaths, SegmentsOfTheWireAreWhatGroMerged)
{
    const ImportedSample imported("nic-router");
    // The recording's notes: 1377 skbs queued at nic0 left as 2773 frames, which became 1381 packets on nic1.
    const Table segments =
        imported.read({.table = "packet", .where = {{"parent_id", "is not null", {}}, {"outcome", "=", "merged"}}});
    EXPECT_GT(segments.rows.size(), 1000U);
    for (std::size_t row = 0; row < segments.rows.size(); ++row)
        EXPECT_FALSE(segments.at(row, "merged_id").isNull());
}

/// The masquerading router sends on 57 of 200 datagrams as its own (the recording's notes).
TEST(NicRouterPaths, AConversationThatNatMadeHasItsWay)
{
    const ImportedSample imported("nic-router");
    std::map<std::string, std::int64_t> queued;
    std::map<std::string, std::int64_t> received;
    for (const auto& [when, packet] : rawEvents(imported.sample())) {
        if (packet.source != "10.80.0.254" || packet.destinationPort != 6667)
            continue;
        if (packet.event == "net_dev_queue")
            ++queued[packet.device + " queue"];
        if (packet.event == "net_if_rx")
            ++received[packet.device + " rx"];
    }
    EXPECT_THAT(queued, testing::Contains(testing::Pair("mb-out queue", 57)));
    const Table streams =
        imported.read({.table = "stream", .where = {{"addr_a", "=", "10.80.0.254"}, {"port_b", "=", 6667}}});
    ASSERT_EQ(streams.rows.size(), 1U);
    const auto stepsTo = [&](const char* kind) {
        const Table steps =
            imported.read({.table = "stream_flow",
                           .where = {{"stream_id", "=", streams.at(0, "stream_id")}, {"to_kind", "=", kind}}});
        std::map<std::string, std::int64_t> packets;
        for (std::size_t row = 0; row < steps.rows.size(); ++row)
            packets[steps.at(row, "to").text()] += steps.at(row, "packets").integer();
        return packets;
    };
    EXPECT_EQ(stepsTo("queue"), queued);
    EXPECT_EQ(stepsTo("rx"), received);
    EXPECT_EQ(imported.count("packet_of_stream", {{"of_stream_id", "=", streams.at(0, "stream_id")}}), 57);
}

} // namespace
} // namespace vnscope::tests
