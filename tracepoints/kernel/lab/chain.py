#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""One member of a chain client -> proxy -> server of blocking programs; the server is slow.

  chain.py client|proxy|server TRUTH_DIR [SECONDS]

Writes after each call what it has received and sent so far: TRUTH_DIR/ROLE.tsv (time of day in ns, bytes in, bytes out).
"""
import pathlib
import socket
import sys
import time

PROXY, SERVER = 7081, 7082
BLOCK, BUFFER, PAUSE = 65536, 65536, 0.05


class Log:
    def __init__(self, role, folder):
        self.file = (pathlib.Path(folder) / f"{role}.tsv").open("w")
        self.received = self.sent = 0

    def add(self, received=0, sent=0):
        self.received += received
        self.sent += sent
        self.file.write(f"{time.time_ns()}\t{self.received}\t{self.sent}\n")


def small(made):
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        made.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return made


def accept(port):
    listener = small(socket.create_server(("127.0.0.1", port)))
    return listener.accept()[0]


def connect(port):
    for _ in range(600):
        made = small(socket.socket())
        try:
            made.connect(("127.0.0.1", port))
            return made
        except OSError:
            made.close()
            time.sleep(0.1)
    raise SystemExit("nobody listens")


def main():
    role, log = sys.argv[1], Log(sys.argv[1], sys.argv[2])
    if role == "server":
        peer = accept(SERVER)
        while data := peer.recv(BLOCK):
            log.add(received=len(data))
            time.sleep(PAUSE)
    elif role == "proxy":
        peer, out = accept(PROXY), connect(SERVER)
        while data := peer.recv(BLOCK):
            log.add(received=len(data))
            out.sendall(data)
            log.add(sent=len(data))
    else:
        out = connect(PROXY)
        end = time.monotonic() + float(sys.argv[3])
        while time.monotonic() < end:
            log.add(sent=out.send(b"x" * BLOCK))


main()
