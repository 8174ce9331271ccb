// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/generator/nic_model.hpp"

/// Emits the network vocabulary through LTTng-UST: several NICs under load, one thread each, and tells afterwards
/// exactly what it emitted.
namespace vnscope::bench::generator {

namespace {

struct Options {
    std::uint32_t nics = 4;
    std::uint32_t flows = 24;
    std::uint64_t events = 100'000;
    std::uint64_t seed = 1;
    std::uint32_t pauseMicroseconds = 0;
    std::string truth;
    std::string symbols;
};

std::string addressText(const vnscope_ust_packet& packet, const std::uint8_t* address)
{
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(packet.ip_version == 4 ? AF_INET : AF_INET6, address, text, sizeof text);
    return text;
}

nlohmann::ordered_json flowTruth(const Flow& flow)
{
    return {{"protocol", flow.out.transport == 6 ? "tcp" : "udp"},
            {"addr_a", addressText(flow.out, flow.out.saddr)},
            {"port_a", flow.out.sport},
            {"addr_b", addressText(flow.out, flow.out.daddr)},
            {"port_b", flow.out.dport},
            {"packets_ab", flow.sent.packets},
            {"l3_bytes_ab", flow.sent.bytes},
            {"packets_ba", flow.received.packets},
            {"l3_bytes_ba", flow.received.bytes},
            {"retransmitted_ab", flow.retransmitted}};
}

nlohmann::ordered_json dropTruth(const DropSite& site, std::uint64_t count)
{
    return {{"symbol", site.symbol}, {"reason", site.reason}, {"reason_name", site.reasonName}, {"count", count}};
}

nlohmann::ordered_json nicTruth(const NicModel& nic)
{
    const NicTotal& total = nic.total();
    nlohmann::ordered_json drops = nlohmann::ordered_json::array();
    for (std::size_t site = 0; site < kReceiveDropSites.size(); ++site) {
        drops.push_back(dropTruth(kReceiveDropSites[site], total.rxDrops[site]));
    }
    drops.push_back(dropTruth(kTransmitDropSite, total.txDrops));
    nlohmann::ordered_json flows = nlohmann::ordered_json::array();
    for (const Flow& flow : nic.flows()) {
        flows.push_back(flowTruth(flow));
    }
    return {{"device", nic.name()},
            {"rx_frames", total.rxFrames},
            {"rx_packets", total.rxPackets},
            {"rx_l3_bytes", total.rxBytes},
            {"tx_packets", total.txPackets},
            {"tx_l2_bytes", total.txBytes},
            {"tx_super_packets", total.txSuperPackets},
            {"tx_busy", total.txBusy},
            {"napi_polls", total.polls},
            {"drops", drops},
            {"streams", flows}};
}

nlohmann::ordered_json eventTruth(const std::deque<NicModel>& nics)
{
    NicTotal sum;
    std::uint64_t kfreed = 0;
    std::uint64_t xmits = 0;
    for (const NicModel& nic : nics) {
        const NicTotal& total = nic.total();
        sum.rxFrames += total.rxFrames;
        sum.rxPackets += total.rxPackets;
        sum.queued += total.queued;
        sum.polls += total.polls;
        sum.consumed += total.consumed;
        sum.softirqs += total.softirqs;
        xmits += total.txPackets + total.txBusy + total.txDrops;
        kfreed += total.kfreed();
    }
    return {
        {"irq:softirq_entry", sum.softirqs},          {"irq:softirq_exit", sum.softirqs}, {"napi:napi_poll", sum.polls},
        {"net:napi_gro_receive_entry", sum.rxFrames}, {"net:net_dev_queue", sum.queued},  {"net:net_dev_xmit", xmits},
        {"net:netif_receive_skb", sum.rxPackets},     {"skb:consume_skb", sum.consumed},  {"skb:kfree_skb", kfreed}};
}

void writeTruth(const std::string& path, const std::deque<NicModel>& nics)
{
    std::uint64_t events = 0;
    nlohmann::ordered_json devices = nlohmann::ordered_json::array();
    for (const NicModel& nic : nics) {
        events += nic.total().events();
        devices.push_back(nicTruth(nic));
    }
    const nlohmann::ordered_json truth{{"events", events}, {"event_classes", eventTruth(nics)}, {"devices", devices}};
    std::ofstream(path) << truth.dump(1) << '\n';
}

void writeSymbols(const std::string& path)
{
    std::ofstream out(path);
    const auto line = [&](const DropSite& site) {
        out << fmt::format("{:016x} T {}\n", site.location - kSymbolOffset, site.symbol);
    };
    for (const DropSite& site : kReceiveDropSites) {
        line(site);
    }
    line(kTransmitDropSite);
}

/// The CPUs that serve the NICs. As in a kernel, a NIC's softirqs stay on one CPU, and no two of one CPU interleave.
class Cpus final {
public:
    explicit Cpus(std::uint32_t count) : m_busy(count) {}

    /// The calling thread serves NIC `nic` from now on; the mutex is the right to be in a softirq.
    std::mutex& enter(std::uint32_t nic)
    {
        const std::size_t cpu = nic % m_busy.size();
        cpu_set_t only;
        CPU_ZERO(&only);
        CPU_SET(cpu, &only);
        pthread_setaffinity_np(pthread_self(), sizeof only, &only);
        return m_busy[cpu];
    }

private:
    std::vector<std::mutex> m_busy;
};

void runNic(NicModel& nic, std::uint32_t index, Cpus& cpus, const Options& options)
{
    std::mutex& softirq = cpus.enter(index);
    const std::chrono::microseconds pause(options.pauseMicroseconds * (index + 1));
    while (nic.total().events() < options.events / options.nics) {
        {
            const std::scoped_lock inSoftirq(softirq);
            nic.step();
        }
        if (pause.count() > 0) {
            std::this_thread::sleep_for(pause);
        }
    }
}

void run(const Options& options)
{
    std::deque<NicModel> nics;
    for (std::uint32_t index = 0; index < options.nics; ++index) {
        nics.emplace_back(index, options.flows, options.seed);
    }
    Cpus cpus(std::max(1U, std::thread::hardware_concurrency()));
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t index = 0; index < options.nics; ++index) {
            threads.emplace_back(runNic, std::ref(nics[index]), index, std::ref(cpus), std::cref(options));
        }
    }
    if (!options.truth.empty()) {
        writeTruth(options.truth, nics);
    }
    if (!options.symbols.empty()) {
        writeSymbols(options.symbols);
    }
}

} // namespace

} // namespace vnscope::bench::generator

int main(int argc, char** argv)
{
    vnscope::bench::generator::Options options;
    CLI::App app{"Emits the kernel's network vocabulary through LTTng-UST."};
    app.add_option("--nics", options.nics, "modelled NICs, one thread each")->check(CLI::Range(1, 64));
    app.add_option("--flows", options.flows, "conversations per NIC")->check(CLI::Range(1, 16000));
    app.add_option("--events", options.events, "events of all NICs together, at least");
    app.add_option("--seed", options.seed, "the same seed makes the same packets");
    app.add_option("--pause-us", options.pauseMicroseconds, "rest between polls, times the NIC's number from 1");
    app.add_option("--truth", options.truth, "write what was emitted to this JSON file");
    app.add_option("--symbols", options.symbols, "write a kallsyms text for the drops' locations");
    CLI11_PARSE(app, argc, argv);
    vnscope::bench::generator::run(options);
}
