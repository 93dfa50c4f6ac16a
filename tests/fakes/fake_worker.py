"""A worker process that misbehaves: `python fake_worker.py MODE PORT`, its password on stdin."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading

import numpy as np

from tinylab.workers import messages
from tinylab.workers.pipe import Pipe


def main() -> None:
    mode, port = sys.argv[1], int(sys.argv[2])
    password = sys.stdin.readline().strip()
    if mode == "crashes at once":
        sys.exit("no module named tensorflow")
    if mode == "never connects":
        threading.Event().wait()
    if mode == "ignores SIGTERM":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mode == "strangers come first":
        for guess in ("0" * len(password), password[:-1], password[:-1] + "x", ""):
            knock(port, guess)
    connection = socket.create_connection(("127.0.0.1", port))
    if mode == "lies":
        connection.sendall(b"0" * len(password))
        threading.Event().wait()
    connection.sendall(password.encode())
    pipe = Pipe(connection)
    if mode == "says nothing":
        threading.Event().wait()
    pipe.send(messages.Ready({"fake": mode}))
    if mode in ("hangs", "ignores SIGTERM"):
        threading.Event().wait()
    serve(mode, pipe, connection)


def knock(port: int, guess: str) -> None:
    """Connect with a wrong password and wait to be turned away."""
    with socket.create_connection(("127.0.0.1", port)) as stranger:
        stranger.sendall(guess.encode())
        stranger.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while stranger.recv(1024):
                pass


def serve(mode: str, pipe: Pipe, connection: socket.socket) -> None:
    """Answer requests until it is time to misbehave."""
    while True:
        pipe.receive()
        if mode == "crashes at work":
            sys.stderr.write("Segmentation fault, said the fake\n")
            sys.stderr.flush()
            os._exit(139)
        if mode == "crashes after an epoch":
            pipe.send(messages.Epoch(1, 0.5, 0.75, 0.6, 0.7))
            os._exit(139)
        if mode == "hangs after an epoch":
            pipe.send(messages.Epoch(1, 0.5, 0.75, 0.6, 0.7))
            threading.Event().wait()
        if mode == "babbles":
            connection.sendall((5).to_bytes(8, "little") + b"hello")
        elif mode == "fails":
            pipe.send(messages.Failed("Out of memory.", "a traceback"))
        else:
            pipe.send(messages.Epoch(1, 0.5, 0.75, 0.6, 0.7))
            pipe.send(messages.Answers(np.array([[1, 2]], np.int8)))


if __name__ == "__main__":
    main()
