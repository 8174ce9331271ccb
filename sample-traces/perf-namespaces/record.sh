#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Records the perf-namespaces sample: a bridge, two containers whose devices are both called eth0, and one drop of every
# kind that the kernel can be made to do in a known number. Everything happens in network namespaces of its own, on their
# own addresses; one sysctl of the whole machine (net.core.netdev_max_backlog) is lowered for a moment and put back.
#
#   record.sh OUTPUT_DIR        makes OUTPUT_DIR/perf-namespaces/{trace,truth} and OUTPUT_DIR/perf-namespaces.tar.xz
#
# Needs root and the Debian packages ethtool iperf3 iproute2 iputils-ping linux-perf nftables util-linux python3 python3-bt2 xz-utils.
set -euo pipefail
if [ $# -ne 1 ]; then
    echo "usage: $0 OUTPUT_DIR" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)/perf-namespaces
rm -rf "$out" "$out.tar.xz"
mkdir -p "$out/trace" "$out/truth"
truth=$out/truth
work=$(mktemp -d)
traffic="/usr/bin/python3 $here/traffic.py"
tracing=/sys/kernel/tracing
[ -d $tracing/events ] || mount -t tracefs tracefs $tracing
backlog=$(sysctl -n net.core.netdev_max_backlog)
perf_pid=
busy_pids=()

cleanup() {
    sysctl -qw net.core.netdev_max_backlog="$backlog"
    [ -z "$perf_pid" ] || kill "$perf_pid" 2>/dev/null || true
    local ns pid
    for pid in "${busy_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for ns in vns-c1 vns-c2 vns-br; do
        for pid in $(ip netns pids $ns 2>/dev/null); do kill "$pid" 2>/dev/null || true; done
        ip netns del $ns 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

note() { printf '%s\t%s\n' "$(date +%s%N)" "$*" >>"$truth/timeline.tsv"; }
in_ns() { ip netns exec "vns-$1" "${@:2}"; }
step() { # step NAME COMMAND...
    note "$1 begin"
    "${@:2}"
    note "$1 end"
}

snapshot() { # snapshot NAME: what the kernel's own counters say now
    local ns dir
    note "snapshot $1 begin"
    for ns in br c1 c2; do
        dir=$truth/$1/ns-$ns
        mkdir -p "$dir"
        in_ns $ns ip -d -s -s -j link >"$dir/link.json"
        in_ns $ns tc -s -j qdisc >"$dir/qdisc.json"
        in_ns $ns cat /proc/net/snmp >"$dir/snmp.txt"
        in_ns $ns nstat -asz >"$dir/nstat.txt"
        in_ns $ns ip -j addr >"$dir/addr.json"
        in_ns $ns ip -j route >"$dir/route.json"
        in_ns $ns ip -j neigh >"$dir/neigh.json"
    done
    in_ns br bridge -j fdb >"$truth/$1/ns-br/bridge_fdb.json"
    in_ns c2 nft -j list ruleset >"$truth/$1/ns-c2/nft.json"
    cp /proc/net/softnet_stat "$truth/$1/softnet_stat.txt"
    cp /proc/net/dev "$truth/$1/host_proc_net_dev.txt"
    note "snapshot $1 end"
}

build_network() {
    local ns
    for ns in br c1 c2; do
        ip netns add vns-$ns
        in_ns $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        in_ns $ns ip link set lo up
    done
    in_ns br ip link add br0 type bridge forward_delay 0 mcast_snooping 0
    in_ns br ip addr add 10.90.0.254/24 dev br0
    in_ns br ip link set br0 up
    local n
    for n in 1 2; do
        in_ns br ip link add vethc$n type veth peer name eth0 netns vns-c$n
        in_ns br ip link set vethc$n master br0 up
        in_ns c$n ip link set eth0 address 52:54:00:00:09:0$n up
        in_ns c$n ip addr add 10.90.0.$n/24 dev eth0
        in_ns c$n ip route add default via 10.90.0.254
    done
    in_ns br sysctl -qw net.ipv4.ip_forward=1
    in_ns br ip tuntap add dev tap0 mode tap
    in_ns br ip link set tap0 txqueuelen 16
    in_ns br ip addr add 10.91.0.254/24 dev tap0
    in_ns br ip neigh add 10.91.0.2 lladdr 52:54:00:00:09:a2 dev tap0
    in_ns c1 ip neigh add 10.90.0.55 lladdr 52:54:00:00:09:55 dev eth0
    in_ns c2 nft -f - <<'NFT'
table inet vns {
  chain input {
    type filter hook input priority 0;
    udp dport 6666 counter drop
  }
}
NFT
    # The tap has a reader that never reads: its ring fills, and what comes then is dropped.
    ip netns exec vns-br $traffic hold-tap tap0 >"$truth/tap_reader.json" &
    tap_reader=$!
    sleep 0.5
    in_ns br ip link set tap0 up
    # Everyone learns everyone before the recording, so that no ARP and no queue for it disturbs the counts.
    in_ns c1 ping -q -c 1 -W 2 10.90.0.2 >/dev/null
    in_ns c1 ping -q -c 1 -W 2 10.90.0.254 >/dev/null
    in_ns c2 ping -q -c 1 -W 2 10.90.0.254 >/dev/null
}

keep_busy() {
    # Kernel 6.18 was seen to record nothing that happens in the idle task of a CPU (perf's recursion mark of that task
    # stuck); a process of the idle scheduling class on every CPU keeps softirqs out of it.
    local cpu
    for cpu in $(seq 0 $(($(nproc) - 1))); do
        taskset -c "$cpu" chrt -i 0 timeout 60 sh -c 'while :; do :; done' &
        busy_pids+=($!)
        disown
    done
}

perf_start() {
    mkfifo "$work/ctl" "$work/ack"
    perf record -a -m 2048 -k CLOCK_MONOTONIC -D -1 --control=fifo:"$work/ctl","$work/ack" -o "$work/perf.data" \
        -e 'net:*,napi:napi_poll,skb:*,qdisc:*,sock:*,udp:*,bridge:*' \
        -e irq:softirq_entry --filter 'vec == 2 || vec == 3' \
        -e irq:softirq_exit --filter 'vec == 2 || vec == 3' \
        -e irq:softirq_raise --filter 'vec == 2 || vec == 3' \
        >"$work/perf.log" 2>&1 &
    perf_pid=$!
    exec 7>"$work/ctl" 8<"$work/ack"
    echo enable >&7
    read -r -u 8 -t 20 _
}

perf_stop() {
    echo disable >&7
    read -r -u 8 -t 20 _
    kill -INT "$perf_pid"
    wait "$perf_pid" || true
    perf_pid=
}

iperf() { # iperf NAME CLIENT_ARGS...
    local server
    in_ns c2 iperf3 -s -1 -J --logfile "$truth/iperf3_$1_server.json" &
    server=$!
    sleep 0.4
    in_ns c1 iperf3 -c 10.90.0.2 -J "${@:2}" >"$truth/iperf3_$1_client.json"
    wait $server
}

gro_traffic() {
    # With GRO on, a veth device polls its own NAPI and merges; without TSO and GSO the sender gives it wire-size frames.
    in_ns c2 ethtool -K eth0 gro on
    in_ns br ethtool -K vethc2 tso off
    in_ns c1 ethtool -K eth0 tso off gso off
    iperf tcp_gro_c1_c2 -n 2M -b 40M
    in_ns c1 ethtool -K eth0 tso on gso on
    in_ns br ethtool -K vethc2 tso on
    in_ns c2 ethtool -K eth0 gro off
}

qdisc_drops() {
    in_ns br tc qdisc replace dev vethc2 root handle 10: tbf rate 1mbit burst 3000 limit 8000
    in_ns c1 $traffic send 10.90.0.2 7001 --count 60 --size 1000
    sleep 0.6 # The bucket empties; what it still held is sent.
    in_ns br tc -s -j qdisc show dev vethc2 >"$truth/qdisc_tbf.json"
    in_ns br tc qdisc del dev vethc2 root
}

socket_buffer_drops() {
    in_ns c2 $traffic late-reader 7002 --receive-buffer 4608 --seconds 1.2 >"$truth/udp_late_reader.json" &
    local reader=$!
    sleep 0.4
    in_ns c1 $traffic send 10.90.0.2 7002 --count 100 --size 500
    wait $reader
}

socket_filter_drops() {
    in_ns c2 $traffic late-reader 7003 --refuse-all --seconds 0.9 >"$truth/udp_filtered_reader.json" &
    local reader=$!
    sleep 0.4
    in_ns c1 $traffic send 10.90.0.2 7003 --count 9 --size 100
    wait $reader
}

backlog_drops() {
    # One segmented super-packet puts its segments on the peer's backlog at once, before the softirq can take any.
    in_ns c1 ethtool -K eth0 tx-udp-segmentation off
    in_ns c2 $traffic late-reader 7010 --receive-buffer 400000 --seconds 0.8 >"$truth/udp_backlog_reader.json" &
    local reader=$!
    sleep 0.4
    cp /proc/net/softnet_stat "$truth/softnet_stat_before_backlog.txt"
    sysctl -qw net.core.netdev_max_backlog=8
    in_ns c1 $traffic send 10.90.0.2 7010 --count 4 --size 30000 --segment 1000 || true
    sleep 0.05
    sysctl -qw net.core.netdev_max_backlog="$backlog"
    cp /proc/net/softnet_stat "$truth/softnet_stat_after_backlog.txt"
    wait $reader
}

bridge_state_drops() {
    in_ns br bridge link set dev vethc1 state 0
    in_ns c1 $traffic send 10.90.0.2 7004 --count 8 --size 100
    in_ns br bridge link set dev vethc1 state 3
}

tap_ring_drops() {
    in_ns c1 $traffic send 10.91.0.2 7008 --count 50 --size 300
    kill -USR1 $tap_reader # Only now it reads what the ring holds; only what is read counts as sent by the tap.
    wait $tap_reader || true
}

neighbour_drops() {
    in_ns c1 $traffic send 10.90.0.77 7005 --count 5 --size 100
    sleep 4 # Three ARP requests, one second apart, and nobody answers.
}

build_network
date -u +%FT%TZ >"$truth/recorded_at.txt"
uname -srm >"$truth/uname.txt"
perf --version >"$truth/perf_version.txt"
keep_busy
note "perf start"
perf_start
note "perf started"
snapshot before
step ping_c1_c2 in_ns c1 ping -c 10 -i 0.1 10.90.0.2 >"$truth/ping_c1_c2.txt"
step ping_c2_br in_ns c2 ping -c 5 -i 0.1 10.90.0.254 >"$truth/ping_c2_br.txt"
step iperf3_tcp iperf tcp_c1_c2 -n 16M
step iperf3_udp iperf udp_c1_c2 -u -b 16M -n 1M -l 1400
step gro gro_traffic
step qdisc qdisc_drops
step socket_buffer socket_buffer_drops
step socket_filter socket_filter_drops
step udp_closed_port in_ns c1 $traffic send 10.90.0.2 7999 --count 25 --size 100
step tcp_closed_port in_ns c1 $traffic connect 10.90.0.2 7998 --count 3
step netfilter in_ns c1 $traffic send 10.90.0.2 6666 --count 40 --size 200
step ttl in_ns c1 $traffic send 10.91.0.2 7006 --count 15 --size 100 --ttl 1
step no_route in_ns c1 $traffic send 10.99.0.9 7007 --count 12 --size 100
step tap_ring tap_ring_drops
step other_host in_ns c1 $traffic send 10.90.0.55 7009 --count 6 --size 100
step bridge_state bridge_state_drops
step backlog backlog_drops
step neighbour neighbour_drops
sleep 0.3
snapshot after
note "perf stop"
perf_stop
note "perf stopped"

cp $tracing/events/skb/kfree_skb/format "$truth/kfree_skb_format.txt"
perf report -i "$work/perf.data" --stats --stdio 2>/dev/null >"$truth/perf_stats.txt"
perf data convert -i "$work/perf.data" --tod --to-ctf="$out/trace/perf" >"$truth/perf_convert.txt" 2>&1
sed -i "s#$work/##g; s#$out/##g" "$truth/perf_convert.txt"
/usr/bin/python3 "$here/summarize.py" "$out"
/usr/bin/python3 "$here/verify.py" "$out" --symbols-from /proc/kallsyms | tee "$out/check.txt"
tar -C "$(dirname "$out")" --sort=name --owner=0 --group=0 --numeric-owner -cf - perf-namespaces | xz -9e >"$out.tar.xz"
ls -l "$out.tar.xz"
