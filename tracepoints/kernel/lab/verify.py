#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Holds what our probes and vnscope-statedump recorded against what other tools of the same guest said.

    verify.py OUTDIR      OUTDIR: of `record`, with trace/ and truth/

Prints one line per comparison, and exits with 1 if one of them fails. Needs python3-bt2.
"""
import collections
import json
import pathlib
import re
import sys

import bt2

NO_DEVICE = "null"
PLACE_FIELDS = ("net_ns", "dev", "ifindex", "br_dev", "br_ifindex", "dev_name", "key_in_port")
FAILED = []


def report(what, is_right, detail=""):
    print(f"{'equal' if is_right else 'DIFFERENT'}: {what}{': ' + str(detail) if detail else ''}")
    if not is_right:
        FAILED.append(what)


def mac(octets):
    return ":".join(f"{int(octet):02x}" for octet in octets)


def swapped(value):
    """ftrace prints network order as if it were the host's."""
    return int.from_bytes(value.to_bytes(2, "little"), "big")


def events_of(folder):
    """(time on the tracer's clock in ns, name, CPU, fields) of every event below a folder."""
    for message in bt2.TraceCollectionMessageIterator(str(folder)):
        if isinstance(message, bt2._EventMessageConst):
            event = message.event
            cpu = int(event.packet.context_field["cpu_id"]) if event.packet.context_field else 0
            yield message.default_clock_snapshot.value, event.name, cpu, event.payload_field


# One entry per event: what is compared, as our probe has it and as ftrace prints it.
def common(fields):
    return [str(fields["br_dev"]), str(fields["dev"]), mac(fields["addr"]), int(fields["vid"])]


def ovs(fields):
    return [int(fields[name]) for name in ("dpaddr", "skbaddr", "len", "gso_size", "ovs_flow_hash", "recirc_id",
                                           "key_eth_type")] + [str(fields["dp_name"]), str(fields["dev_name"])]


def qdisc(fields):
    return [int(fields[name]) for name in ("ifindex", "handle", "parent", "skbaddr")]


OURS = {
    "br_fdb_update": lambda f: common(f) + [int(f["flags"])],
    "fdb_delete": common,
    "br_fdb_external_learn_add": common,
    "br_fdb_add": lambda f: [str(f["dev"]), mac(f["addr"]), int(f["vid"]), int(f["nlh_flags"]), int(f["ndm_flags"])],
    "ovs_do_execute_action": lambda f: ovs(f) + [int(f["action_type"]), int(f["action_len"]), int(f["is_last"])],
    "ovs_dp_upcall": lambda f: ovs(f) + [int(f["upcall_cmd"]), int(f["upcall_portid"]), int(f["upcall_mru"])],
    "qdisc_enqueue": qdisc,
    "qdisc_dequeue": lambda f: qdisc(f) + [int(f["packets"])],
}


def ftrace_fields(text):
    """Both "name=value" and "name value" occur."""
    return dict(re.findall(r"(\w+)[= ](\S+)", text))


def ftrace_ovs(f):
    return [int(f["dpaddr"], 16), pointer(f["skbaddr"]), int(f["len"]), int(f["gso_size"]), int(f["ovs_flow_hash"], 16),
            int(f["recirc_id"], 16), swapped(int(f["eth_type"], 16)), f["dp_name"], f["dev"]]


def pointer(text):
    return 0 if text == "(null)" else int(text, 16)


def ftrace_qdisc(f):
    return [int(f["ifindex"]), int(f["handle"], 16), int(f["parent"], 16), pointer(f["skbaddr"])]


def ftrace_common(f):
    return [f["br_dev"], f.get("source") or f.get("port") or f["dev"], f["addr"], int(f["vid"])]


FTRACE = {
    "br_fdb_update": lambda f: ftrace_common(f) + [int(f["flags"], 16)],
    "fdb_delete": ftrace_common,
    "br_fdb_external_learn_add": ftrace_common,
    "br_fdb_add": lambda f: [f["dev"], f["addr"], int(f["vid"]), int(f["nlh_flags"], 16), int(f["ndm_flags"], 16)],
    "ovs_do_execute_action": lambda f: ftrace_ovs(f) + [int(f["action_type"]), int(f["action_len"]), int(f["is_last"])],
    "ovs_dp_upcall": lambda f: ftrace_ovs(f) + [int(f["upcall_cmd"]), int(f["upcall_port"]), int(f["upcall_mru"])],
    "qdisc_enqueue": ftrace_qdisc,
    "qdisc_dequeue": lambda f: ftrace_qdisc(f) + [int(f["packets"])],
}


def ftrace_events(path):
    line_of = re.compile(r".*\[(\d+)\].*?(\d+)\.(\d{6}): (\w+): (.*)")
    for line in path.read_text().splitlines():
        match = line_of.match(line)
        if match and match[4] in FTRACE:
            time = int(match[2]) * 10**9 + int(match[3]) * 1000
            text = re.sub(r"^(enqueue|dequeue) |qdisc (?=handle)", "", match[5])
            yield time, match[4], int(match[1]), FTRACE[match[4]](ftrace_fields(text))


def tracing_window(truth):
    """From the end of `lttng start` to the begin of `lttng stop`, on the monotonic clock."""
    offset = int((truth / "clock_offset.txt").read_text().split()[1])
    times = {text: int(time) for time, text in
             (line.split("\t", 1) for line in (truth / "timeline.tsv").read_text().splitlines())}
    return times["lttng start end"] - offset, times["lttng stop begin"] - offset


class Snapshots:
    """What `ip` and `ovs-dpctl` said of all namespaces, before and after the tracing."""

    def __init__(self, truth):
        self.netns = {}
        for line in (truth / "netns_inodes.txt").read_text().splitlines():
            namespace, inode = line.rsplit(" ", 1)
            self.netns["root" if namespace == "root" else f"ns-{namespace}"] = int(inode)
        self.devices, self.ports = set(), set()
        for snapshot in ("start", "end"):
            for namespace, inode in self.netns.items():
                folder = truth / snapshot / namespace
                for link in json.loads((folder / "link.json").read_text()):
                    self.devices |= {(inode, link["ifname"]), (inode, link["ifindex"], link["ifname"])}
            for folder, namespace in ((truth / snapshot, "root"), (truth / snapshot / "second", "ns-sw2")):
                if (folder / "ovs_datapath.txt").exists():
                    for number, name in re.findall(r"port (\d+): (\S+)", (folder / "ovs_datapath.txt").read_text()):
                        self.ports.add((self.netns[namespace], int(number), name))


def compare_places(snapshots, fields_of):
    """Namespaces, interface indexes and datapath ports, which ftrace does not print, exist and carry the names beside them."""
    seen, wrong = collections.Counter(), collections.Counter()
    for name, f in fields_of:
        net_ns = int(f["net_ns"])
        places = []
        for device, index in (("dev", "ifindex"), ("br_dev", "br_ifindex")):
            if device in f and str(f[device]) != NO_DEVICE:
                places.append((snapshots.devices, (net_ns, int(f[index]), str(f[device]))))
        if name.startswith("ovs_"):
            places.append((snapshots.devices, (net_ns, str(f["dev_name"]))))
            places.append((snapshots.ports, (net_ns, int(f["key_in_port"]), str(f["dev_name"]))))
        for known, place in places:
            seen[place] += 1
            if place not in known:
                wrong[place] += 1
    report(f"{sum(seen.values())} places in events, {len(seen)} different, are what ip and ovs-dpctl show", not wrong,
           dict(wrong) or "")


def compare_with_ftrace(truth, recorded):
    begin, end = tracing_window(truth)
    oracle = [event for event in ftrace_events(truth / "ftrace.txt") if begin <= event[0] <= end]
    ours = [event for event in recorded if begin <= event[0] <= end]
    traced = {event[1] for event in oracle}
    print("events:", dict(collections.Counter(event[1] for event in ours)))
    deltas = []
    for cpu in sorted({event[2] for event in ours + oracle}):
        mine = [event for event in ours if event[2] == cpu and event[1] in traced]
        theirs = [event for event in oracle if event[2] == cpu]
        same = [event[1::2] for event in mine] == [event[1::2] for event in theirs]
        report(f"CPU {cpu}, sequence and fields of {len(theirs)} events in ftrace", same, len(mine))
        if not same:
            differing = next((pair for pair in zip(mine, theirs) if pair[0][1::2] != pair[1][1::2]), None)
            print("  first difference:", differing)
        deltas += [abs(a[0] - b[0]) for a, b in zip(mine, theirs)] if same else []
    if deltas:
        deltas.sort()
        print(f"times apart from ftrace: median {deltas[len(deltas) // 2] / 1000:.0f} us, max {deltas[-1] / 1000:.0f} us")


def snapshot_fdb(truth, name):
    """{(bridge, MAC, VLAN): port or the bridge itself} of the first namespace; a device's own list of MACs left out."""
    entries = json.loads((truth / name / "root" / "bridge_fdb.json").read_text())
    return {(e.get("master", e["ifname"]), e["mac"], e.get("vlan", 0)): e["ifname"] for e in entries
            if ("master" in e or e["ifname"].startswith("br")) and "self" not in e.get("flags", [])}


def replay_fdb(truth, recorded):
    """What was known at the start, and each event since, is what is known at the end."""
    known = snapshot_fdb(truth, "start")
    begin, end = tracing_window(truth)
    for time, name, _, values in recorded:
        if not begin <= time <= end or name not in ("br_fdb_update", "fdb_delete"):
            continue
        bridge, port, address, vlan = values[:4]
        if name == "br_fdb_update":
            known[(bridge, address, vlan)] = port
        else:
            known.pop((bridge, address, vlan), None)
    hosts = lambda entries: {(*key, port) for key, port in entries.items() if key[1].startswith("52:54:00")}
    wanted = hosts(snapshot_fdb(truth, "end"))
    report(f"FDB at the start and events give the FDB at the end, {len(wanted)} entries of hosts", hosts(known) == wanted,
           sorted(hosts(known) ^ wanted) or "")


def compare_statedump(outdir, truth, snapshots):
    """The first and the last dump against the snapshots that were taken before and after the tracing."""
    dumps = []
    for _, name, _, fields in events_of(outdir / "trace" / "statedump"):
        kind = name.removeprefix("vnscope_statedump:")
        if kind == "begin":
            dumps.append(collections.defaultdict(list))
        elif dumps:
            dumps[-1][kind].append(fields)
    report("two dumps, each with an end", len(dumps) == 2 and all(len(dump["end"]) == 1 for dump in dumps))
    for dump, snapshot in zip(dumps, ("start", "end")):
        print(f"dump beside {snapshot}:", {kind: len(found) for kind, found in dump.items()},
              "problems", int(dump["end"][0]["problems"]) if dump["end"] else "?")
        compare_links(dump, truth / snapshot, snapshots.netns)
        if dump["bridge"]:
            compare_fdb(dump, truth, snapshot, snapshots.netns["root"])
        if snapshots.ports:
            dumped = {(int(f["netns"]), int(f["number"]), str(f["name"])) for f in dump["ovs_port"]}
            report(f"{len(snapshots.ports)} ports of datapaths: namespace, number, name", dumped == snapshots.ports,
                   sorted(map(str, dumped ^ snapshots.ports)) or "")


def compare_links(dump, snapshot, netns):
    dumped = {(int(f["netns"]), int(f["ifindex"])): (str(f["name"]), mac(f["mac"]), int(f["master"]), str(f["kind"]))
              for f in dump["link"]}
    wanted = {}
    for namespace, inode in netns.items():
        links = json.loads((snapshot / namespace / "link.json").read_text())
        index_of = {link["ifname"]: link["ifindex"] for link in links}
        for link in links:
            wanted[(inode, link["ifindex"])] = (link["ifname"], link["address"], index_of.get(link.get("master"), 0),
                                                link.get("linkinfo", {}).get("info_kind", ""))
    report(f"links of {len(netns)} namespaces: name, MAC, master, kind; {len(wanted)} in {snapshot.name}", dumped == wanted,
           [dumped.get(key, wanted.get(key)) for key in dumped.keys() | wanted.keys() if dumped.get(key) != wanted.get(key)]
           or "")


def compare_fdb(dump, truth, snapshot, root):
    name_of = {int(f["ifindex"]): str(f["name"]) for f in dump["link"] if int(f["netns"]) == root}
    dumped = {(name_of.get(int(f["bridge"])), mac(f["mac"]), int(f["vlan"]), name_of.get(int(f["ifindex"])))
              for f in dump["fdb"] if int(f["netns"]) == root}
    wanted = {(*key, port) for key, port in snapshot_fdb(truth, snapshot).items()}
    report(f"FDB of the first namespace: bridge, MAC, VLAN, port; {len(wanted)} in {snapshot}", dumped == wanted,
           sorted(map(str, dumped ^ wanted)) or "")


def datapath_counters(path):
    match = re.search(r"lookups: hit:(\d+) missed:(\d+) lost:(\d+)", path.read_text())
    return [int(number) for number in match.groups()]


def compare_datapaths(truth, recorded_fields):
    """Upcalls of each datapath are what it missed between the snapshots."""
    upcalls = collections.Counter(int(f["dpaddr"]) for f in recorded_fields)
    missed = []
    for folder in ("", "second"):
        before, after = (datapath_counters(truth / name / folder / "ovs_datapath.txt") for name in ("start", "end"))
        missed.append(after[1] - before[1])
        report(f"no upcall lost by datapath {folder or 'first'}", after[2] == before[2])
    report(f"upcalls per datapath and its counter \"missed\" {sorted(missed)}", sorted(upcalls.values()) == sorted(missed),
           sorted(upcalls.values()))


def main():
    outdir = pathlib.Path(sys.argv[1])
    truth = outdir / "truth"
    snapshots = Snapshots(truth)
    recorded, misses, places = [], [], []
    for time, name, cpu, fields in events_of(outdir / "trace" / "kernel"):
        if name in OURS:
            recorded.append((time, name, cpu, OURS[name](fields)))
            places.append((name, {field: fields[field] for field in PLACE_FIELDS if field in fields}))
        # Upcall command 1: no flow matched. An action may ask for an upcall too (command 2).
        if name == "ovs_dp_upcall" and int(fields["upcall_cmd"]) == 1:
            misses.append({"dpaddr": int(fields["dpaddr"])})
    compare_with_ftrace(truth, recorded)
    compare_places(snapshots, places)
    if any(event[1].startswith("br_fdb") for event in recorded):
        replay_fdb(truth, recorded)
    if (truth / "start" / "second").exists():
        compare_datapaths(truth, misses)
    if (outdir / "trace" / "statedump").exists():
        compare_statedump(outdir, truth, snapshots)
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
