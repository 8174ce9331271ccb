# shellcheck shell=bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Two Open vSwitches on one host, each with its own ovs-vswitchd and its own kernel datapath: one in the first namespace,
# one in sw2. Both datapaths are called "ovs-system"; dpaddr and net_ns tell them apart.
#
#   vm1 (10) vm2 (10) vm3 (20) – ovsbr0 – cable0 == cable1 – ovsbr1 – vm4 (10) vm5 (20) mgmt0 (20, internal port)
SECOND=/run/ovs2
DATABASES=(--ovsdb /run/openvswitch/db.sock --ovsdb "$SECOND/db.sock")

port() { # port VM VLAN ADDRESS: on ovsbr0, or with SWITCH=in_second on ovsbr1
	veth "ovsp$1" "vm$1" "vm$1-eth0" "52:54:00:00:0b:0$1" "$3"
	ovs-vsctl add-port ovsbr0 "ovsp$1" tag="$2"
}
second_port() {
	veth "ovsp$1" "vm$1" "vm$1-eth0" "52:54:00:00:0b:0$1" "$3"
	ip link set "ovsp$1" netns sw2
	no_ipv6_in sw2 "ovsp$1"
	in_ns sw2 ip link set "ovsp$1" up
	in_second ovs-vsctl add-port ovsbr1 "ovsp$1" tag="$2"
}

# in_second COMMAND...: in namespace sw2, against its ovs-vswitchd.
in_second() { OVS_RUNDIR=$SECOND in_ns sw2 "$@"; }

second_switch_up() {
	mkdir -p "$SECOND"
	ovsdb-tool create "$SECOND/conf.db" /usr/share/openvswitch/vswitch.ovsschema
	in_second ovsdb-server "$SECOND/conf.db" --remote="punix:$SECOND/db.sock" --pidfile --detach --log-file="$SECOND/db.log"
	in_second ovs-vsctl --no-wait init
	in_second ovs-vswitchd --pidfile --detach --log-file="$SECOND/vswitchd.log"
}

build_network() {
	mkns vm1 vm2 vm3 vm4 vm5 sw2
	ovs_up
	second_switch_up
	ovs-vsctl add-br ovsbr0
	in_second ovs-vsctl add-br ovsbr1
	no_ipv6 ovsbr0 ovs-system
	no_ipv6_in sw2 ovsbr1 ovs-system
	ip link add cable0 type veth peer name cable1 netns sw2
	no_ipv6 cable0
	no_ipv6_in sw2 cable1
	ip link set cable0 up
	in_ns sw2 ip link set cable1 up
	ovs-vsctl add-port ovsbr0 cable0 trunks=10,20
	in_second ovs-vsctl add-port ovsbr1 cable1 trunks=10,20
	port 1 10 10.40.0.1/24
	port 2 10 10.40.0.2/24
	port 3 20 10.50.0.3/24
	second_port 4 10 10.40.0.4/24
	second_port 5 20 10.50.0.5/24
	in_second ovs-vsctl add-port ovsbr1 mgmt0 tag=20 -- set interface mgmt0 type=internal
	no_ipv6_in sw2 mgmt0
	in_ns sw2 ip addr add 10.50.0.254/24 dev mgmt0
	in_ns sw2 ip link set mgmt0 up
	in_second ovs-ofctl add-flow ovsbr1 "priority=100,udp,tp_dst=7777,actions=drop"
}

# both_snapshots NAME: the lab's, and the second switch's tables, which it does not know of.
both_snapshots() {
	snapshot "$1"
	mkdir -p "$TRUTH/$1/second"
	export -f snapshot_ovs
	in_second bash -c "snapshot_ovs $TRUTH/$1/second"
}

lttng_up
build_network
sleep 2
learn vm1 10.40.0.2 10.40.0.4
learn vm3 10.50.0.5 10.50.0.254
identity
ftrace_formats openvswitch/ovs_do_execute_action openvswitch/ovs_dp_upcall

statedump_begin
both_snapshots start
ftrace_start openvswitch
lttng_begin "$EVENTS"
state_dump first "${DATABASES[@]}"

ping_from vm1_vm2 vm1 -c 4 -i 0.2 10.40.0.2
ping_from vm1_vm4 vm1 -c 4 -i 0.2 10.40.0.4
ping_from vm3_mgmt vm3 -c 4 -i 0.2 10.50.0.254
iperf3_between udp_vm1_vm4 vm4 vm1 -c 10.40.0.4 -u -b 1M -l 1000 -t 2
iperf3_between tcp_vm3_vm5 vm5 vm3 -c 10.50.0.5 -n 512K

act "20 datagrams from vm2 to vm4's port 7777: the second switch drops them begin"
for ((i = 0; i < 20; i++)); do in_ns vm2 bash -c 'echo dropped >/dev/udp/10.40.0.4/7777'; done
act "20 datagrams end"
act "datapath flows of the first switch flushed: its next packets go up to its ovs-vswitchd"
ovs-appctl dpctl/del-flows
ping_from vm1_vm4_flushed vm1 -c 3 -i 0.2 10.40.0.4
act "vm2's port retagged to VLAN 20 begin"
ovs-vsctl set port ovsp2 tag=20
ping_from vm1_vm2_retagged vm1 -c 3 -i 0.2 -W 1 10.40.0.2
ovs-vsctl set port ovsp2 tag=10
act "vm2's port retagged to VLAN 20 end"
ping_from vm1_vm2_again vm1 -c 3 -i 0.2 10.40.0.2
sleep 1
state_dump last "${DATABASES[@]}"
both_snapshots end
lttng_end
ftrace_stop
statedump_end
