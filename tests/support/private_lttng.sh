# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts that record with LTTng-UST: a session daemon of their own, which meets no session of this host. As root
# it runs in a mount namespace with a run directory of its own, otherwise in a home directory of its own.
lttng_daemon=

isolate_lttng() { # the script's own arguments: begins it anew in the namespace; to be called first
    export LTTNG_HOME
    if [ "$(id -u)" = 0 ]; then
        if [ "${VNSCOPE_PRIVATE_RUN_DIR:-}" != yes ]; then
            mkdir -p /run/lttng
            exec env VNSCOPE_PRIVATE_RUN_DIR=yes unshare --mount "$0" "$@"
        fi
        mount -t tmpfs tmpfs /run/lttng
    fi
    LTTNG_HOME=$(mktemp -d)
    trap stop_lttng EXIT
    lttng-sessiond --no-kernel --quiet &
    lttng_daemon=$!
    for _ in $(seq 50); do
        if lttng --no-sessiond list >/dev/null 2>&1; then break; fi
        sleep 0.1
    done
}

stop_lttng() {
    [ -z "$lttng_daemon" ] || kill "$lttng_daemon" 2>/dev/null || true
    [ -z "$lttng_daemon" ] || wait "$lttng_daemon" 2>/dev/null || true
    rm -rf "$LTTNG_HOME"
}

# For the recorded program: a writer waits rather than lose an event, and no event is missed at its beginning.
traced() { LTTNG_UST_ALLOW_BLOCKING=1 LTTNG_UST_REGISTER_TIMEOUT=-1 "$@"; }

lossless_channel() { # SESSION CHANNEL EVENTS
    lttng --quiet enable-channel --userspace --session="$1" --subbuf-size=1M --num-subbuf=4 --buffers-uid \
        --blocking-timeout=inf "$2"
    lttng --quiet enable-event --userspace --session="$1" --channel="$2" "$3"
}
