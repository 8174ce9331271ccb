#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the recorded trace against truth/devices.json and truth/drops.json; exit code 1 when they differ.

With --symbols-from the addresses at which the trace frees packets are looked up, and their lines kept in truth/kallsyms
(addresses of this boot). The host's own devices are printed but not judged: its traffic does not stop for a snapshot.
"""

import argparse
import bisect
import collections
import json
import pathlib
import re

import bt2


class Symbols:
    def __init__(self, path):
        rows = (line.split() for line in path.read_text().splitlines())
        self.lines = sorted((int(row[0], 16), row[1], row[2]) for row in rows if row[1] in "tTwW" and len(row) == 3)
        self.addresses = [line[0] for line in self.lines]

    def find(self, address):
        return self.lines[bisect.bisect_right(self.addresses, address) - 1]


class Seen:
    """What the trace says."""

    def __init__(self, trace):
        self.events = collections.Counter()
        self.transmitted = collections.defaultdict(collections.Counter)
        self.received = collections.defaultdict(collections.Counter)
        self.freed = collections.Counter()
        for message in bt2.TraceCollectionMessageIterator(str(trace)):
            if isinstance(message, bt2._EventMessageConst):
                self.add(message.event)

    def add(self, event):
        name = event.name
        self.events[name] += 1
        if name == "net:net_dev_xmit":
            self.transmitted[str(event["name"])][int(event["rc"])] += 1
        elif name in ("net:netif_rx", "net:napi_gro_receive_entry", "net:netif_receive_skb"):
            self.received[str(event["name"])][name] += 1
        elif name == "skb:kfree_skb":
            self.freed[int(event["location"]), int(event["reason"])] += 1


def reason_names(truth):
    text = (truth / "kfree_skb_format.txt").read_text()
    return {int(number): name for number, name in re.findall(r'\{ (\d+), "(\w+)" \}', text)}


def check_devices(truth, seen):
    """Devices of one name are one name in the trace: their sums are compared.

    net:netif_rx fires before the backlog may refuse the packet, the kernel counts a packet received only after.
    """
    wrong = 0
    refused = {row["device"]: row["count"] for row in json.loads((truth / "drops.json").read_text())
               if row["case"] == "backlog"}
    rows = json.loads((truth / "devices.json").read_text())
    for name in sorted({row["device"] for row in rows if row["netns"] != "host"}):
        same = [row for row in rows if row["device"] == name and any(row[k] for k in ("rx_packets", "tx_packets", "tx_dropped"))]
        if not same:
            continue
        counts = seen.received[name]
        rx = counts["net:netif_rx"] + counts["net:napi_gro_receive_entry"] or counts["net:netif_receive_skb"]
        rx -= refused.get(name, 0)
        trace = {"tx_packets": seen.transmitted[name][0], "rx_packets": rx}
        truths = {key: sum(row[key] for row in same) for key in trace}
        equal = trace == truths
        wrong += not equal
        print(f"device {name:8} of {','.join(row['netns'] for row in same):12} kernel {truths}  trace {trace}"
              f"  {'equal' if equal else 'DIFFERENT'}")
    return wrong


def check_drops(truth, seen, symbols):
    names = reason_names(truth)
    freed = collections.Counter()
    for (location, reason), count in seen.freed.items():
        freed[names.get(reason, str(reason)), symbols.find(location)[2]] += count
    wrong = 0
    for row in json.loads((truth / "drops.json").read_text()):
        count = freed.pop((row["reason"], row["symbol"]), 0)
        if row["count"] is None:
            print(f"freed {row['case']:16} {row['reason']:26} {row['symbol']:24} truth    -  trace {count:4}  not counted by anyone else")
            continue
        wrong += count != row["count"]
        print(f"{'lost ' if row['lost'] else 'freed'} {row['case']:16} {row['reason']:26} {row['symbol']:24}"
              f" truth {row['count']:4}  trace {count:4}  {'equal' if count == row['count'] else 'DIFFERENT'}")
    for (reason, symbol), count in sorted(freed.items()):
        print(f"freed {'(not in truth)':16} {reason:26} {symbol:24} trace {count}")
    return wrong


def keep_symbols(truth, seen, path):
    symbols = Symbols(path)
    lines = sorted({symbols.find(location) for location, _ in seen.freed})
    (truth / "kallsyms").write_text("".join(f"{address:016x} {kind} {name}\n" for address, kind, name in lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("--symbols-from", type=pathlib.Path)
    args = parser.parse_args()
    truth = args.case / "truth"
    seen = Seen(args.case / "trace")
    (args.case / "events.txt").write_text("".join(f"{count:8} {name}\n" for name, count in sorted(seen.events.items())))
    if args.symbols_from:
        keep_symbols(truth, seen, args.symbols_from)
    wrong = check_devices(truth, seen) + check_drops(truth, seen, Symbols(truth / "kallsyms"))
    print(f"{wrong} differences")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
