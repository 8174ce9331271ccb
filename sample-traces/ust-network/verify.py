#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the recorded trace again and holds it against truth/truth.json; exit code 1 when they differ."""

import collections
import ipaddress
import json
import pathlib
import sys

import bt2

ETHERNET_HEADER = 14
TCP = 6


class Seen:
    """What the trace says, keyed as truth.json is."""

    def __init__(self, trace):
        self.devices = collections.defaultdict(collections.Counter)
        self.drops = collections.Counter()
        self.streams = collections.defaultdict(collections.Counter)
        self.device_of_skb = {}
        self.sequences = set()
        for message in bt2.TraceCollectionMessageIterator(str(trace)):
            if isinstance(message, bt2._EventMessageConst):
                self.add(message.event)

    def add(self, event):
        name = event.name
        if name == "net:napi_gro_receive_entry":
            self.devices[str(event["name"])]["rx_frames"] += 1
        elif name == "net:netif_receive_skb":
            self.add_received(event)
        elif name == "net:net_dev_queue":
            self.add_queued(event)
        elif name == "net:net_dev_xmit":
            self.add_transmitted(event)
        elif name == "napi:napi_poll":
            self.devices[str(event["dev_name"])]["napi_polls"] += 1
        elif name == "skb:kfree_skb":
            self.drops[self.device_of_skb[int(event["skbaddr"])], int(event["reason"])] += 1

    def add_received(self, event):
        device = str(event["name"])
        self.device_of_skb[int(event["skbaddr"])] = device
        self.devices[device]["rx_packets"] += 1
        self.devices[device]["rx_l3_bytes"] += int(event["len"])
        stream = self.streams[flow(event, "daddr", "dport", "saddr", "sport")]
        stream["packets_ba"] += 1
        stream["l3_bytes_ba"] += int(event["len"])

    def add_queued(self, event):
        self.device_of_skb[int(event["skbaddr"])] = str(event["name"])
        key = flow(event, "saddr", "sport", "daddr", "dport")
        stream = self.streams[key]
        stream["packets_ab"] += 1
        stream["l3_bytes_ab"] += int(event["len"]) - ETHERNET_HEADER
        sequence = (key, int(event["seq"]))
        stream["retransmitted_ab"] += int(event["transport"]) == TCP and sequence in self.sequences
        self.sequences.add(sequence)

    def add_transmitted(self, event):
        device = self.devices[str(event["name"])]
        rc = int(event["rc"])
        if rc == 0:
            device["tx_packets"] += 1
            device["tx_l2_bytes"] += int(event["len"])
        device["tx_busy"] += rc == 16


def flow(event, address_a, port_a, address_b, port_b):
    size = 4 if int(event["ip_version"]) == 4 else 16

    def address(name):
        return str(ipaddress.ip_address(bytes(int(octet) for octet in event[name])[:size]))

    return address(address_a), int(event[port_a]), address(address_b), int(event[port_b])


def differences(truth, seen):
    for device in truth["devices"]:
        name = device["device"]
        for key in ("rx_frames", "rx_packets", "rx_l3_bytes", "tx_packets", "tx_l2_bytes", "tx_busy", "napi_polls"):
            yield name, key, device[key], seen.devices[name][key]
        for drop in device["drops"]:
            yield name, drop["reason_name"], drop["count"], seen.drops[name, drop["reason"]]
        for stream in device["streams"]:
            key = stream["addr_a"], stream["port_a"], stream["addr_b"], stream["port_b"]
            for name_of in ("packets_ab", "l3_bytes_ab", "packets_ba", "l3_bytes_ba", "retransmitted_ab"):
                yield key, name_of, stream[name_of], seen.streams[key][name_of]


def main():
    case = pathlib.Path(sys.argv[1])
    compared = list(differences(json.loads((case / "truth" / "truth.json").read_text()), Seen(case / "trace")))
    wrong = [line for line in compared if line[2] != line[3]]
    for where, what, truth, trace in wrong:
        print(f"{where} {what}: truth {truth}, trace {trace}")
    print(f"{len(compared)} numbers compared, {len(wrong)} differences")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
