#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Records the qemu-virtio sample: a disk that only the firmware and a boot sector use.
#
#   record.sh OUTPUT_DIR      makes OUTPUT_DIR/qemu-virtio/{trace,truth} and OUTPUT_DIR/qemu-virtio.tar.xz
#
# Needs qemu-system-x86, binutils, xz-utils.
set -euo pipefail
if [ $# -ne 1 ]; then
    echo "usage: $0 OUTPUT_DIR" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)/qemu-virtio
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out/trace" "$out/truth"
as --32 "$here/boot.s" -o "$work/boot.o"
ld -m elf_i386 -Ttext 0x7c00 --oformat binary "$work/boot.o" -o "$work/disk"
truncate -s 1M "$work/disk"
# Ends with 1: the boot sector wrote 0 to isa-debug-exit.
status=0
timeout 60 qemu-system-x86_64 -accel tcg -nodefaults -display none -device isa-debug-exit,iobase=0xf4 \
    -drive file="$work/disk",format=raw,if=none,id=disk -device virtio-blk-pci,drive=disk \
    -trace 'virtqueue_*' -trace virtio_queue_notify -trace virtio_notify -trace virtio_notify_irqfd -trace virtio_set_status \
    -msg timestamp=on -D "$out/trace/qemu.log" || status=$?
[ "$status" = 1 ]
qemu-system-x86_64 --version | head -n 1 >"$out/truth/version.txt"
cut -d : -f 2 "$out/trace/qemu.log" | cut -d ' ' -f 1 | sort | uniq -c >"$out/truth/counts.txt"
chmod -R u=rwX,go=rX "$out"
tar -C "$(dirname "$out")" --sort=name --owner=0 --group=0 --numeric-owner -cf - qemu-virtio | xz -9e >"$out.tar.xz"
ls -l "$out.tar.xz"
