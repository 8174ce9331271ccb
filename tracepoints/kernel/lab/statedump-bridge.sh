# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Two VLAN-filtering bridges whose forwarding databases are full before the tracer starts: only a state dump knows them.
#
#   vm1 (10) vm2 (10) vm3 (20) tap0 (10) – br0 – up0 == up1 – br1 – vm4 (10) vm5 (20) vm6 (20, by its own VLAN device)
#                                                               br1.20 10.20.0.254, the host in VLAN 20

# access PORT VLAN / trunk PORT: both bridges have VLANs 10 and 20 and no default.
access() { bridge vlan add dev "$1" vid "$2" pvid untagged; }
trunk() { for vid in 10 20; do bridge vlan add dev "$1" vid "$vid"; done; }
port() { # port BRIDGE VM VLAN ADDRESS
	veth "vnet$2" "vm$2" "vm$2-eth0" "52:54:00:00:0a:0$2" "$4"
	ip link set "vnet$2" master "$1"
	access "vnet$2" "$3"
}

build_network() {
	local bridge
	mkns vm1 vm2 vm3 vm4 vm5 vm6
	for bridge in br0 br1; do bridge_up "$bridge" vlan_filtering 1 vlan_default_pvid 0; done
	ip link add up0 type veth peer name up1
	no_ipv6 up0 up1
	ip link set up0 master br0 up
	ip link set up1 master br1 up
	trunk up0
	trunk up1
	port br0 1 10 10.10.0.1/24
	port br0 2 10 10.10.0.2/24
	port br0 3 20 10.20.0.3/24
	port br1 4 10 10.10.0.4/24
	port br1 5 20 10.20.0.5/24
	veth vnet6 vm6 vm6-eth0 52:54:00:00:0a:06
	ip link set vnet6 master br1
	trunk vnet6
	in_ns vm6 ip link add link vm6-eth0 name vm6-eth0.20 type vlan id 20
	no_ipv6_in vm6 vm6-eth0.20
	in_ns vm6 ip addr add 10.20.0.6/24 dev vm6-eth0.20
	in_ns vm6 ip link set vm6-eth0.20 up
	ip link add link br1 name br1.20 type vlan id 20
	no_ipv6 br1.20
	bridge vlan add dev br1 vid 20 self
	ip addr add 10.20.0.254/24 dev br1.20
	ip link set br1.20 up
	modprobe tun
	ip tuntap add tap0 mode tap user nobody
	no_ipv6 tap0
	ip link set tap0 master br0 up
	access tap0 10
}

# A "virtual machine" of a user's process: it opens the tap and says who it is, once. Then it only keeps the tap open.
tap_guest() {
	python3 - <<'PY' &
import fcntl, os, struct, time
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, 0x400454CA, struct.pack("16sH22x", b"tap0", 0x0002 | 0x1000))  # TUNSETIFF, IFF_TAP | IFF_NO_PI
time.sleep(1)
mac = bytes.fromhex("525400000a0a")
address = bytes([10, 10, 0, 10])
arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + address + bytes(6) + address
os.write(tap, b"\xff" * 6 + mac + b"\x08\x06" + arp + bytes(18))
time.sleep(600)
PY
	TAP_GUEST=$!
	sleep 3
}

lttng_up
build_network
tap_guest
sleep 2
learn vm1 10.10.0.2 10.10.0.4
learn vm3 10.20.0.5 10.20.0.6 10.20.0.254
identity
ftrace_formats bridge/br_fdb_add bridge/br_fdb_external_learn_add bridge/br_fdb_update bridge/fdb_delete \
	qdisc/qdisc_enqueue qdisc/qdisc_dequeue

monitor_start
statedump_begin
snapshot start
ftrace_start bridge qdisc
lttng_begin "$EVENTS"
state_dump first

act "traffic between hosts that the bridges know; only vm2 is new to br1"
ping_from vm1_vm4 vm1 -c 5 -i 0.2 10.10.0.4
ping_from vm3_vm6 vm3 -c 5 -i 0.2 10.20.0.6
ping_from vm5_host vm5 -c 3 -i 0.2 10.20.0.254
tc qdisc add dev vnet4 root tbf rate 4mbit burst 20kb latency 50ms
iperf3_between udp_vm1_vm4 vm4 vm1 -c 10.10.0.4 -u -b 1M -l 1000 -t 2
iperf3_between tcp_vm2_vm4 vm4 vm2 -c 10.10.0.4 -n 512K

act "vm2 moves: vnet2 leaves br0 begin"
ip link set vnet2 nomaster
ip link set vnet2 master br1
access vnet2 10
act "vm2 moves: vnet2 is on br1 end"
in_ns vm2 arping -q -c 2 -U -I vm2-eth0 10.10.0.2 || true
ping_from vm1_vm2_moved vm1 -c 4 -i 0.3 10.10.0.2

act "FDB entries by hand: static begin"
bridge fdb add 52:54:00:00:0a:aa dev vnet1 master static vlan 10
bridge fdb del 52:54:00:00:0a:aa dev vnet1 master vlan 10
act "FDB entries by hand: external learning"
bridge fdb add 52:54:00:00:0a:bb dev vnet3 master dynamic extern_learn vlan 20
bridge fdb del 52:54:00:00:0a:bb dev vnet3 master vlan 20
act "FDB entries by hand: end"
sleep 1
state_dump last
snapshot end
lttng_end
ftrace_stop
monitor_stop
statedump_end
kill "$TAP_GUEST"
