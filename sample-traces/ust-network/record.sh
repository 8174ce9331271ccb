#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Records the ust-network sample: three modelled NICs, live, with LTTng-UST.
#
#   record.sh GENERATOR OUTPUT_DIR      makes OUTPUT_DIR/ust-network/{trace,truth} and OUTPUT_DIR/ust-network.tar.xz
#
# GENERATOR is bench/vnscope-ust-generator of a build with -DVNSCOPE_BENCH=ON. Needs lttng-tools, babeltrace2, python3-bt2, xz-utils.
set -euo pipefail
if [ $# -ne 2 ]; then
    echo "usage: $0 GENERATOR OUTPUT_DIR" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)/ust-network
"$here/../../bench/record_ust" "$1" "$out" --nics 3 --flows 12 --events 60000 --pause-us 2000 --seed 2026
/usr/bin/python3 "$here/verify.py" "$out" | tee "$out/check.txt"
chmod -R u=rwX,go=rX "$out"
tar -C "$(dirname "$out")" --sort=name --owner=0 --group=0 --numeric-owner -cf - ust-network | xz -9e >"$out.tar.xz"
ls -l "$out.tar.xz"
