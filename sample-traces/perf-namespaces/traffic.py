#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the traffic of record.sh: exact numbers of datagrams, readers that do not read, a tap that nobody empties."""

import argparse
import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import time

SO_ATTACH_FILTER = 26
UDP_SEGMENT = 103
TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000


def send(args):
    """An unconnected socket, so that ICMP errors of earlier datagrams never stop a later one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if args.ttl:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, args.ttl)
    if args.segment:
        sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, args.segment)
    for number in range(args.count):
        sock.sendto(struct.pack("!I", number).ljust(args.size, b"\0"), (args.address, args.port))


def connect(args):
    for _ in range(args.count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.connect((args.address, args.port))
            raise SystemExit("somebody listens on the port that should be closed")
        except ConnectionRefusedError:
            pass
        finally:
            sock.close()


def refuse_everything(sock):
    """A classic BPF program of one instruction: return 0, keep no byte."""
    program = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, 0))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(program)))


def late_reader(args):
    """Binds, waits, and only then reads what the socket could hold: the rest was dropped at its buffer."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if args.receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, args.receive_buffer // 2)
    if args.refuse_all:
        refuse_everything(sock)
    sock.bind(("", args.port))
    time.sleep(args.seconds)
    sock.setblocking(False)
    datagrams = octets = 0
    while True:
        try:
            octets += len(sock.recv(65536))
            datagrams += 1
        except BlockingIOError:
            break
    print(json.dumps({"port": args.port, "datagrams_read": datagrams, "bytes_read": octets,
                      "receive_buffer": sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)}))


def hold_tap(args):
    """Keeps a tap open without reading it, until SIGUSR1 asks for what its ring holds."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    with open("/dev/net/tun", "r+b", buffering=0) as tap:
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", args.device.encode(), IFF_TAP | IFF_NO_PI))
        if signal.sigtimedwait([signal.SIGUSR1], 120) is None:
            raise SystemExit("nobody asked for what the ring holds")
        os.set_blocking(tap.fileno(), False)
        frames = 0
        while tap.read(65536) is not None:
            frames += 1
        print(json.dumps({"device": args.device, "frames_read": frames}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("send")
    command.add_argument("address")
    command.add_argument("port", type=int)
    command.add_argument("--count", type=int, required=True)
    command.add_argument("--size", type=int, required=True)
    command.add_argument("--ttl", type=int)
    command.add_argument("--segment", type=int)
    command.set_defaults(run=send)
    command = commands.add_parser("connect")
    command.add_argument("address")
    command.add_argument("port", type=int)
    command.add_argument("--count", type=int, required=True)
    command.set_defaults(run=connect)
    command = commands.add_parser("late-reader")
    command.add_argument("port", type=int)
    command.add_argument("--receive-buffer", type=int)
    command.add_argument("--refuse-all", action="store_true")
    command.add_argument("--seconds", type=float, required=True)
    command.set_defaults(run=late_reader)
    command = commands.add_parser("hold-tap")
    command.add_argument("device")
    command.set_defaults(run=hold_tap)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
