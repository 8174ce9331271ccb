# SPDX-License-Identifier: Apache-2.0
# A boot sector that has the firmware read sector 2 of its disk 40 times and write sector 3 once, and ends QEMU.
.code16
.globl _start
_start:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    movw $40, %si
read:
    movw $0x0201, %ax
    movw $0x0002, %cx
    movw $0x0080, %dx
    movw $0x8000, %bx
    int $0x13
    decw %si
    jnz read
    movw $0x0301, %ax
    movw $0x0003, %cx
    movw $0x0080, %dx
    int $0x13
    movw $0xf4, %dx
    xorb %al, %al
    outb %al, %dx
halt:
    hlt
    jmp halt
.org 510
.word 0xaa55
