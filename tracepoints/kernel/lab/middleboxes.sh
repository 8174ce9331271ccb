# shellcheck shell=bash disable=SC2154 # TRACE, TRUTH: the lab's lib.sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# client -> proxy -> server: programs that know nothing of us, recorded by `vnscope record` with LTTng's kernel tracer (system
# calls, SYNs, names). The server is slow, so the two before it wait to write.
unpack_programs
lttng_up
cat >/scratch/load <<LOAD
python3 "$STATEDUMP/chain.py" server "$TRUTH" &
echo server \$! >>"$TRUTH/names.txt"
python3 "$STATEDUMP/chain.py" proxy "$TRUTH" &
echo proxy \$! >>"$TRUTH/names.txt"
python3 "$STATEDUMP/chain.py" client "$TRUTH" 8 &
echo client \$! >>"$TRUTH/names.txt"
wait
LOAD
# The guest is slow: the tracer gets time to be found.
LTTNG_UST_REGISTER_TIMEOUT=20000 LD_LIBRARY_PATH=$STATEDUMP PATH=$STATEDUMP:$PATH \
	"$STATEDUMP/vnscope" record --preset middlebox --output "$TRACE/session" -- bash /scratch/load >"$TRUTH/record.txt" 2>&1
lttng list >"$TRUTH/sessions_left.txt" 2>&1 || true
