# shellcheck shell=bash disable=SC2154 # TRACE, TRUTH: the lab's lib.sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# What the scenarios of this folder share. `record` puts it before the scenario; both run in the lab's guest.
set -euo pipefail
# shellcheck source=/dev/null
. /lab/lib.sh

# The stock events of the lab, and those of our probes.
EVENTS="$NET_EVENTS,br_fdb_*,fdb_delete,ovs_*,qdisc_enqueue,qdisc_dequeue"
STATEDUMP=/scratch/statedump

# unpack_programs: vnscope-statedump and its libraries, which `record` appended to this script; nothing if it did not.
unpack_programs() {
	mkdir -p "$STATEDUMP"
	sed '1,/^__PROGRAMS__$/d' /lab/scenario.sh | base64 -d | tar -xJ -C "$STATEDUMP"
}

# statedump_begin / statedump_end: an LTTng-UST session beside the kernel's, in $TRACE/statedump.
statedump_begin() {
	unpack_programs
	lttng create statedump --output="$TRACE/statedump"
	lttng enable-event --session=statedump --userspace 'vnscope_statedump:*'
	lttng start statedump
}
statedump_end() {
	lttng stop statedump
	lttng list statedump >"$TRUTH/lttng_session_statedump.txt"
	lttng destroy statedump
}

# state_dump NAME [OPTION...]: one dump of all namespaces. The guest is slow, so the tracer gets time to be found.
state_dump() {
	local name=$1
	shift
	act "state dump $name begin"
	LTTNG_UST_REGISTER_TIMEOUT=20000 LD_LIBRARY_PATH=$STATEDUMP "$STATEDUMP/vnscope-statedump" "$@" \
		>"$TRUTH/statedump_$name.txt" 2>&1
	act "state dump $name end"
}

# learn NS ADDRESS...: one ping each, before the tracing starts: bridges learn both ends. Its result is of no interest.
learn() {
	local ns=$1 address
	shift
	for address in "$@"; do in_ns "$ns" ping -c 1 -W 2 "$address" >/dev/null || true; done
}

# ftrace_formats: how the oracle prints its events, and this kernel's drop reasons.
ftrace_formats() {
	local event
	for event in "$@"; do cat "$TRACEFS/events/$event/format"; done >"$TRUTH/ftrace_formats.txt"
	cp "$TRACEFS/events/skb/kfree_skb/format" "$TRUTH/ftrace_kfree_skb_format.txt"
}
