#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes truth/devices.json and truth/drops.json out of what the kernel's counters and the applications said.

The trace is not read here: verify.py holds it against these files, and so do the golden tests.
"""

import json
import pathlib
import sys

NAMESPACES = ("br", "c1", "c2")
COUNTERS = {"packets": "packets", "bytes": "bytes", "errors": "errors", "dropped": "dropped"}


def load(path):
    return json.loads(path.read_text())


def link_counters(directory):
    """(netns, device) -> its counters."""
    found = {}
    for netns in NAMESPACES:
        for link in load(directory / f"ns-{netns}" / "link.json"):
            stats = link["stats64"]
            found[netns, link["ifname"]] = {
                "mac": link["address"], "ifindex": link["ifindex"],
                "counters": {f"{way}_{name}": stats[way][key] for way in ("rx", "tx") for key, name in COUNTERS.items()}}
    return found


def host_counters(directory):
    found = {}
    for line in (directory / "host_proc_net_dev.txt").read_text().splitlines()[2:]:
        name, values = line.split(":")
        values = [int(value) for value in values.split()]
        found["host", name.strip()] = {"counters": {
            "rx_packets": values[1], "rx_bytes": values[0], "rx_errors": values[2], "rx_dropped": values[3],
            "tx_packets": values[9], "tx_bytes": values[8], "tx_errors": values[10], "tx_dropped": values[11]}}
    return found


def devices(truth):
    before = link_counters(truth / "before") | host_counters(truth / "before")
    after = link_counters(truth / "after") | host_counters(truth / "after")
    rows = []
    for (netns, name), state in sorted(after.items()):
        old = before[netns, name]["counters"]
        rows.append({"netns": netns, "device": name, "mac": state.get("mac"), "ifindex": state.get("ifindex"),
                     **{key: value - old[key] for key, value in state["counters"].items()}})
    return rows


def snmp(truth, when, netns):
    """One counter per "Protocol.Name"."""
    lines = (truth / when / f"ns-{netns}" / "snmp.txt").read_text().splitlines()
    found = {}
    for names, values in zip(lines[::2], lines[1::2]):
        protocol = names.split(":")[0]
        found |= {f"{protocol}.{name}": int(value) for name, value in zip(names.split()[1:], values.split()[1:])}
    return found


def nstat(truth, when, netns):
    lines = (truth / when / f"ns-{netns}" / "nstat.txt").read_text().splitlines()[1:]
    return {line.split()[0]: int(line.split()[1]) for line in lines}


def nft_counter(truth, when):
    for entry in load(truth / when / "ns-c2" / "nft.json")["nftables"]:
        for expression in entry.get("rule", {}).get("expr", []):
            if "counter" in expression:
                return expression["counter"]["packets"]
    raise SystemExit("the nft rule has no counter")


def softnet_dropped(path):
    return sum(int(line.split()[1], 16) for line in path.read_text().splitlines())


def drops(truth, device_rows):
    def grown(read, netns, name):
        return read(truth, "after", netns)[name] - read(truth, "before", netns)[name]

    def device(netns, name, counter):
        return next(row[counter] for row in device_rows if (row["netns"], row["device"]) == (netns, name))

    def lost(case, place, reason, symbol, netns, dev, count, source):
        return {"case": case, "lost": True, "place": place, "reason": reason, "symbol": symbol, "netns": netns,
                "device": dev, "count": count, "source": source}

    def freed(case, reason, symbol, netns, count, source):
        return {"case": case, "lost": False, "place": None, "reason": reason, "symbol": symbol, "netns": netns,
                "device": None, "count": count, "source": source}

    socket_full = grown(snmp, "c2", "Udp.RcvbufErrors")
    pings = sum(int((truth / name).read_text().split(" received")[0].split()[-1])
                for name in ("ping_c1_c2.txt", "ping_c2_br.txt"))
    return [
        lost("qdisc", "qdisc", "QDISC_DROP", "__dev_queue_xmit", "br", "vethc2",
             load(truth / "qdisc_tbf.json")[0]["drops"], "qdisc_tbf.json: drops"),
        lost("socket_buffer", "socket_buffer", "SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", "c2", "eth0",
             socket_full, "ns-c2/snmp.txt: Udp RcvbufErrors"),
        lost("socket_filter", "other", "SOCKET_FILTER", "udp_queue_rcv_one_skb", "c2", "eth0",
             grown(snmp, "c2", "Udp.InErrors") - socket_full, "ns-c2/snmp.txt: Udp InErrors - RcvbufErrors"),
        lost("udp_closed_port", "no_socket", "NO_SOCKET", "__udp4_lib_rcv", "c2", "eth0",
             grown(snmp, "c2", "Udp.NoPorts"), "ns-c2/snmp.txt: Udp NoPorts (25 sent; the rest came after an iperf3 server had closed)"),
        lost("tcp_closed_port", "no_socket", "NO_SOCKET", "tcp_v4_rcv", "c2", "eth0", 3,
             "traffic.py connect: connections refused"),
        lost("netfilter", "netfilter", "NETFILTER_DROP", "nft_do_chain", "c2", "eth0",
             nft_counter(truth, "after") - nft_counter(truth, "before"), "ns-c2/nft.json: the rule's counter"),
        lost("ttl", "routing", "IP_INHDR", "ip_forward", "br", "br0",
             grown(snmp, "br", "Ip.InHdrErrors"), "ns-br/snmp.txt: Ip InHdrErrors"),
        lost("no_route", "routing", "IP_INNOROUTES", "ip_error", "br", "br0",
             grown(nstat, "br", "IpExtInNoRoutes"), "ns-br/nstat.txt: IpExtInNoRoutes"),
        lost("tap_ring", "tun_ring", "FULL_RING", "tun_net_xmit", "br", "tap0",
             device("br", "tap0", "tx_dropped"), "ns-br/link.json: tap0 tx dropped"),
        lost("backlog", "backlog", "CPU_BACKLOG", "enqueue_to_backlog", "br", "vethc1",
             softnet_dropped(truth / "softnet_stat_after_backlog.txt")
             - softnet_dropped(truth / "softnet_stat_before_backlog.txt"), "softnet_stat_*_backlog.txt: second column"),
        lost("bridge_state", "bridge", "BRIDGE_INGRESS_STP_STATE", "br_handle_frame", "br", "vethc1", 8,
             "traffic.py send: datagrams sent into the disabled port"),
        lost("neighbour", "neighbour", "NEIGH_FAILED", "neigh_invalidate", "c1", "eth0", 5,
             "traffic.py send: datagrams to an address that nobody has"),
        freed("other_host", "OTHERHOST", "ip_rcv_core", "c2", 6,
              "traffic.py send: frames flooded to a port whose host they were not for"),
        freed("ping_reply", "NO_SOCKET", "ping_rcv", "c1, c2", pings, "ping_*.txt: replies received"),
        freed("closed_socket", "QUEUE_PURGE", "sk_stream_kill_queues", "c1, c2", None,
              "what a closing socket still held, such as its own copy of a refused SYN; nobody else counts these"),
    ]


def main():
    truth = pathlib.Path(sys.argv[1]) / "truth"
    device_rows = devices(truth)
    (truth / "devices.json").write_text(json.dumps(device_rows, indent=1) + "\n")
    (truth / "drops.json").write_text(json.dumps(drops(truth, device_rows), indent=1) + "\n")


if __name__ == "__main__":
    main()
