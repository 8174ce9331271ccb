// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "storage/base/result.hpp"

/// Small traces of one made-up story in the spelling of each tracer, so that a test can ask whether all say the same.
namespace vnscope::tests::support {

/// How a kernel tracer names events and lays out their fields.
enum class KernelSpelling : std::uint8_t {
    Lttng26, ///< lttng-modules <= 2.6: `netif_receive_skb`, `softirq_entry`; no packet headers; compact event header.
    Lttng27, ///< lttng-modules >= 2.7: `net_if_receive_skb`, `irq_softirq_entry`; headers as nested variants.
    Perf,    ///< perf's CTF: `net:netif_receive_skb`, with perf's own fields before the tracepoint's.
};

/// What a story holds. Every packet is received by a NAPI poll of device "eth<cpu>" on its CPU and then sent on by
/// device "veth<cpu>"; every `dropEvery`-th is lost between the two.
struct KernelStory {
    std::uint32_t cpus = 2;
    std::uint32_t packetsPerCpu = 100;
    std::uint32_t dropEvery = 10;                      ///< 0: none.
    std::uint32_t packetsPerPoll = 4;                  ///< At least 1.
    std::uint64_t beginNs = 1'700'000'000'000'000'000; ///< Unix epoch.
    std::uint64_t stepNs = 1'000;                      ///< Between two events of one CPU.
    std::uint64_t pollGapNs = 0;      ///< Besides, after each poll; the CPUs' polls are spread evenly over it.
    std::uint32_t receivedBytes = 84; ///< IPv4 length, without Ethernet header.
    std::uint16_t dropReason = 2;
    std::uint64_t dropLocation = 0xffffffff81001040;
    std::size_t packetBytes = 64 * 1024; ///< Of the CTF packets.
};

/// What a reader must find in a KernelStory: sums over all CPUs.
struct KernelStoryTruth {
    std::uint64_t events = 0;
    std::uint64_t received = 0; ///< `net_if_receive_skb`; their lengths are all KernelStory::receivedBytes.
    std::uint64_t queued = 0;
    std::uint64_t sent = 0; ///< `net_dev_xmit`, rc 0; receivedBytes + 14 each.
    std::uint64_t dropped = 0;
    std::uint64_t consumed = 0;
    std::uint64_t polls = 0;
};

[[nodiscard]] base::Result<KernelStoryTruth> writeKernelTrace(const std::filesystem::path& directory,
                                                              KernelSpelling spelling, const KernelStory& story = {});

/// DPDK's trace of `threads` workers that each receive and send `bursts` bursts of `packets` packets on port = thread.
struct DpdkStory {
    std::uint32_t threads = 2;
    std::uint32_t bursts = 50;
    std::uint16_t packets = 32;
    std::uint64_t beginNs = 1'700'000'000'000'000'000;
    bool isSplit = false; ///< As since 24.11: empty polls are an event of their own. Each worker ends with one.
};

[[nodiscard]] base::Result<void> writeDpdkTrace(const std::filesystem::path& directory, const DpdkStory& story = {});

} // namespace vnscope::tests::support
