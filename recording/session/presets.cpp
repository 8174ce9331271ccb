// SPDX-License-Identifier: Apache-2.0
#include "recording/session/presets.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace vnscope::recording::session {
namespace {

constexpr std::array<std::pair<std::string_view, Preset>, 4> kNames{
    {{"network", Preset::Network}, {"middlebox", Preset::Middlebox}, {"nf", Preset::Nf}, {"all", Preset::All}}};

void append(std::vector<std::string>& to, std::initializer_list<std::string_view> names)
{
    to.insert(to.end(), names.begin(), names.end());
}

/// What tracepoints/linux_net, linux_irq, linux_bridge and openvswitch read. Left out for perf: bridge:*, whose MACs
/// its converter to CTF (6.1, measured) takes for texts, and then loses the whole stream.
void addNetwork(Events& events)
{
    append(events.kernel,
           {"net_dev_queue", "net_dev_xmit", "net_if_rx", "net_if_receive_skb", "net_napi_gro_receive_entry",
            "net_napi_gro_frags_entry", "napi_poll", "skb_*", "sock_rcvqueue_full", "udp_fail_queue_rcv_skb",
            "irq_softirq_*", "irq_handler_*", "br_fdb_*", "fdb_delete", "ovs_*", "qdisc_enqueue", "qdisc_dequeue"});
    append(events.perf, {"net:net_dev_queue",
                         "net:net_dev_xmit",
                         "net:netif_rx",
                         "net:netif_receive_skb",
                         "net:napi_gro_receive_entry",
                         "net:napi_gro_frags_entry",
                         "napi:napi_poll",
                         "skb:kfree_skb",
                         "skb:consume_skb",
                         "skb:skb_copy_datagram_iovec",
                         "sock:sock_rcvqueue_full",
                         "udp:udp_fail_queue_rcv_skb",
                         "irq:softirq_raise",
                         "irq:softirq_entry",
                         "irq:softirq_exit",
                         "irq:irq_handler_entry",
                         "irq:irq_handler_exit",
                         "qdisc:qdisc_enqueue",
                         "qdisc:qdisc_dequeue",
                         "openvswitch:ovs_do_execute_action",
                         "openvswitch:ovs_dp_upcall"});
}

/// Input, output and waiting of a middlebox as the kernel sees them: what analyses/system_calls reads.
void addMiddlebox(Events& events)
{
    append(events.user, {"vnscope_io:*"});
    append(events.kernel, {"lttng_statedump_process_state", "sched_process_exec", "sched_process_fork",
                           "sched_process_exit", "net_dev_queue"}); // Its SYNs say who talks to whom.
    append(events.syscalls, {"recv*", "send*", "read", "readv", "write", "writev", "splice", "epoll_*wait*", "poll",
                             "ppoll", "select", "pselect6", "connect", "accept*", "close"});
    append(events.perf, {"sock:inet_sock_set_state", "task:task_rename", "sched:sched_process_exec",
                         "sched:sched_process_fork", "sched:sched_process_exit"});
    append(events.perfSyscalls, {"sock:sock_send_length", "sock:sock_recv_length"});
    for (const std::string_view call :
         {"recvfrom", "recvmsg", "sendto",   "sendmsg",    "sendfile64",  "read",         "readv",
          "write",    "writev",  "splice",   "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll",
          "ppoll",    "select",  "pselect6", "connect",    "accept",      "accept4",      "close"}) {
        for (const std::string_view side : {"enter", "exit"})
            events.perfSyscalls.push_back("syscalls:sys_" + std::string(side) + "_" + std::string(call));
    }
}

} // namespace

std::optional<Preset> parsePreset(std::string_view name)
{
    const auto* const found =
        std::find_if(kNames.begin(), kNames.end(), [&](const auto& n) { return n.first == name; });
    return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

std::string_view toText(Preset preset)
{
    return std::find_if(kNames.begin(), kNames.end(), [&](const auto& n) { return n.second == preset; })->first;
}

Events eventsOf(Preset preset)
{
    Events events;
    // The host's state and its elements' counters belong to every recording: they are few, and nothing else tells them.
    events.user = {"vnscope_statedump:*", "vnscope_element:*"};
    if (preset == Preset::Network || preset == Preset::All)
        addNetwork(events);
    if (preset == Preset::Middlebox || preset == Preset::All)
        addMiddlebox(events);
    if (preset == Preset::Nf || preset == Preset::All)
        append(events.user, {"vnscope_nf:*"});
    return events;
}

std::vector<std::string> presentIn(const std::filesystem::path& tracefs, const std::vector<std::string>& events)
{
    std::vector<std::string> present;
    for (const std::string& event : events) {
        const std::size_t colon = event.find(':');
        std::error_code ignored;
        if (std::filesystem::exists(tracefs / "events" / event.substr(0, colon) / event.substr(colon + 1), ignored))
            present.push_back(event);
    }
    return present;
}

} // namespace vnscope::recording::session
