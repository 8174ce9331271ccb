# SPDX-License-Identifier: Apache-2.0
# Sourced by the recordings beside it: what this machine has to have, perf, the session that keeps state dumps, snapshots of what
# iproute2 says. The caller makes $prefix (of all names that it gives), $out (for what stays) and $work (for the rest), and
# calls stop_recorders when it ends.
perf_pid=
busy_pids=()

skip() { echo "$*"; exit 77; }

demand() { # NETNS: its network namespace for the trial
    [ "$(id -u)" = 0 ] || skip "needs root"
    local tool
    for tool in ip bridge ping perf lttng lttng-sessiond vnscope-statedump nsenter unshare; do
        command -v $tool >/dev/null || skip "needs $tool"
    done
    ip netns add "$1" 2>"$work/why" || skip "no network namespaces: $(cat "$work/why")"
    ip -n "$1" link add name test type bridge 2>"$work/why" || skip "no bridges: $(cat "$work/why")"
    ip -n "$1" link del test
    [ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || true
    [ -d /sys/kernel/tracing/events/bridge ] || skip "this kernel has no bridge tracepoints"
}

our_namespaces() { ip netns list | awk -v p="$prefix-" 'index($1, p) == 1 { print $1 }'; }

quiet() { ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true; }

speak() { # NETNS ADDRESS [COUNT]
    ip netns exec "$1" ping -q -c "${3:-1}" -i 0.05 -W 1 "$2" >/dev/null
}

start_perf() {
    local cpu
    # Kernel 6.18 was seen to record nothing in a CPU's idle task; a process of the idle class keeps softirqs out of it.
    for cpu in $(seq 0 $(($(nproc) - 1))); do
        taskset -c "$cpu" chrt -i 0 timeout 100 sh -c 'while :; do :; done' &
        busy_pids+=($!)
        disown
    done
    mkfifo "$work/ctl" "$work/ack"
    perf record -a -m 1024 -k CLOCK_MONOTONIC -D -1 --control=fifo:"$work/ctl","$work/ack" -o "$work/perf.data" \
        -e 'bridge:*,net:net_dev_queue,net:net_dev_xmit,net:netif_rx,net:netif_receive_skb,skb:consume_skb,skb:kfree_skb' \
        >"$work/perf.log" 2>&1 &
    perf_pid=$!
    exec 7>"$work/ctl" 8<"$work/ack"
    echo enable >&7
    read -r -u 8 -t 20 _ || skip "perf cannot record: $(tail -n 1 "$work/perf.log")"
}

stop_perf() { # writes OUT/perf.txt
    echo disable >&7
    read -r -u 8 -t 20 _
    kill -INT "$perf_pid"
    wait "$perf_pid" || true
    perf_pid=
    perf script -i "$work/perf.data" --ns -F cpu,time,event,trace >"$out/perf.txt" 2>"$work/perf.log"
}

start_session() { # FOLDER PIDFILE [COMMAND...]: records state dumps to FOLDER; all is run by COMMAND
    local folder=$1 pidfile=$2
    shift 2
    if ! "$@" lttng -n list >/dev/null 2>&1; then
        "$@" lttng-sessiond --daemonize --pidfile="$pidfile" >/dev/null 2>&1 || skip "no lttng-sessiond"
    fi
    "$@" lttng -n create "$prefix" --output="$folder" >/dev/null
    "$@" lttng -n enable-channel -u -s "$prefix" --subbuf-size=1M --num-subbuf=4 dump >/dev/null
    "$@" lttng -n enable-event -u -s "$prefix" -c dump 'vnscope_statedump:*' >/dev/null
    "$@" lttng -n start "$prefix" >/dev/null
}

stop_session() { # [COMMAND...]
    "$@" lttng -n stop "$prefix" >/dev/null
    "$@" lttng -n destroy "$prefix" >/dev/null
}

snapshot() { # FOLDER NETNS [NAME]: links as FOLDER/NAME.json
    mkdir -p "$1"
    ip -n "$2" -d -j link >"$1/${3:-$2}.json"
}

stop_recorders() {
    [ -n "$perf_pid" ] && kill -INT "$perf_pid" 2>/dev/null && wait "$perf_pid" 2>/dev/null
    local pid netns
    for pid in "${busy_pids[@]}"; do kill "$pid" 2>/dev/null; done
    for netns in $(our_namespaces); do ip netns del "$netns"; done
}
